import { fetchV13, ProtocolError, type Reader } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import type { Aborted } from './record-reader.ts';

/** Where reading a partition goes on. */
export interface Wanted {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
}

export interface Fetched extends Wanted {
  /** What the leader refuses: the rest says nothing then. */
  readonly error: ProtocolError | undefined;
  readonly highWatermark: bigint;
  /** Up to where every transaction is committed or aborted. */
  readonly stable: bigint;
  readonly aborted: readonly Aborted[];
  /** Batches; the last may be cut off. */
  readonly bytes: Buffer;
}

export interface FetchOptions {
  /** `READ_COMMITTED` or not. */
  readonly isolation: number;
  /** How long a broker holds a fetch that finds less than `minBytes`, ms; records end it at once. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

const { key: API_KEY, version: API_VERSION } = fetchV13.api;
const NO_SESSION = 0;
/** Neither begins a session nor goes on with one. */
const SESSIONLESS = -1;
const NO_EPOCH = -1;
const NOTHING = Buffer.alloc(0);

/**
 * One fetch from a leader. Topics go by their ids, so that a topic made anew under the same name isn't read on in place of the
 * former. The client's own call makes objects of every header; here records stay bytes.
 */
export async function fetchFrom(
  cluster: Cluster,
  leader: number,
  wanted: readonly Wanted[],
  options: FetchOptions,
): Promise<readonly Fetched[]> {
  const byId = new Map<string, readonly Wanted[]>();
  for (const [topic, some] of Map.groupBy(wanted, (each) => each.topic)) {
    byId.set((await cluster.layout(topic)).id, some);
  }
  const topics = [...byId].map(([topicId, some]) => ({
    topicId,
    partitions: some.map(({ partition, from }) => ({
      partition,
      currentLeaderEpoch: NO_EPOCH,
      fetchOffset: from,
      lastFetchedEpoch: NO_EPOCH,
      partitionMaxBytes: options.maxBytesPerPartition,
    })),
  }));
  const connection = await cluster.connection(leader);
  return await new Promise((resolve, reject) => {
    connection.send<readonly Fetched[]>(
      API_KEY,
      API_VERSION,
      () =>
        fetchV13.createRequest(
          options.maxWaitMs,
          options.minBytes,
          options.maxBytes,
          options.isolation,
          NO_SESSION,
          SESSIONLESS,
          topics,
          [],
          '',
        ),
      (_id, _key, _version, reader) => read(reader, byId),
      true,
      true,
      (error, answer) => {
        if (error !== null || answer === undefined) reject(error ?? new Error('no answer'));
        else resolve(answer);
      },
    );
  });
}

function read(reader: Reader, byId: ReadonlyMap<string, readonly Wanted[]>): readonly Fetched[] {
  reader.readInt32();
  const error = reader.readInt16();
  if (error !== 0) throw new ProtocolError(error);
  reader.readInt32();
  const fetched: Fetched[] = [];
  reader.readArray((ofTopic) => {
    const wanted = byId.get(ofTopic.readUUID()) ?? [];
    ofTopic.readArray((ofPartition) => {
      const found = readPartition(ofPartition);
      const asked = wanted.find(({ partition }) => partition === found.partition);
      if (asked !== undefined) fetched.push({ ...found, ...asked });
    });
  });
  return fetched;
}

/** Arrays of the client's reader pass over the tagged fields behind each entry. */
function readPartition(reader: Reader): Omit<Fetched, 'topic' | 'from'> {
  const partition = reader.readInt32();
  const error = reader.readInt16();
  const highWatermark = reader.readInt64();
  const stable = reader.readInt64();
  reader.readInt64();
  const aborted = reader.readNullableArray((entry) => ({
    producerId: entry.readInt64(),
    firstOffset: entry.readInt64(),
  }));
  reader.readInt32();
  // One more than the bytes; 0 stands for null.
  const length = Math.max(0, reader.readUnsignedVarInt() - 1);
  const bytes =
    length === 0 ? NOTHING : reader.buffer.slice(reader.position, reader.position + length);
  reader.skip(length);
  return {
    partition,
    error: error === 0 ? undefined : new ProtocolError(error),
    highWatermark,
    stable,
    aborted: aborted ?? [],
    bytes,
  };
}
