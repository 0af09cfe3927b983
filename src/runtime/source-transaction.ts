import type { Position } from '../data/record.ts';
import { AppError, toAppError } from '../foundation/errors.ts';
import type { OutRecord, TransactionalProducer } from '../kafka/port.ts';
import { partitionKey } from './partition-key.ts';

export interface SourceTransactionOptions {
  readonly producer: TransactionalProducer;
  /** Where offsets are kept: by the same transaction as the records. */
  readonly offsetsTopic: string;
  readonly offsetRecord: (position: Position) => OutRecord;
}

/**
 * Records and the positions behind them, committed together or not at all (Invariant 1 by construction). One call at a time;
 * after one that rejected, it is of no use any more: `reconnect` = another one may be opened, `fatal` = it may not.
 */
export class SourceTransaction {
  readonly #options: SourceTransactionOptions;
  readonly #positions = new Map<string, Position>();
  #size = 0;

  constructor(options: SourceTransactionOptions) {
    this.#options = options;
  }

  /** Records that are written and neither committed nor aborted. */
  get size(): number {
    return this.#size;
  }

  async write(records: readonly OutRecord[], positions: readonly Position[]): Promise<void> {
    const { producer, offsetsTopic } = this.#options;
    if (records.some(({ topic }) => topic === offsetsTopic)) throw ownOffsets(offsetsTopic);
    if (records.length > 0) await attempt(() => producer.send(records));
    this.#size += records.length;
    // Only the last of a partition counts, in the order of their last.
    for (const position of positions) {
      const key = partitionKey(position.partition);
      this.#positions.delete(key);
      this.#positions.set(key, position);
    }
  }

  /** The positions that are durable with it. */
  async commit(): Promise<readonly Position[]> {
    const { producer, offsetRecord } = this.#options;
    const positions = [...this.#positions.values()];
    if (positions.length === 0 && this.#size === 0) return [];
    await attempt(async () => {
      if (positions.length > 0) await producer.send(positions.map(offsetRecord));
      await producer.commit();
    });
    this.#positions.clear();
    this.#size = 0;
    return positions;
  }

  /** Nothing that was written is published. Positions stay: the next `commit` has them. */
  async abort(): Promise<void> {
    await attempt(() => this.#options.producer.abort());
    this.#size = 0;
  }
}

/**
 * What has become of a transaction whose call failed isn't known: never again by this producer. Another one finds out, by
 * taking hold of the id and reading the offsets (Invariants 3, 9).
 */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const error = toAppError(cause, 'fatal', 'runtime.unexpected');
    if (error.code === 'kafka.fenced') throw fenced(error);
    if (error.kind !== 'retriable') throw error;
    const { code, message, suggestion } = error;
    throw new AppError('reconnect', code, message, { cause, suggestion });
  }
}

function fenced(cause: AppError): AppError {
  return new AppError(
    'fatal',
    'kafka.fenced',
    `${cause.message} Either a newer task of this connector has taken over, or the transaction expired before it was committed; nothing of it is published.`,
    {
      cause,
      suggestion:
        'If no other task has, raise producer.override.transaction.timeout.ms, or use transaction.boundary=poll; then restart the task.',
    },
  );
}

function ownOffsets(topic: string): AppError {
  return new AppError(
    'fatal',
    'transaction.offsets_topic',
    'Source tasks may not produce to their own offsets topics when exactly-once support is enabled',
    { suggestion: `Send the records to another topic than ${topic}.` },
  );
}
