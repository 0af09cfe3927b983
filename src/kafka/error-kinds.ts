import type { ErrorKind } from '../foundation/errors.ts';

/** Kafka's error names that mean something particular; the rest goes by `retriable`. */
export const KINDS: Readonly<Record<string, readonly [ErrorKind, string]>> = {
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

/** By our code. */
export const SUGGESTIONS: Readonly<Record<string, string>> = {
  'kafka.record_too_large':
    "Raise the topic's max.message.bytes (or the broker's message.max.bytes).",
  'kafka.invalid_timestamp':
    "Mend the clock that is ahead, or raise the topic's message.timestamp.after.max.ms.",
  'kafka.unknown_topic': 'Create the topic, or switch topic creation on.',
  'kafka.not_authorized': 'Give the principal the ACL it lacks.',
  'kafka.login': 'Check sasl.jaas.config (or sasl.username and sasl.password).',
};

/** Where no broker answers. */
export const CHECK_BROKERS = 'Check bootstrap.servers and that the broker is up.';
/** Where a broker ends a connection that was to be encrypted. */
export const CHECK_PROTOCOL =
  'Check that the broker is up, and speaks TLS there (security.protocol).';
