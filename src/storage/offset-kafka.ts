import { canonicalJson, parseJson, stringifyJson } from '../data/exact-json.ts';
import type { RawRecord } from '../data/record.ts';
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { Kafka } from '../kafka/port.ts';
import type { OffsetStore } from './offset-store.ts';
import { OffsetTable } from './offset-table.ts';

export interface OffsetTopic {
  /** `offset.storage.topic`. */
  readonly topic: string;
  /** `offset.storage.partitions`; -1 = the broker's default. */
  readonly partitions: number;
  /** `offset.storage.replication.factor`; -1 = the broker's default. */
  readonly replicationFactor: number;
  /** `offset.storage.*`: further settings of the topic when it is created. */
  readonly config?: Readonly<Record<string, string>>;
  readonly log?: Log | undefined;
  /** The group's `config.storage.topic`, if the topic is to be there where the group has sources. */
  readonly configTopic?: string | undefined;
}

/**
 * Offsets in Connect's own topic and format: key `["<connector>",{partition}]`, value `{offset}`, null
 * forgets. The topic is created compacted; an existing one that isn't is refused, for it would forget
 * offsets by age.
 */
export async function openOffsetTopic(
  kafka: Kafka,
  options: OffsetTopic,
  signal: AbortSignal,
): Promise<OffsetStore> {
  const { topic, partitions, replicationFactor } = options;
  const config = { ...options.config, 'cleanup.policy': 'compact' };
  if (!(await kafka.admin.createTopic({ topic, partitions, replicationFactor, config }))) {
    await requireCompacted(kafka, topic);
  }
  const table = new OffsetTable();
  await kafka.readToEnd(topic, offsetTaker(table, options.log), signal);
  const producer = await kafka.producer({ clientId: 'headwater-offsets' });
  let queue: Promise<unknown> = Promise.resolve();
  return {
    read: async (connector) => await Promise.resolve(table.read(connector)),
    partitions: (connector) => Promise.resolve(table.partitions(connector)),
    write: (connector, offsets) => {
      const written = queue
        .catch(() => undefined)
        .then(async () => {
          await producer.send(offsets.map((entry) => toOffsetRecord(topic, connector, entry)));
          table.apply(connector, offsets);
        });
      queue = written;
      return written;
    },
    [Symbol.asyncDispose]: async () => {
      await queue.catch(() => undefined);
      await producer[Symbol.asyncDispose]();
    },
  };
}

async function requireCompacted(kafka: Kafka, topic: string): Promise<void> {
  const config = await kafka.admin.topicConfig(topic);
  if (config?.['cleanup.policy'] === 'compact') return;
  throw new AppError(
    'config',
    'offsets.topic',
    `Topic ${topic} isn't compacted, so it can't keep offsets.`,
    {
      path: 'offset.storage.topic',
      suggestion: 'Set its cleanup.policy to compact, or name another topic.',
    },
  );
}

export function toOffsetRecord(
  topic: string,
  connector: string,
  { partition, offset }: { partition: SourcePartition; offset: SourceOffset | null },
): { topic: string; key: Buffer; value: Buffer | null; headers: [] } {
  return {
    topic,
    key: Buffer.from(canonicalJson([connector, partition])),
    value: offset === null ? null : Buffer.from(stringifyJson(offset)),
    headers: [],
  };
}

/** Takes records one after another. The first that is passed over is logged: more are of the same making. */
export function offsetTaker(table: OffsetTable, log: Log | undefined): (record: RawRecord) => void {
  let isTold = false;
  return (record) => {
    if (takeOffset(table, record) || isTold) return;
    isTold = true;
    const { topic, partition, offset } = record;
    log?.warn(
      `Record ${topic}-${partition} at ${offset} has no offset's key ([connector, {partition}]) and is passed over, as are others like it.`,
    );
  };
}

/** False: a key that is none is nobody's, and passed over as Connect does. A value that is none stops its connector alone. */
export function takeOffset(table: OffsetTable, record: RawRecord): boolean {
  const { key, value, topic, partition, offset } = record;
  const owner = readOwner(key);
  if (owner === undefined) return false;
  const [connector, source] = owner;
  try {
    const stored = value === null ? null : parseJson(Buffer.from(value).toString());
    if (!isMap(stored) && stored !== null) throw new Error('it is not a map');
    table.apply(connector, [{ partition: source, offset: stored }]);
  } catch (cause) {
    const message = `Record ${topic}-${partition} at ${offset} is no offset of ${connector}: ${messageOf(cause)}.`;
    const error = new AppError('config', 'offsets.corrupt', message, {
      cause,
      path: 'offset.storage.topic',
      suggestion:
        'Stop the connector and set its position by PATCH /connectors/<name>/offsets, or forget it by DELETE.',
    });
    table.spoil(connector, source, error);
  }
  return true;
}

function readOwner(key: Uint8Array | null): readonly [string, SourcePartition] | undefined {
  try {
    const owner = parseJson(Buffer.from(key ?? '').toString());
    if (!Array.isArray(owner) || owner.length !== 2) return undefined;
    const [connector, partition] = owner as readonly unknown[];
    return typeof connector === 'string' && isMap(partition) ? [connector, partition] : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
