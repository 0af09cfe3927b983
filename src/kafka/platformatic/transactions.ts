import { addPartitionsToTxnV3, endTxnV3, initProducerIdV4 } from '@platformatic/kafka';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { codecNamed } from '../compression.ts';
import type { OutRecord, ProducerOptions, TransactionalProducer } from '../port.ts';
import { TRANSACTION, type Cluster } from './cluster.ts';
import { kafkaError, nameOf } from './errors.ts';
import { ProducerIdentity } from './identity.ts';
import type { PartitionRecords } from './partitioning.ts';
import { Sender } from './sender.ts';

/**
 * After a commit the coordinator is busy for some milliseconds. The JVM's clients ask again after 20 ms; each transaction
 * waits for it, so that these ask sooner.
 */
const BUSY_MS = 3;
const MOST_BUSY = 2_000;
/** Around half a minute: a broker that just started still makes the topic of transactions. */
const ATTEMPTS = 30;
const FENCED: ReadonlySet<string | undefined> = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
]);

type Options = ProducerOptions & { readonly transactionalId: string; readonly timeoutMs: number };

export class PlatformaticTransactionalProducer implements TransactionalProducer {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #options: Options;
  readonly #sender: Sender;
  #identity: ProducerIdentity | undefined;
  /** Partitions of the open transaction; undefined where none is open. */
  #open: Set<string> | undefined;
  /** A batch failed, so that the identity's sequence numbers can't be relied on. */
  #isUncertain = false;
  #isLost = false;

  constructor(cluster: Cluster, clock: Clock, options: Options) {
    const codec = codecNamed(options.overrides?.['compression.type']);
    this.#cluster = cluster;
    this.#clock = clock;
    this.#options = options;
    this.#sender = new Sender(cluster, clock, { transactionalId: options.transactionalId, codec });
  }

  async init(): Promise<void> {
    await this.#do('Taking hold of', async () => {
      this.#identity = await this.#begin(undefined);
    });
  }

  async send(records: readonly OutRecord[]): Promise<void> {
    await this.#do('Writing in', async () => {
      this.#identity ??= await this.#begin(undefined);
      const identity = this.#identity;
      for await (const round of this.#sender.rounds(records)) {
        await this.#include(identity, round);
        this.#isUncertain = true;
        await this.#sender.deliver(round, identity);
        this.#isUncertain = false;
      }
    });
  }

  async commit(): Promise<void> {
    await this.#do('Committing', () => this.#end(true));
  }

  async abort(): Promise<void> {
    await this.#do('Aborting', async () => {
      await this.#end(false);
      if (!this.#isUncertain) return;
      // Only who holds the id gets the next epoch, and with it new numbers: it can't fence its heir.
      this.#identity = await this.#begin(this.#identity);
      this.#isUncertain = false;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isLost) await this.abort().catch(() => undefined);
    await this.#cluster.close();
  }

  /** Without `former` it takes the id from whoever holds it. */
  async #begin(former: ProducerIdentity | undefined): Promise<ProducerIdentity> {
    const { transactionalId, timeoutMs } = this.#options;
    const { producerId, producerEpoch } = await this.#ask((node) =>
      this.#cluster.call(
        node,
        initProducerIdV4.api,
        transactionalId,
        timeoutMs,
        former?.id ?? -1n,
        former?.epoch ?? -1,
      ),
    );
    return new ProducerIdentity(producerId, producerEpoch);
  }

  /** Tells the coordinator of partitions that the transaction hasn't written to yet. */
  async #include(identity: ProducerIdentity, round: readonly PartitionRecords[]): Promise<void> {
    const open = (this.#open ??= new Set());
    const more = round.filter(({ topic, partition }) => !open.has(`${topic}-${partition}`));
    if (more.length === 0) return;
    const topics = [...Map.groupBy(more, ({ topic }) => topic)].map(([name, groups]) => ({
      name,
      partitions: groups.map(({ partition }) => partition),
    }));
    const { transactionalId } = this.#options;
    const { id: producerId, epoch: producerEpoch } = identity;
    const transaction = { transactionalId, producerId, producerEpoch, verifyOnly: false, topics };
    await this.#ask((node) => this.#cluster.call(node, addPartitionsToTxnV3.api, [transaction]));
    for (const { topic, partition } of more) open.add(`${topic}-${partition}`);
  }

  async #end(isCommitted: boolean): Promise<void> {
    const identity = this.#identity;
    if (identity === undefined || this.#open === undefined) return;
    const { transactionalId } = this.#options;
    const { id, epoch } = identity;
    // Without a partition the coordinator has begun nothing.
    if (this.#open.size > 0) {
      await this.#ask((node) =>
        this.#cluster.call(node, endTxnV3.api, transactionalId, id, epoch, isCommitted),
      );
    }
    this.#open = undefined;
  }

  /** Asks the coordinator, again while it is busy with the transaction before. */
  async #ask<T>(call: (coordinator: number) => Promise<T>): Promise<T> {
    const { transactionalId } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#cluster.retry(async () => {
          const coordinator = await this.#cluster.coordinator(TRANSACTION, transactionalId);
          return await call(coordinator).catch((error: unknown) => {
            throw nameOf(error) === BUSY ? new Busy(error) : error;
          });
        }, ATTEMPTS);
      } catch (error) {
        if (!(error instanceof Busy)) throw error;
        if (attempt >= MOST_BUSY) throw error.cause;
        await this.#clock.sleep(BUSY_MS);
      }
    }
  }

  async #do(doing: string, work: () => Promise<void>): Promise<void> {
    if (this.#isLost) throw this.#lost(undefined);
    try {
      await work();
    } catch (error) {
      if (FENCED.has(nameOf(error))) {
        this.#isLost = true;
        throw this.#lost(error);
      }
      throw kafkaError(error, `${doing} transaction ${this.#options.transactionalId}`);
    }
  }

  #lost(cause: unknown): AppError {
    const message = `Transactional id ${this.#options.transactionalId} belongs to another producer now.`;
    return new AppError('fatal', 'kafka.fenced', message, { cause });
  }
}

const BUSY = 'CONCURRENT_TRANSACTIONS';

/** Passes by the cluster's own tries, which are fewer and read everything anew. */
class Busy extends Error {
  constructor(cause: unknown) {
    super('the coordinator is busy', { cause });
  }
}
