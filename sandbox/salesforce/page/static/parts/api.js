/** The control API, which this page is the only client of that needs a browser. */

const BASE = '/__sandbox/v1';

/** What the sandbox refused: its words, its code, and the fields it names. */
export class ApiError extends Error {
  constructor(status, { message = `The sandbox answered ${status}.`, code = '', fields = [] }) {
    super(message.trim());
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

export const get = (path, parameters) => call('GET', path + queryOf(parameters));
export const post = (path, body) => call('POST', path, body);
export const patch = (path, body) => call('PATCH', path, body);
export const put = (path, body) => call('PUT', path, body);
export const remove = (path, body) => call('DELETE', path, body);

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(BASE + path, {
      method,
      cache: 'no-store',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch {
    throw new ApiError(0, { message: 'The sandbox doesn’t answer. Is it still running?' });
  }
  const text = await response.text();
  const answer = parse(text);
  if (response.ok) return answer;
  const told = Array.isArray(answer) ? { ...answer[0], code: answer[0]?.errorCode } : answer;
  throw new ApiError(response.status, told ?? {});
}

function parse(text) {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `?a=1&b=2`; parameters without a value are left out. */
export function queryOf(parameters = {}) {
  const given = Object.entries(parameters).filter(
    ([, value]) => value !== undefined && value !== null && value !== '' && value !== false,
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
