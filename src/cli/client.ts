import { Command } from 'commander';
import { parseJson, stringifyJson } from '../data/exact-json.ts';
import { AppError, type ErrorKind } from '../foundation/errors.ts';

export interface ClientOptions {
  /** The worker's REST URL. */
  readonly worker: string;
  /** Prints the worker's answer as it is. */
  readonly json: boolean;
}

export interface Answer {
  readonly text: string;
  readonly body: unknown;
}

const DEFAULT_WORKER = 'http://127.0.0.1:8083';
const TIMEOUT_MS = 330_000;

const KINDS: Readonly<Record<number, ErrorKind>> = {
  400: 'config',
  401: 'auth',
  404: 'missing',
  409: 'conflict',
};

/** A command that talks to a worker: `--worker` and `--json` are there. */
export function clientCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option(
      '--worker <url>',
      "the worker's REST API",
      process.env['HEADWATER_WORKER'] ?? DEFAULT_WORKER,
    )
    .option('--json', "print the worker's answer as JSON", false)
    .allowExcessArguments(false)
    .exitOverride();
}

/** One request. What the worker refuses is thrown with its own words. */
export async function ask(
  worker: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const url = new URL(path, worker.endsWith('/') ? worker : `${worker}/`);
  const response = await send(worker, url, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined
      ? {}
      : { body: stringifyJson(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  const answer = { text, body: jsonOf(text) };
  if (response.ok) return answer;
  const { message } = objectOf(answer.body);
  throw new AppError(
    KINDS[response.status] ?? 'fatal',
    'cli.refused',
    typeof message === 'string' ? message : `${url.href} answered ${response.status}.`,
  );
}

/** A path's segment. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

/** An answer's object; empty when it is none. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** An answer's list; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

async function send(worker: string, url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new AppError('retriable', 'cli.worker', `The worker at ${worker} can't be reached.`, {
      cause,
      suggestion: 'Start one with "headwater worker FILE", or name it with --worker.',
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return text === '' ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}
