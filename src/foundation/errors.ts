/**
 * What kind of trouble an error is. The kind alone decides what the runtime does
 * (`runtime/error-policy.ts`); the code is its identity; the message is prose.
 *
 * - `retriable`: the same call again, after a bounded backoff.
 * - `reconnect`: dispose the task and reopen it from its last position.
 * - `auth`: credentials were refused; one shared refresh, then FAILED.
 * - `data`: this record can't be read, converted or written; `errors.tolerance` decides.
 * - `config`: the user can mend it; carries `path` and, where known, `suggestion`.
 * - `conflict` / `missing`: the state of the world (409, 404).
 * - `fatal`: can't continue; FAILED without a restart.
 */
export type ErrorKind =
  | 'retriable'
  | 'reconnect'
  | 'auth'
  | 'data'
  | 'config'
  | 'conflict'
  | 'missing'
  | 'fatal';

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** The property, field or file position the error is about. */
  readonly path?: string | undefined;
  /** What the reader can do about it, as one sentence. */
  readonly suggestion?: string | undefined;
  /** How long the other side asked to wait, in milliseconds. */
  readonly waitMs?: number | undefined;
}

/** The only error class that crosses a folder. Never put a secret into a message. */
export class AppError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly path: string | undefined;
  readonly suggestion: string | undefined;
  readonly waitMs: number | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.path = options.path;
    this.suggestion = options.suggestion;
    this.waitMs = options.waitMs;
  }
}

/** `error` as an AppError: itself, or wrapped as `fallback` kind with its message and stack kept. */
export function toAppError(error: unknown, fallback: ErrorKind, code: string): AppError {
  if (error instanceof AppError) return error;
  const wrapped = new AppError(fallback, code, messageOf(error), { cause: error });
  const stack = stackOf(error);
  if (stack !== '') wrapped.stack = stack;
  return wrapped;
}

/** Never empty, never throws: what a connector throws may be anything. */
export function messageOf(error: unknown): string {
  try {
    if (error === undefined || error === null) return `${error} was thrown, without a reason`;
    if (error instanceof Error) {
      return error.message === '' ? `${error.name} without a message` : String(error.message);
    }
    if (typeof error !== 'object') return String(error as string | number | symbol);
    return 'message' in error && typeof error.message === 'string'
      ? error.message
      : 'an object was thrown, without a message';
  } catch {
    return "an error was thrown that can't be read";
  }
}

/** An error's stack, for a trace; empty where it has none, or none that can be read. */
export function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? '') : '';
  } catch {
    return '';
  }
}

/** One line for a person: message, then the suggestion if there is one. */
export function explain(error: unknown): string {
  if (!(error instanceof AppError)) return messageOf(error);
  const message = messageOf(error);
  return error.suggestion === undefined ? message : `${message} ${error.suggestion}`;
}

/** What identifies an error, as fields of a log line. */
export function errorFields(error: unknown): {
  readonly kind?: ErrorKind;
  readonly code?: string;
  readonly path?: string | undefined;
} {
  if (!(error instanceof AppError)) return {};
  const { kind, code, path } = error;
  return { kind, code, ...(path === undefined ? {} : { path }) };
}

/** A broken assertion is our bug, never an operating error. */
export class AssertionError extends Error {
  override name = 'AssertionError';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
