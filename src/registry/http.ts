import { AppError } from '../foundation/errors.ts';
import { failureOf, lazyFetch, type Fetch } from '../config/tls/fetch.ts';
import type { TlsMaterial } from '../config/tls/tls.ts';
import { textOf } from './answer.ts';

export interface RegistryHttpOptions {
  /** Base URLs with their path; the first that answers is used. */
  readonly urls: readonly string[];
  readonly auth?: RegistryAuth | undefined;
  readonly timeoutMs?: number | undefined;
  readonly tls?: TlsMaterial | undefined;
}

export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string };

/** No registry call waits longer, ms. */
export const REQUEST_TIMEOUT_MS = 10_000;

export interface RegistryRequest {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** What the call is about, for messages: a subject or a schema id. */
  readonly about: string;
}

/**
 * JSON calls to a schema registry; 404 answers undefined. Errors by what the runtime can do about
 * them: `retriable` (unreachable, 429, 5xx), `auth` (401, 403), `data` (409 incompatible, 422 not a
 * schema), `config` (anything else: the URL is not a registry's). Never retries by itself; with
 * several URLs an unreachable one is passed over.
 */
export class RegistryHttp {
  readonly #urls: readonly string[];
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #fetchWith: Fetch;
  #preferred = 0;

  constructor(options: RegistryHttpOptions) {
    this.#urls = options.urls.map((url) => url.replace(/\/+$/, ''));
    this.#fetchWith = lazyFetch(options.tls);
    this.#timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#headers = {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
      ...(options.auth === undefined ? {} : { authorization: authorization(options.auth) }),
    };
  }

  async call(request: RegistryRequest): Promise<unknown> {
    let failure: AppError | undefined;
    for (let tried = 0; tried < this.#urls.length; tried += 1) {
      const index = (this.#preferred + tried) % this.#urls.length;
      const url = this.#urls[index] ?? '';
      try {
        const answer = await this.#fetch(url, request);
        this.#preferred = index;
        return answer;
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'retriable') throw error;
        failure = error;
      }
    }
    throw failure ?? new AppError('config', 'registry.url', 'schema.registry.url is empty.');
  }

  async #fetch(url: string, { path, body, about }: RegistryRequest): Promise<unknown> {
    let response: Awaited<ReturnType<Fetch>>;
    let text: string;
    try {
      response = await this.#fetchWith(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers:
          body === undefined
            ? this.#headers
            : { ...this.#headers, 'content-type': 'application/vnd.schemaregistry.v1+json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      text = await textOf(response, url, about);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const message = `The schema registry at ${url} can't be reached: ${failureOf(cause)}.`;
      throw new AppError('retriable', 'registry.unreachable', message, {
        cause,
        path: 'schema.registry.url',
        suggestion: 'Check schema.registry.url and that the registry is up.',
      });
    }
    if (response.ok) return parseAnswer(text, url);
    if (response.status === 404 && isRegistryError(text)) return undefined;
    throw refusal(response, text, url, about);
  }
}

function authorization(auth: RegistryAuth): string {
  if ('token' in auth) return `Bearer ${auth.token}`;
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
}

function parseAnswer(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = `${url} answers, but not as a schema registry does.`;
    throw new AppError('config', 'registry.url', message, {
      cause,
      path: 'schema.registry.url',
      suggestion: 'Give the URL with its path, as in http://host:8081 or …/apis/ccompat/v7.',
    });
  }
}

function isRegistryError(text: string): boolean {
  return messageIn(text) !== undefined;
}

function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

function refusal(
  response: Awaited<ReturnType<Fetch>>,
  text: string,
  url: string,
  about: string,
): AppError {
  const { status } = response;
  const said = messageIn(text) ?? `status ${status}`;
  if (status === 409) {
    return new AppError(
      'data',
      'registry.incompatible',
      `The schema registry refuses the new schema of ${about} as incompatible: ${said}`,
      {
        path: about,
        suggestion: "Change the schema compatibly, or set the subject's compatibility level.",
      },
    );
  }
  if (status === 401 || status === 403) {
    return new AppError('auth', 'registry.auth', `The schema registry refuses access: ${said}`, {
      path: 'basic.auth.user.info',
      suggestion: 'Check basic.auth.credentials.source and basic.auth.user.info.',
    });
  }
  if (status === 429 || status >= 500) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return new AppError(
      'retriable',
      'registry.unavailable',
      `The schema registry at ${url} answers ${status} about ${about}: ${said}`,
      { waitMs: Number.isFinite(seconds) ? seconds * 1000 : undefined },
    );
  }
  if (status === 422) {
    const message = `The schema registry doesn't accept the schema of ${about}: ${said}`;
    return new AppError('data', 'registry.schema.invalid', message, { path: about });
  }
  return new AppError(
    'config',
    'registry.url',
    `The schema registry at ${url} answers ${status} about ${about}: ${said}`,
    { path: 'schema.registry.url', suggestion: 'Check the URL and its path.' },
  );
}
