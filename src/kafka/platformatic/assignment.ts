import type { TopicPartition } from '../../data/record.ts';

/** Of the consumers' protocol: who subscribes to what, and what each gets, as every client writes it. */
const VERSION = 0;

export interface Subscriber {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/**
 * Deals out each topic's partitions in turn, over all topics, to the members that subscribe to it. The same for every
 * leader: members go by their id, topics by name.
 */
export function deal(
  subscribers: readonly Subscriber[],
  counts: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly TopicPartition[]> {
  const shares = new Map(
    subscribers
      .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
      .map(({ memberId }): [string, TopicPartition[]] => [memberId, []]),
  );
  const topicsOf = new Map(subscribers.map(({ memberId, topics }) => [memberId, new Set(topics)]));
  const all = [...new Set(subscribers.flatMap(({ topics }) => topics))].sort();
  let turn = 0;
  for (const topic of all) {
    const takers = [...shares].filter(([member]) => topicsOf.get(member)?.has(topic) === true);
    for (let partition = 0; partition < (counts.get(topic) ?? 0); partition++) {
      takers[turn++ % takers.length]?.[1].push({ topic, partition });
    }
  }
  return shares;
}

export function encodeSubscription(topics: readonly string[]): Buffer {
  return Buffer.concat([int16(VERSION), int32(topics.length), ...topics.map(string), int32(0)]);
}

export function decodeSubscription(bytes: Uint8Array): readonly string[] {
  const cursor = new FieldCursor(bytes);
  cursor.int16();
  return cursor.array(() => cursor.string());
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const byTopic = [...Map.groupBy(partitions, ({ topic }) => topic)];
  return Buffer.concat([
    int16(VERSION),
    int32(byTopic.length),
    ...byTopic.flatMap(([topic, some]) => [
      string(topic),
      int32(some.length),
      ...some.map(({ partition }) => int32(partition)),
    ]),
    int32(0),
  ]);
}

export function decodeAssignment(bytes: Uint8Array): readonly TopicPartition[] {
  if (bytes.length === 0) return [];
  const cursor = new FieldCursor(bytes);
  cursor.int16();
  return cursor
    .array(() => {
      const topic = cursor.string();
      return cursor.array(() => ({ topic, partition: cursor.int32() }));
    })
    .flat();
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

class FieldCursor {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int16(): number {
    this.#at += 2;
    return this.#buffer.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#buffer.readInt32BE(this.#at - 4);
  }

  string(): string {
    const length = this.int16();
    this.#at += length;
    return this.#buffer.toString('utf8', this.#at - length, this.#at);
  }

  array<T>(read: () => T): T[] {
    const found: T[] = [];
    for (let left = this.int32(); left > 0; left--) found.push(read());
    return found;
  }
}
