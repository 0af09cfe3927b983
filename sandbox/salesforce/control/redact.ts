/** Addresses as the request log may show them: without what lets anybody in. */

/** Parameters whose values help to understand a request, and are no secret. */
const SHOWN = new Set([
  'q',
  'fields',
  'start',
  'end',
  'explain',
  'maxRecords',
  'locator',
  'jobType',
  'concurrencyMode',
  'isPkChunkingEnabled',
  'queryLocator',
  'payloadFormat',
  'sobject',
  'grant_type',
  'response_type',
  'display',
  'since',
  'limit',
  '_HttpMethod',
]);

/** `00D…!…`: an access token, wherever it stands. */
const TOKEN = /\b00D\w{12}(?:\w{3})?(?:!|%21)[\w.%-]+/g;
const HIDDEN = '…';
/** Characters of an address that are kept: a long query is one of 100,000. */
const LONGEST = 2_000;

/** The path with its parameters; values that aren't known to be harmless become `…`. */
export function redactAddress(url: string): string {
  const [path = '', search] = url.split(/\?(.*)/s);
  const shown = redactText(search === undefined ? path : `${path}?${redactParameters(search)}`);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}

/** Text that a client sends about itself. */
export function redactText(text: string): string {
  return text.replaceAll(TOKEN, HIDDEN);
}

function redactParameters(search: string): string {
  return search
    .split('&')
    .map((parameter) => {
      const [name = '', value] = parameter.split(/=(.*)/s);
      if (SHOWN.has(name)) return parameter;
      return value === undefined ? HIDDEN : `${name}=${HIDDEN}`;
    })
    .join('&');
}
