/** Topics that a group of workers keeps itself in: compacted, created when they aren't there, followed to their end. */
import type { RawRecord } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import type { KafkaAdmin } from '../kafka/port.ts';

export interface InternalTopic {
  readonly topic: string;
  /** The worker's property that names it. */
  readonly property: string;
  /** -1 = the broker's default. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Settings besides compaction (`config.storage.max.message.bytes` as `max.message.bytes`). */
  readonly config?: Readonly<Record<string, string>>;
}

/** Under `config.storage.` and its like, these are the worker's; the others are settings of the topic. */
const OF_THE_WORKER = ['topic', 'partitions', 'replication.factor', 'file.filename'];

/** What `config.storage.*` (`offset.`, `status.`) sets of the topic when it is created, as the broker names it. */
export function topicSettings(
  kind: 'config' | 'offset' | 'status',
  properties: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const prefix = `${kind}.storage.`;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value] as const)
      .filter(([name]) => !OF_THE_WORKER.includes(name)),
  );
}

/**
 * Throws `config` where an existing one isn't compacted: it would forget by age; `retriable` where another worker has just
 * created it, and the broker doesn't tell of it yet.
 */
export async function ensureCompacted(admin: KafkaAdmin, wanted: InternalTopic): Promise<void> {
  const { topic, property, partitions, replicationFactor } = wanted;
  const config = { ...wanted.config, 'cleanup.policy': 'compact' };
  if (await admin.createTopic({ topic, partitions, replicationFactor, config })) return;
  const found = await admin.topicConfig(topic);
  if (found === undefined) throw notTold(topic);
  const policy = found['cleanup.policy'];
  if (policy === 'compact') return;
  throw new AppError(
    'config',
    'topic.not_compacted',
    `Topic '${topic}' supplied via the '${property}' property is required to have 'cleanup.policy=compact' but found '${policy ?? 'nothing'}'.`,
    { path: property, suggestion: 'Set its cleanup.policy to compact, or name another topic.' },
  );
}

/** Throws `config` where it has more or fewer: their order is that of one partition; `retriable` as above. */
export async function requirePartitions(
  admin: KafkaAdmin,
  { topic, property }: InternalTopic,
  count: number,
): Promise<void> {
  const found = await admin.partitions(topic);
  if (found === count) return;
  if (found === undefined) throw notTold(topic);
  throw new AppError(
    'config',
    'topic.partitions',
    `Topic '${topic}' supplied via the '${property}' property is required to have ${count} partition${count === 1 ? '' : 's'} but found ${found}.`,
    { path: property, suggestion: 'Name another topic; a new one is created as it has to be.' },
  );
}

function notTold(topic: string): AppError {
  const message = `Topic '${topic}' was created just now: the broker doesn't tell of it yet.`;
  return new AppError('retriable', 'topic.new', message);
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

export const keyOf = ({ key }: RawRecord): string => textOf(key) ?? '';

export function toOutRecord(
  topic: string,
  { key, value }: { readonly key: string; readonly value: string | null },
): { topic: string; key: Buffer; value: Buffer | null; headers: [] } {
  const bytes = value === null ? null : Buffer.from(value);
  return { topic, key: Buffer.from(key), value: bytes, headers: [] };
}
