import { AppError, messageOf, type ErrorKind } from '../../foundation/errors.ts';

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

/** Kafka's error names that mean something particular; the rest goes by `retriable`. */
const KINDS: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  MESSAGE_TOO_LARGE: ['data', 'kafka.record_too_large'],
  RECORD_LIST_TOO_LARGE: ['data', 'kafka.record_too_large'],
  INVALID_RECORD: ['data', 'kafka.invalid_record'],
  INVALID_TIMESTAMP: ['data', 'kafka.invalid_timestamp'],
  UNKNOWN_TOPIC_OR_PARTITION: ['config', 'kafka.unknown_topic'],
  INVALID_TOPIC_EXCEPTION: ['config', 'kafka.invalid_topic'],
  TOPIC_AUTHORIZATION_FAILED: ['auth', 'kafka.not_authorized'],
  GROUP_AUTHORIZATION_FAILED: ['auth', 'kafka.not_authorized'],
  CLUSTER_AUTHORIZATION_FAILED: ['auth', 'kafka.not_authorized'],
  SASL_AUTHENTICATION_FAILED: ['auth', 'kafka.login'],
  INVALID_PRODUCER_EPOCH: ['fatal', 'kafka.fenced'],
  PRODUCER_FENCED: ['fatal', 'kafka.fenced'],
  OUT_OF_ORDER_SEQUENCE_NUMBER: ['reconnect', 'kafka.sequence'],
  UNKNOWN_PRODUCER_ID: ['reconnect', 'kafka.sequence'],
  REBALANCE_IN_PROGRESS: ['retriable', 'kafka.rebalancing'],
  UNKNOWN_MEMBER_ID: ['retriable', 'kafka.not_a_member'],
  ILLEGAL_GENERATION: ['retriable', 'kafka.not_a_member'],
  FENCED_INSTANCE_ID: ['retriable', 'kafka.not_a_member'],
  INVALID_REPLICATION_FACTOR: ['config', 'kafka.replication_factor'],
  INVALID_PARTITIONS: ['config', 'kafka.partitions'],
  INVALID_CONFIG: ['config', 'kafka.topic_config'],
  POLICY_VIOLATION: ['config', 'kafka.policy'],
};

const SUGGESTIONS: Readonly<Record<string, string>> = {
  'kafka.record_too_large':
    "Raise the topic's max.message.bytes (or the broker's message.max.bytes).",
  'kafka.invalid_timestamp':
    "Mend the clock that is ahead, or raise the topic's message.timestamp.after.max.ms.",
  'kafka.unknown_topic': 'Create the topic, or switch topic creation on.',
  'kafka.not_authorized': 'Give the principal the ACL it lacks.',
  'kafka.login': 'Check sasl.jaas.config (or sasl.username and sasl.password).',
};

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

const CHECK_BROKERS = 'Check bootstrap.servers and that the broker is up.';

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
