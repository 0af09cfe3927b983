import { AppError, messageOf, type ErrorKind } from '../../foundation/errors.ts';
import { CHECK_BROKERS, KINDS, SUGGESTIONS } from '../error-kinds.ts';

/** What the client's errors have, whatever their class. */
interface WireError {
  readonly code?: string;
  readonly message: string;
  /** Kafka's error name on protocol errors. */
  readonly apiId?: string;
  /** What the broker says besides. */
  readonly serverErrorMessage?: string | null;
  readonly canRetry?: boolean;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const NETWORK = 'PLT_KFK_NETWORK';
const LOGIN = 'PLT_KFK_AUTHENTICATION';

/** What an error of the client means to the runtime. `doing` opens the message: "Writing to orders". */
export function kafkaError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const found = mostTelling(error);
  const [kind, code] = classify(found);
  const isUnreachable = found.code === NETWORK && found.apiId === undefined;
  return new AppError(kind, code, `${doing}: ${sentenceOf(found, isUnreachable)}.`, {
    cause: error,
    suggestion: isUnreachable ? CHECK_BROKERS : SUGGESTIONS[code],
  });
}

/** Kafka's name of the error, where a broker sent one. */
export function nameOf(error: unknown): string | undefined {
  return error instanceof AppError ? undefined : mostTelling(error).apiId;
}

/** Trying again may help, with the metadata read anew. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const { apiId, code, canRetry } = mostTelling(error);
  return canRetry === true && (apiId !== undefined || code === NETWORK);
}

function classify({ apiId, code }: WireError): readonly [ErrorKind, string] {
  const known = apiId === undefined ? undefined : KINDS[apiId];
  if (known !== undefined) return known;
  return code === LOGIN ? ['auth', 'kafka.login'] : ['retriable', 'kafka.unavailable'];
}

function sentenceOf(error: WireError, isUnreachable: boolean): string {
  const said = messageOf(innermost(error)).replace(/\.$/, '');
  if (isUnreachable) return `Kafka can't be reached (${said})`;
  const more = error.serverErrorMessage?.replace(/\.$/, '') ?? '';
  return more === '' || more === said ? said : `${said} (${more})`;
}

/** The client wraps the error that tells in aggregates and causes. */
function mostTelling(error: unknown): WireError {
  const all = [...flat(error)];
  return (
    all.find(({ apiId }) => apiId !== undefined && apiId in KINDS) ??
    all.find(({ code }) => code === LOGIN) ??
    all.find(({ apiId }) => apiId !== undefined) ??
    all.find(({ code, errors }) => code !== undefined && errors === undefined) ??
    (error as WireError)
  );
}

function* flat(error: unknown): Iterable<WireError> {
  if (error === null || typeof error !== 'object') return;
  const wire = error as WireError;
  yield wire;
  for (const inner of wire.errors ?? []) yield* flat(inner);
  yield* flat(wire.cause);
}

function innermost(error: WireError): WireError {
  const inner = error.cause as WireError | undefined;
  return inner === undefined || error.apiId !== undefined ? error : innermost(inner);
}
