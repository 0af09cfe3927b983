/** `response.http.headers.config` of a worker: headers that every answer carries, in Jetty's notation. */
const ACTIONS = ['set', 'add', 'setDate', 'addDate'] as const;
type Action = (typeof ACTIONS)[number];

export interface HeaderRule {
  readonly action: Action;
  readonly name: string;
  /** Of a date: milliseconds from the request on. */
  readonly value: string;
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What is wrong with it, as a sentence, or undefined. */
export function responseHeadersProblem(text: string): string | undefined {
  for (const part of partsOf(text)) {
    const [head, value] = halves(part);
    const [action = '', name = '', ...more] = head.trim().split(/\s+/);
    if (!isAction(action)) {
      return `"${action}" in "${part}" must be one of ${ACTIONS.join(', ')}`;
    }
    if (value === undefined || more.length > 0 || !NAME.test(name)) {
      return `"${part}" must be an action, a header's name, a colon and its value`;
    }
    if (/\r|\n/.test(value)) return `the value of ${name} must be one line`;
    if (action.endsWith('Date') && !/^\d+$/.test(value)) {
      return `the value of ${name} must be milliseconds`;
    }
  }
  return undefined;
}

function ruleOf(part: string): HeaderRule {
  const [head, value = ''] = halves(part);
  const [action = '', name = ''] = head.trim().split(/\s+/);
  return { action: isAction(action) ? action : 'set', name, value };
}

function isAction(text: string): text is Action {
  return ACTIONS.some((action) => action === text);
}

/** At the first colon. */
function halves(part: string): readonly [string, string?] {
  const colon = part.indexOf(':');
  return colon < 0 ? [part] : [part.slice(0, colon), part.slice(colon + 1).trim()];
}

/** Between commas; one with a comma in it stands in double quotes. */
function partsOf(text: string): readonly string[] {
  const parts = text.match(/"[^"]*"|[^",]+/g) ?? [];
  return parts.map((part) => part.replace(/^"|"$/g, '').trim()).filter((part) => part !== '');
}

/** Of a text without a problem. */
export function responseHeaderRules(text: string): readonly HeaderRule[] {
  return partsOf(text).map(ruleOf);
}
