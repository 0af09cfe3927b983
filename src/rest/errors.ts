import { STATUS_CODES } from 'node:http';
import { AppError, explain, type ErrorKind } from '../foundation/errors.ts';

/** Connect's error body. */
export interface ErrorBody {
  readonly error_code: number;
  readonly message: string;
}

const STATUS: Readonly<Record<ErrorKind, number>> = {
  config: 400,
  data: 400,
  // The worker's credentials, not the client's: 401 would ask the client for some.
  auth: 500,
  missing: 404,
  conflict: 409,
  retriable: 503,
  reconnect: 503,
  fatal: 500,
};

/** What an error thrown anywhere below a route is answered with. */
export function errorAnswer(error: unknown): ErrorBody {
  if (error instanceof AppError) {
    return { error_code: STATUS[error.kind], message: explain(error) };
  }
  if (isLate(error)) return { error_code: 500, message: 'Request timed out' };
  const status = httpStatusOf(error);
  return status === undefined ? { error_code: 500, message: explain(error) } : httpError(status);
}

/** Connect's answer where HTTP itself says no. */
export function httpError(status: number): ErrorBody {
  return { error_code: status, message: `HTTP ${status} ${STATUS_CODES[status] ?? 'Error'}` };
}

export function badRequest(message: string, path?: string): AppError {
  return new AppError('config', 'rest.request', message, { path });
}

/** Fastify's own refusals (media type, body size) carry a status below 500. */
function httpStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
}

function isLate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_HANDLER_TIMEOUT';
}
