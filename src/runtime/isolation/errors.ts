/** Errors between threads: class, kind and stack are lost by cloning, so they go as fields. */
import { AppError, messageOf, stackOf, type ErrorKind } from '../../foundation/errors.ts';

export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: WireError | undefined;
  /** Of an AppError. */
  readonly app:
    | {
        readonly kind: ErrorKind;
        readonly code: string;
        readonly path: string | undefined;
        readonly suggestion: string | undefined;
        readonly waitMs: number | undefined;
      }
    | undefined;
}

/** Causes of causes end here. */
const DEPTH = 4;

export function errorToWire(error: unknown, depth = DEPTH): WireError {
  if (!(error instanceof Error)) {
    return {
      name: 'Error',
      message: messageOf(error),
      stack: undefined,
      cause: undefined,
      app: undefined,
    };
  }
  const { name, cause } = error;
  return {
    name,
    message: messageOf(error),
    stack: stackOf(error),
    cause: cause === undefined || depth === 0 ? undefined : errorToWire(cause, depth - 1),
    app: error instanceof AppError ? fieldsOf(error) : undefined,
  };
}

function fieldsOf({ kind, code, path, suggestion, waitMs }: AppError): WireError['app'] {
  return { kind, code, path, suggestion, waitMs };
}

export function errorFromWire({ name, message, stack, cause, app }: WireError): Error {
  const options = cause === undefined ? {} : { cause: errorFromWire(cause) };
  const error =
    app === undefined
      ? new Error(message, options)
      : new AppError(app.kind, app.code, message, { ...app, ...options });
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
