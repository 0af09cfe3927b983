import { AppError } from '../../src/foundation/errors.ts';
import type { OutRecord, TransactionalProducer } from '../../src/kafka/port.ts';
import type { MemoryKafka } from './memory-kafka.ts';

export type Step = 'init' | 'send' | 'commit' | 'committed' | 'abort';

/**
 * Transactions over a Kafka in memory, whose topics hold committed records alone: a transactional id belongs to the producer
 * that has taken hold of it last.
 */
export class MemoryTransactions {
  /** Awaited at each step, before it is done (`committed`: after): what it throws is the step's failure. */
  at: (step: Step) => void | Promise<void> = () => undefined;
  /** What was done, in order: `init`, `send 3`, `commit`, `abort`. */
  readonly done: string[] = [];
  readonly #kafka: MemoryKafka;
  readonly #epochs: Map<string, number>;

  /** `of`: whose ids they share. */
  constructor(kafka: MemoryKafka, of?: MemoryTransactions) {
    this.#kafka = kafka;
    this.#epochs = of === undefined ? new Map() : of.#epochs;
  }

  producer(id: string): TransactionalProducer {
    let epoch = 0;
    let open: OutRecord[] = [];
    const require = (): void => {
      if (this.#epochs.get(id) === epoch) return;
      throw new AppError('fatal', 'kafka.fenced', `${id} belongs to another producer now.`);
    };
    return {
      init: async () => {
        await this.at('init');
        epoch = (this.#epochs.get(id) ?? 0) + 1;
        this.#epochs.set(id, epoch);
        this.done.push('init');
      },
      send: async (records) => {
        await this.at('send');
        require();
        open.push(...records);
        this.done.push(`send ${records.length}`);
      },
      commit: async () => {
        await this.at('commit');
        require();
        for (const record of open) this.#kafka.append(record);
        open = [];
        this.done.push('commit');
        await this.at('committed');
      },
      abort: async () => {
        await this.at('abort');
        require();
        open = [];
        this.done.push('abort');
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
}
