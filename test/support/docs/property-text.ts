/** One property as the reference shows it, in Markdown. */
import type { ConfigKey } from '../../../src/config/definition.ts';

/** `### name`, its meaning, and a line of facts. */
export function propertyText(key: ConfigKey, level: number): string {
  const valid = validText(key);
  const facts = [
    `\`${key.type}\``,
    defaultText(key),
    ...(valid === undefined ? [] : [`valid: ${valid}`]),
    `importance ${key.importance.toLowerCase()}`,
  ];
  return [
    `${'#'.repeat(level)} \`${key.name}\``,
    '',
    proseText(key.documentation),
    '',
    facts.join(' · '),
    '',
  ].join('\n');
}

/** Connect's texts have HTML for code; whatever else looks like a tag is text. */
export function proseText(text: string): string {
  return text
    .replaceAll(/<code>(.*?)<\/code>/g, '`$1`')
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('__', '\\_\\_'),
    )
    .join('');
}

function defaultText({ default: value }: ConfigKey): string {
  if (value === undefined) return '**required**';
  if (value === null) return 'no default';
  return value === '' ? 'default empty' : `default \`${value}\``;
}

/** What may stand there: its values, its bounds, or what its check says of nonsense. */
export function validText(key: ConfigKey): string | undefined {
  const values = key.values ?? key.recommended;
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (key.type === 'BOOLEAN') return '`true`, `false`';
  const bounds = boundsText(key);
  if (bounds !== undefined) return bounds;
  const complaint = nonsense(key).map(
    (value) => key.check?.(value) ?? key.refusal?.(value, key.name),
  );
  const said = complaint.find((each) => each !== undefined);
  return said === undefined ? undefined : ruleOf(said);
}

function boundsText({ min, max }: ConfigKey): string | undefined {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? undefined : `at most ${max}`;
}

/** Values that hardly any property takes. */
function nonsense({ type }: ConfigKey): readonly unknown[] {
  if (type === 'LIST') return [[NONSENSE], [], [''], [NONSENSE, NONSENSE]];
  if (['INT', 'SHORT', 'LONG', 'DOUBLE'].includes(type)) return [-2];
  return [NONSENSE, ''];
}

const NONSENSE = '\u0001';

/** Complaints that say what is wrong, as what is right. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/ values must not be empty|could not be found|had the following|^Invalid |is no /, ''],
  [/^Duplicate alias/, 'each once'],
  [/^Empty list|must not be empty|must name at least one/, 'not empty'],
];

/** The complaint without what was complained about; undefined: there is nothing to learn from it. */
function ruleOf(complaint: string): string | undefined {
  const known = RULES.find(([pattern]) => pattern.test(complaint));
  const rule =
    known?.[1] ??
    complaint
      .replace(/^(String|Value) /, '')
      .replace(/^(?:must|may) be one of( \(case insensitive\))?: /, 'one of$1 ')
      .replace(/^may not be /, 'not ')
      .replace(/^(must be|may hold) /, '')
      .replace(/^Use (.*)\.$/, '$1');
  return rule === '' || rule.includes(NONSENSE) ? undefined : proseText(rule);
}
