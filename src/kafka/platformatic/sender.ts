import { backoffMs } from '../../foundation/backoff.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Codec } from '../compression.ts';
import type { OutRecord } from '../port.ts';
import { byLeader, type Cluster } from './cluster.ts';
import { isRetriable, nameOf } from './errors.ts';
import type { ProducerIdentity } from './identity.ts';
import { Partitioner, type PartitionRecords } from './partitioning.ts';
import { produce, type EncodedBatch } from './produce.ts';
import { encodeBatch } from './record-batch.ts';

/** Of a batch, below the default max.message.bytes of 1 MiB. */
const ROUND_BYTES = 800_000;
/** Around 2.5 s of tries; then the runtime's policy takes over. */
const ATTEMPTS = 6;
const BACKOFF = { initialMs: 100, maxMs: 1_000 } as const;
/** Of a record in a batch, besides its bytes. */
const RECORD_OVERHEAD = 12;

interface Batch extends EncodedBatch {
  readonly records: readonly OutRecord[];
}

export interface SenderOptions {
  readonly transactionalId: string | null;
  readonly codec: Codec | undefined;
}

/** Sends batches until each is acked or refused. One batch in flight for each partition (Invariant 5). */
export class Sender {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #options: SenderOptions;
  readonly #partitioner = new Partitioner();

  constructor(cluster: Cluster, clock: Clock, options: SenderOptions) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#options = options;
  }

  /** The records by partition, in requests of a size that brokers take. */
  async *rounds(records: readonly OutRecord[]): AsyncIterable<readonly PartitionRecords[]> {
    for (const round of cut(records)) {
      const counts = new Map<string, number>();
      for (const topic of new Set(round.map((record) => record.topic))) {
        const { leaders } = await this.#cluster.retry(() => this.#cluster.layout(topic));
        counts.set(topic, leaders.length);
      }
      yield this.#partitioner.group(round, counts);
    }
  }

  /**
   * Rejects with the first error that trying again doesn't mend: then some of it may be written, and the identity's sequence
   * numbers can't be relied on. A batch that its topic finds too large is halved until it fits.
   */
  async deliver(groups: readonly PartitionRecords[], identity: ProducerIdentity): Promise<void> {
    let open: readonly Batch[] = await Promise.all(
      groups.map((group) => this.#encode(group, identity)),
    );
    const tooLarge: Batch[] = [];
    for (let attempt = 1; open.length > 0; attempt++) {
      const failed = await this.#attempt(open, identity);
      const again: Batch[] = [];
      for (const [batch, error] of failed) {
        if (isTooLarge(error) && batch.records.length > 1) tooLarge.push(batch);
        else if (isRetriable(error) && attempt < ATTEMPTS) again.push(batch);
        else throw isTooLarge(error) ? recordTooLarge(batch, error) : error;
      }
      open = again;
      if (again.length === 0) break;
      this.#cluster.forget();
      await this.#clock.sleep(backoffMs(attempt, BACKOFF));
    }
    for (const { topic, partition, records } of tooLarge) {
      const half = Math.ceil(records.length / 2);
      for (const part of [records.slice(0, half), records.slice(half)]) {
        await this.deliver([{ topic, partition, records: part }], identity);
      }
    }
  }

  async #encode(group: PartitionRecords, identity: ProducerIdentity): Promise<Batch> {
    const { topic, partition, records } = group;
    const owner = {
      producerId: identity.id,
      producerEpoch: identity.epoch,
      sequence: identity.sequence(topic, partition),
      isTransactional: this.#options.transactionalId !== null,
    };
    const bytes = await encodeBatch(records, owner, this.#options.codec, this.#clock.now());
    return { topic, partition, records, bytes };
  }

  /** Resolves to what isn't acked. */
  async #attempt(
    batches: readonly Batch[],
    identity: ProducerIdentity,
  ): Promise<ReadonlyMap<Batch, unknown>> {
    const failed = new Map<Batch, unknown>();
    const one = async (leader: number, some: readonly Batch[]): Promise<void> => {
      const refused = await produce(this.#cluster, leader, this.#options.transactionalId, some);
      for (const batch of some) {
        const error = refused.get(batch);
        // The broker has it already: the answer to the try before was lost.
        const isAcked = error === undefined || nameOf(error) === 'DUPLICATE_SEQUENCE_NUMBER';
        if (isAcked) identity.advance(batch.topic, batch.partition, batch.records.length);
        else failed.set(batch, error);
      }
    };
    try {
      const nodes = [...(await byLeader(this.#cluster, batches))];
      await Promise.all(
        nodes.map(([leader, some]) =>
          one(leader, some).catch((error: unknown) => {
            for (const batch of some) failed.set(batch, error);
          }),
        ),
      );
    } catch (error) {
      for (const batch of batches) failed.set(batch, error);
    }
    return failed;
  }
}

function recordTooLarge({ topic, records }: Batch, cause: unknown): AppError {
  const [record] = records;
  const bytes = (record?.key?.length ?? 0) + (record?.value?.length ?? 0);
  return new AppError(
    'data',
    'kafka.record_too_large',
    `A record of ${bytes} bytes is larger than topic ${topic} takes.`,
    { cause, suggestion: "Raise the topic's max.message.bytes." },
  );
}

function isTooLarge(error: unknown): boolean {
  const name = nameOf(error);
  return name === 'MESSAGE_TOO_LARGE' || name === 'RECORD_LIST_TOO_LARGE';
}

function* cut(records: readonly OutRecord[]): Iterable<readonly OutRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, record] of records.entries()) {
    const size = sizeOf(record);
    if (at > from && bytes + size > ROUND_BYTES) {
      yield records.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < records.length) yield records.slice(from);
}

function sizeOf({ key, value, headers }: OutRecord): number {
  let size = RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) size += header.key.length + (header.value?.length ?? 0) + 2;
  return size;
}
