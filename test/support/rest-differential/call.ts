/** One request, the same for every worker, and what it is answered. */

/** Stand for what each worker has of its own: its connectors' names, its folder, its address. */
export const OWN_NAME = 'own-';
export const OWN_FOLDER = '/own-folder/';
export const OWN_HOST = 'own.host:8083';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** Those that a client can depend on. */
  readonly headers: Readonly<Record<string, string>>;
  /** With the worker's own things as they stand in the calls. */
  readonly text: string;
}

/** The same call, answered by Connect and by Headwater. */
export interface Exchange {
  readonly call: Call;
  readonly theirs: Answer;
  readonly ours: Answer;
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export function call(method: string, path: string, body?: unknown): Call {
  return body === undefined
    ? { method, path, headers: {}, body: undefined }
    : { method, path, headers: JSON_TYPE, body: JSON.stringify(body) };
}

export function shown({ method, path, headers, body }: Call): string {
  const type = headers['content-type'] ?? '';
  const also = Object.entries(headers).filter(([name]) => name !== 'content-type');
  const extra = also.map(([name, value]) => `${name}: ${value}`).join(', ');
  return [method, path, type, extra, body]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
