import { AppError, messageOf, type ErrorKind } from '../../foundation/errors.ts';
import { CHECK_BROKERS, CHECK_PROTOCOL, KINDS, SUGGESTIONS } from '../error-kinds.ts';
import { securityProblem } from '../security-errors.ts';

interface KafkaJsError {
  readonly name: string;
  readonly message: string;
  /** Kafka's error name on protocol errors. */
  readonly type?: string;
  readonly retriable?: boolean;
  /** `host:port`, on errors of a connection. */
  readonly broker?: string;
  /** Node's, on errors of a connection. */
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/** What a kafkajs error means to the runtime. `doing` opens the message: "Writing to orders". */
export function kafkaError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const found = mostTelling(error as KafkaJsError);
  // From a token's source, through kafkajs.
  if (found instanceof AppError) return found;
  const problem = securityProblem(textOf(found.code), messageOf(found));
  if (problem !== undefined) {
    const { path, why, suggestion } = problem;
    const message = `${doing}: ${broker(found)}${why} (${messageOf(found)}).`;
    return new AppError('auth', 'kafka.tls', message, { cause: error, path, suggestion });
  }
  const [kind, code] = classify(found);
  return new AppError(kind, code, `${doing}: ${sentenceOf(found)}.`, {
    cause: error,
    ...pointers(found, code),
  });
}

/** What to look at, and what to do. */
function pointers(
  error: KafkaJsError,
  code: string,
): { readonly path?: string; readonly suggestion: string | undefined } {
  if (code === 'kafka.login') return { path: 'sasl.jaas.config', suggestion: SUGGESTIONS[code] };
  if (!UNREACHABLE.has(error.name)) return { suggestion: SUGGESTIONS[code] };
  if (!/before secure TLS connection/.test(error.message)) return { suggestion: CHECK_BROKERS };
  return { path: 'security.protocol', suggestion: CHECK_PROTOCOL };
}

function broker({ broker: at }: KafkaJsError): string {
  return at === undefined || at === '' ? '' : `${at}: `;
}

function textOf(code: unknown): string {
  return typeof code === 'string' ? code : '';
}

function classify(error: KafkaJsError): readonly [ErrorKind, string] {
  const known = error.type === undefined ? undefined : KINDS[error.type];
  if (known !== undefined) return known;
  if (error.name === 'KafkaJSSASLAuthenticationError') return ['auth', 'kafka.login'];
  if (error.name === 'KafkaJSMetadataNotLoaded') return ['config', 'kafka.unknown_topic'];
  return ['retriable', 'kafka.unavailable'];
}

/** No broker answered, as opposed to one that said "not now". */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
]);

function sentenceOf(error: KafkaJsError): string {
  const said = messageOf(error).replace(/\.$/, '');
  if (!UNREACHABLE.has(error.name)) return said;
  const reason = said.replace(/^Connection error: /, '');
  const { broker } = error;
  const where =
    broker === undefined || broker === '' || reason.includes(broker) ? '' : ` to ${broker}`;
  return `Kafka can't be reached (${reason}${where})`;
}

/** kafkajs wraps the error that tells in "number of retries exceeded" and aggregates. */
function mostTelling(error: KafkaJsError): KafkaJsError {
  if (error instanceof AppError) return error;
  const inner = error.cause ?? error.originalError;
  if (error.type !== undefined && error.type in KINDS) return error;
  if (inner !== null && typeof inner === 'object' && 'name' in inner) {
    return mostTelling(inner as KafkaJsError);
  }
  return error;
}

export function isType(error: unknown, type: string): boolean {
  return mostTelling(error as KafkaJsError).type === type;
}
