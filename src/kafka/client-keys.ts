/**
 * What a connector's clients take: `producer.override.*` and `consumer.override.*` of a connector, `producer.*` and
 * `consumer.*` of its worker, prefix off. Besides these: bootstrap.servers, security.protocol, sasl.* and ssl.*. Others of the
 * JVM's clients do nothing.
 */
import type { ConfigDef, ConfigKey } from '../config/definition.ts';

const GROUP = 'Kafka client';

function key(
  name: string,
  type: ConfigKey['type'],
  value: string | null,
  documentation: string,
  rest: Partial<ConfigKey> = {},
): ConfigKey {
  return {
    name,
    type,
    default: value,
    importance: 'LOW',
    documentation,
    group: GROUP,
    displayName: name,
    ...rest,
  };
}

/** Always idempotent, acks=all, one request in flight: there is nothing to set about that. */
export const PRODUCER_KEYS: ConfigDef = [
  key('compression.type', 'STRING', 'none', 'How batches are compressed.', {
    values: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  }),
  key(
    'transaction.timeout.ms',
    'INT',
    '60000',
    'Of an exactly-once source: Kafka aborts a transaction that stays open for longer.',
    { min: 1 },
  ),
];

export const CONSUMER_KEYS: ConfigDef = [
  key('group.id', 'STRING', null, "The sink's group. Unset: connect- and the connector's name."),
  key(
    'auto.offset.reset',
    'STRING',
    'earliest',
    'Where a partition is read from that has no offset.',
    { values: ['earliest', 'latest'] },
  ),
  key('isolation.level', 'STRING', 'read_committed', 'Whether what was rolled back is read.', {
    values: ['read_committed', 'read_uncommitted'],
  }),
  key('session.timeout.ms', 'INT', '30000', 'A task silent for so long is taken for lost.', {
    min: 1,
  }),
  key('heartbeat.interval.ms', 'INT', '1000', 'How often a task says that it lives.', { min: 1 }),
  key('fetch.max.wait.ms', 'INT', '250', 'How long a fetch may wait for fetch.min.bytes.', {
    min: 1,
  }),
  key('fetch.min.bytes', 'INT', '1', 'Fewer bytes are waited for.', { min: 1 }),
  key('fetch.max.bytes', 'INT', '10485760', 'The most bytes of one fetch.', { min: 1 }),
  key(
    'max.partition.fetch.bytes',
    'INT',
    '1048576',
    'The most bytes of one partition in one fetch.',
    { min: 1 },
  ),
];
