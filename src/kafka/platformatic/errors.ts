import { AppError, messageOf, type ErrorKind } from '../../foundation/errors.ts';
import { CHECK_BROKERS, CHECK_PROTOCOL, KINDS, SUGGESTIONS } from '../error-kinds.ts';
import { securityProblem } from '../security-errors.ts';

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
  const all = [...flat(error)];
  // Our own, from a token's source too.
  const own = all.find((each) => each instanceof AppError);
  if (own !== undefined) return own;
  for (const { code, message } of all) {
    const problem = securityProblem(code ?? '', message);
    if (problem === undefined) continue;
    const { path, why, suggestion } = problem;
    const said = `${doing}: ${why} (${message}).`;
    return new AppError('auth', 'kafka.tls', said, { cause: error, path, suggestion });
  }
  const found = mostTelling(error);
  const [kind, code] = classify(found);
  const isUnreachable = found.code === NETWORK && found.apiId === undefined;
  const said = sentenceOf(found, isUnreachable);
  return new AppError(kind, code, `${doing}: ${said}.`, {
    cause: error,
    ...pointers(code, isUnreachable, said),
  });
}

/** What to look at, and what to do. */
function pointers(
  code: string,
  isUnreachable: boolean,
  said: string,
): { readonly path?: string; readonly suggestion: string | undefined } {
  if (code === 'kafka.login') return { path: 'sasl.jaas.config', suggestion: SUGGESTIONS[code] };
  if (!isUnreachable) return { suggestion: SUGGESTIONS[code] };
  if (!/before secure TLS connection/.test(said)) return { suggestion: CHECK_BROKERS };
  return { path: 'security.protocol', suggestion: CHECK_PROTOCOL };
}

/** Kafka's name of the error, where a broker sent one. */
export function nameOf(error: unknown): string | undefined {
  return mostTelling(error).apiId;
}

/** Trying again may help, with the metadata read anew. */
export function isRetriable(error: unknown): boolean {
  if ([...flat(error)].some((each) => each instanceof AppError)) return false;
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
