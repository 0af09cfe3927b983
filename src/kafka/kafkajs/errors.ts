import { AppError, messageOf, type ErrorKind } from '../../foundation/errors.ts';
import { CHECK_BROKERS, KINDS, SUGGESTIONS } from '../error-kinds.ts';

interface KafkaJsError {
  readonly name: string;
  readonly message: string;
  /** Kafka's error name on protocol errors. */
  readonly type?: string;
  readonly retriable?: boolean;
  /** `host:port`, on errors of a connection. */
  readonly broker?: string;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/** What a kafkajs error means to the runtime. `doing` opens the message: "Writing to orders". */
export function kafkaError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const found = mostTelling(error as KafkaJsError);
  const [kind, code] = classify(found);
  return new AppError(kind, code, `${doing}: ${sentenceOf(found)}.`, {
    cause: error,
    suggestion: UNREACHABLE.has(found.name) ? CHECK_BROKERS : SUGGESTIONS[code],
  });
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
