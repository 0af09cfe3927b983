import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError, type TopicPartition } from '../../../src/sdk/index.ts';

/**
 * The offsets the target holds, in the transaction of the rows they belong to.
 *
 * `fence` is raised by each task that is assigned the partition; a commit with an older fence changes
 * nothing and fails, so a task that lost the partition can't write. `epoch` is raised by each altered
 * offset: `(epoch, offset)` only grows, so a replayed record is newer than the row it wrote before.
 */
const CREATE = `
CREATE TABLE IF NOT EXISTS _connect_offsets (
  connector VARCHAR NOT NULL,
  topic VARCHAR NOT NULL,
  "partition" INTEGER NOT NULL,
  next_offset BIGINT,
  epoch BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (connector, topic, "partition")
)`;

const KEY = `connector = $connector AND topic = $topic AND "partition" = $partition`;
const NOW = `(current_timestamp AT TIME ZONE 'UTC')`;

export interface Hold {
  readonly nextOffset: bigint | undefined;
  readonly epoch: bigint;
  readonly fence: bigint;
}

export class OffsetTable {
  readonly #connection: DuckDBConnection;
  readonly #connector: string;

  private constructor(connection: DuckDBConnection, connector: string) {
    this.#connection = connection;
    this.#connector = connector;
  }

  static async open(connection: DuckDBConnection, connector: string): Promise<OffsetTable> {
    await connection.run(CREATE);
    return new OffsetTable(connection, connector);
  }

  /** Takes the partition: raises the fence and says where to go on. */
  async take(partition: TopicPartition): Promise<Hold> {
    const reader = await this.#connection.runAndReadAll(
      `INSERT INTO _connect_offsets VALUES ($connector, $topic, $partition, NULL, 0, 1, ${NOW})
       ON CONFLICT DO UPDATE SET fence = _connect_offsets.fence + 1
       RETURNING next_offset, epoch, fence`,
      this.#key(partition),
    );
    const [nextOffset, epoch, fence] = reader.getRows()[0] as [bigint | null, bigint, bigint];
    return { nextOffset: nextOffset ?? undefined, epoch, fence };
  }

  /** Inside the rows' transaction. Throws `fatal` when another task took the partition. */
  async advance(partition: TopicPartition, nextOffset: bigint, fence: bigint): Promise<void> {
    const reader = await this.#connection.runAndReadAll(
      `UPDATE _connect_offsets SET next_offset = $next, updated_at = ${NOW}
       WHERE ${KEY} AND fence = $fence RETURNING 1`,
      { ...this.#key(partition), next: nextOffset, fence },
    );
    if (reader.getRows().length === 1) return;
    throw new AppError(
      'fatal',
      'duckdb.fenced',
      `Partition ${partition.topic}-${partition.partition} was taken by another task; this one stops without writing.`,
    );
  }

  /** Rewrites an offset (null = forget it) and begins a new epoch. */
  async alter(partition: TopicPartition, offset: bigint | null): Promise<void> {
    await this.#connection.run(
      `INSERT INTO _connect_offsets VALUES ($connector, $topic, $partition, $next, 1, 1, ${NOW})
       ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset,
         epoch = _connect_offsets.epoch + 1, updated_at = excluded.updated_at`,
      { ...this.#key(partition), next: offset },
    );
  }

  async all(): Promise<readonly TopicPartition[]> {
    const reader = await this.#connection.runAndReadAll(
      `SELECT topic, "partition" FROM _connect_offsets WHERE connector = $connector`,
      { connector: this.#connector },
    );
    return reader
      .getRows()
      .map(([topic, partition]) => ({ topic: String(topic), partition: Number(partition) }));
  }

  #key(partition: TopicPartition): { connector: string; topic: string; partition: number } {
    return {
      connector: this.#connector,
      topic: partition.topic,
      partition: partition.partition,
    };
  }
}
