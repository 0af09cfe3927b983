import type { Kafka, Producer, Transaction } from './kafkajs.ts';
import { AppError } from '../../foundation/errors.ts';
import type { GroupKafka, OutRecord, TransactionalProducer } from '../port.ts';
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
  readonly #compression: number;
  #transaction: Transaction | undefined;
  #isLost = false;

  constructor(kafka: Kafka, options: Parameters<GroupKafka['transactionalProducer']>[0]) {
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
    if (!this.#isLost) await this.abort().catch(() => undefined);
    await this.#producer.disconnect().catch(() => undefined);
  }

  async #do(doing: string, work: () => Promise<void>): Promise<void> {
    if (this.#isLost) throw this.#lost(undefined);
    try {
      await work();
    } catch (error) {
      if (FENCED.some((type) => isType(error, type))) {
        this.#isLost = true;
        throw this.#lost(error);
      }
      throw kafkaError(error, `${doing} transaction ${this.#id}`);
    }
  }

  #lost(cause: unknown): AppError {
    const message = `Transactional id ${this.#id} belongs to another producer now.`;
    return new AppError('fatal', 'kafka.fenced', message, { cause });
  }
}

const FENCED = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'];
