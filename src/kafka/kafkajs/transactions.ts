import type { Kafka, Producer, Transaction } from './kafkajs.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { GroupKafka, OutRecord, TransactionalProducer } from '../port.ts';
import { answered, closed, isUnanswered } from './answered.ts';
import { isType, kafkaError } from './errors.ts';
import { stickyPartitioner } from './partitioner.ts';
import { compression, rounds, toTopicMessages } from './producer.ts';

/**
 * After a commit the coordinator is busy for some milliseconds; kafkajs then sleeps `initialRetryTime`. With its default of
 * 300 ms there are 8 transactions a second, with this 150. All tries together take some 5 s, for they can't be called off: what
 * lasts longer is for whoever uses the producer, who knows whether it still may.
 */
const RETRY = { initialRetryTime: 2, maxRetryTime: 1_000, retries: 12 } as const;

export class KafkaJsTransactionalProducer implements TransactionalProducer {
  readonly #producer: Producer;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #compression: number;
  #transaction: Transaction | undefined;
  #isLost = false;
  /** A call of it still hangs: nothing that comes after would be answered. */
  #isStuck = false;

  constructor(
    kafka: Kafka,
    options: Parameters<GroupKafka['transactionalProducer']>[0],
    clock: Clock,
  ) {
    this.#clock = clock;
    const { transactionalId: id, timeoutMs, overrides } = options;
    this.#id = id;
    this.#compression = compression(overrides?.['compression.type']);
    this.#producer = kafka.producer({
      transactionalId: id,
      transactionTimeout: timeoutMs,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: stickyPartitioner,
      retry: RETRY,
    });
  }

  /** kafkajs takes hold of the id with the first transaction, not before. */
  async init(): Promise<void> {
    await this.#do('Taking hold of', async () => {
      await this.#producer.connect();
      await (await this.#producer.transaction()).abort();
    });
  }

  async send(records: readonly OutRecord[]): Promise<void> {
    await this.#do('Writing in', async () => {
      this.#transaction ??= await this.#producer.transaction();
      for (const round of rounds(records)) {
        await this.#transaction.sendBatch({
          acks: -1,
          compression: this.#compression,
          topicMessages: toTopicMessages(round),
        });
      }
    });
  }

  async commit(): Promise<void> {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    await this.#do('Committing', () => transaction.commit());
    this.#transaction = undefined;
  }

  async abort(): Promise<void> {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    await this.#do('Aborting', () => transaction.abort());
    this.#transaction = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isLost && !this.#isStuck) await this.abort().catch(() => undefined);
    await closed(this.#producer.disconnect(), this.#clock);
  }

  async #do(doing: string, work: () => Promise<void>): Promise<void> {
    if (this.#isLost) throw this.#lost(undefined);
    const what = `${doing} transaction ${this.#id}`;
    try {
      await answered(work(), what, this.#clock);
    } catch (error) {
      this.#isStuck ||= isUnanswered(error);
      if (FENCED.some((type) => isType(error, type))) {
        this.#isLost = true;
        throw this.#lost(error);
      }
      throw kafkaError(error, what);
    }
  }

  #lost(cause: unknown): AppError {
    const message = `Transactional id ${this.#id} belongs to another producer now.`;
    return new AppError('fatal', 'kafka.fenced', message, { cause });
  }
}

const FENCED = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'];
