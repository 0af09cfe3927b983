import { Command, Option } from 'commander';
import { parseJson, stringifyJson } from '../data/exact-json.ts';
import { failureOf, lazyFetch } from '../config/tls/fetch.ts';
import { systemClock, type Clock } from '../foundation/clock.ts';
import { AppError, type ErrorKind } from '../foundation/errors.ts';
import { objectOf } from '../foundation/json-object.ts';
import { clientTlsOf, type ClientTlsFiles } from './client-tls.ts';

export interface ClientOptions {
  /** The worker's REST URL. */
  readonly url: string;
  /** Prints the worker's answer as it is. */
  readonly json: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const DEFAULT_URL = 'http://127.0.0.1:8083';
const TIMEOUT_MS = 330_000;

/** A group that rebalances is asked again: so often, so far apart. */
const BUSY_ATTEMPTS = 40;
const BUSY_PAUSE_MS = 500;

/** Connect's 409s that pass by themselves. That a connector exists already doesn't. */
const BUSY = /rebalance|momentarily|no known leader/i;

const KINDS: Readonly<Record<number, ErrorKind>> = {
  400: 'config',
  401: 'auth',
  404: 'missing',
  409: 'conflict',
  503: 'retriable',
};

/** A JVM worker that is asked to validate a class it lacks answers 500, with the 400 in its words. */
const BAD_REQUEST = /\bBadRequestException\b/;

/** A command that talks to a worker, Headwater's or the JVM's: `--url` and `--json` are there. */
export function clientCommand(name: string, description: string): Command {
  const { HEADWATER_URL, CONNECT_URL, HEADWATER_WORKER, HEADWATER_CA, HEADWATER_CERT } =
    process.env;
  const tls = { ca: HEADWATER_CA, cert: HEADWATER_CERT };
  const secure = (given: Partial<typeof tls>): void => useTls(Object.assign(tls, given));
  secure({});
  const command = new Command(name)
    .description(description)
    .option(
      '--url <url>',
      "the worker's REST API, http(s)://[user:password@]host:port; also by HEADWATER_URL or CONNECT_URL",
      HEADWATER_URL ?? CONNECT_URL ?? HEADWATER_WORKER ?? DEFAULT_URL,
    )
    .option('--ca <file>', 'whom to trust over https, in PEM; also by HEADWATER_CA')
    .option('--cert <file>', 'certificate and key to show, in PEM; also by HEADWATER_CERT')
    .addOption(new Option('--worker <url>', '--url by its older name').hideHelp())
    .option('--json', 'print JSON', false)
    .configureHelp({ showGlobalOptions: true })
    .allowExcessArguments(false)
    .exitOverride();
  return command
    .on('option:ca', (ca: string) => secure({ ca }))
    .on('option:cert', (cert: string) => secure({ cert }))
    .on('option:worker', (url: string) => command.setOptionValue('url', url));
}

/** A process runs one command, so one setting is enough. */
let fetchWorker = lazyFetch(undefined);

function useTls(files: ClientTlsFiles): void {
  fetchWorker = lazyFetch(() => clientTlsOf(files));
}

/** One request. What the worker refuses is thrown with its own words. */
export async function ask(
  base: string,
  method: Method,
  path: string,
  body?: unknown,
  clock: Clock = systemClock,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await request(base, method, path, body);
    if (answer.status < 300) return answer;
    const { message } = objectOf(answer.body);
    const said = typeof message === 'string' ? message : `/${path} answered ${answer.status}.`;
    const busy = answer.status === 409 && BUSY.test(said);
    if (!busy || attempt === BUSY_ATTEMPTS) {
      throw new AppError(busy ? 'retriable' : kindOf(answer.status, said), 'cli.refused', said);
    }
    await clock.sleep(BUSY_PAUSE_MS);
  }
}

/** One request, its answer whatever the status. `http://user:password@host` logs in with basic authentication. */
export async function request(
  base: string,
  method: Method,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const { url, login } = addressOf(base, path);
  let response: Awaited<ReturnType<typeof fetchWorker>>;
  try {
    response = await fetchWorker(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...login, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: stringifyJson(body) }),
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreachable(url, cause);
  }
  const text = await response.text();
  return { status: response.status, text, body: jsonOf(text) };
}

/** Nobody there, or somebody who isn't trusted or speaks otherwise. */
function unreachable({ origin }: URL, cause: unknown): AppError {
  const why = failureOf(cause);
  const isTls =
    /certificate|self.signed|\bssl\b|\btls\b|altnames|packet length|wrong version/i.test(why);
  return new AppError(
    'retriable',
    'cli.worker',
    `The worker at ${origin} can't be reached${isTls ? ` (${why.replace(/\.$/, '')})` : ''}.`,
    {
      cause,
      suggestion: isTls
        ? 'Name its authority with --ca, your certificate with --cert.'
        : 'Start one with "headwater worker FILE", or name it with --url.',
    },
  );
}

function kindOf(status: number, said: string): ErrorKind {
  return status === 500 && BAD_REQUEST.test(said) ? 'config' : (KINDS[status] ?? 'fatal');
}

/** A path's segment. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

/** An answer's list; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function addressOf(base: string, path: string): { url: URL; login: Record<string, string> } {
  if (!URL.canParse(base) || !/^https?:\/\//i.test(base)) {
    throw new AppError('config', 'cli.url', '--url must be a URL as http://127.0.0.1:8083.', {
      path: '--url',
    });
  }
  const url = new URL(path, base.endsWith('/') ? base : `${base}/`);
  const { username, password } = url;
  if (username === '' && password === '') return { url, login: {} };
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, login: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function jsonOf(text: string): unknown {
  try {
    return text === '' ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}
