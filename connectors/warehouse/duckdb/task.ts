import {
  AppError,
  messageOf,
  type Config,
  type QueryLimits,
  type QueryResult,
  type Rejection,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
  type TopicPartition,
} from '../../../src/sdk/index.ts';
import { stageRows, type Stage } from './apply.ts';
import { BATCH_MAX_RECORDS, BATCH_MAX_WAIT_MS, DUCKDB_PATH, settingsOf } from './config.ts';
import { Database, firstLine } from './database.ts';
import { duckDbCounters } from './metrics.ts';
import { OffsetTable, type Hold } from './offsets.ts';
import { PreparedRecord } from './prepared.ts';
import { runQuery } from './query.ts';
import { fold, rowOf, type Row } from './row.ts';
import { Table } from './table.ts';

export async function openDuckDbTask(
  config: Config,
  context: SinkTaskContext,
): Promise<DuckDbSinkTask> {
  const database = await Database.open(
    config.string(DUCKDB_PATH),
    context.connector,
    settingsOf(config),
  );
  const offsets = await OffsetTable.open(database.connection, context.connector);
  return new DuckDbSinkTask(database, offsets, config, context);
}

/** Rows, offsets and fence in one transaction: what Kafka delivers twice is written once. */
export class DuckDbSinkTask implements SinkTask {
  readonly batching: { readonly maxRecords: number; readonly maxWaitMs: number };
  readonly #database: Database;
  readonly #offsets: OffsetTable;
  readonly #context: SinkTaskContext;
  readonly #tables = new Map<string, Table>();
  readonly #holds = new Map<string, Hold>();
  readonly #partialRows;

  constructor(database: Database, offsets: OffsetTable, config: Config, context: SinkTaskContext) {
    this.#database = database;
    this.#offsets = offsets;
    this.#context = context;
    this.batching = {
      maxRecords: config.number(BATCH_MAX_RECORDS),
      maxWaitMs: config.number(BATCH_MAX_WAIT_MS),
    };
    this.#partialRows = duckDbCounters(context.metrics).partialRows;
  }

  async assign(
    partitions: readonly TopicPartition[],
  ): Promise<readonly (TopicPartition & { offset: bigint })[]> {
    const resume: (TopicPartition & { offset: bigint })[] = [];
    for (const { topic, partition } of partitions) {
      const hold = await this.#offsets.take({ topic, partition });
      this.#holds.set(keyOf(topic, partition), hold);
      if (hold.nextOffset !== undefined) resume.push({ topic, partition, offset: hold.nextOffset });
    }
    return resume;
  }

  /** Its row, once the table knows its schema; `put` reads the others, and rejects what can't be read. */
  prepare(record: SinkRecord): SinkRecord {
    const projection = this.#tables.get(record.topic)?.projectionOf(record);
    const hold = this.#holds.get(keyOf(record.topic, record.kafkaPartition));
    if (projection === undefined || hold === undefined) return record;
    try {
      return new PreparedRecord(record, rowOf(record, projection, hold.epoch));
    } catch {
      return record;
    }
  }

  async put(batch: readonly SinkRecord[]): Promise<readonly Rejection[]> {
    await this.#apply(batch.filter((record) => this.#isNew(record)));
    await this.#database.checkpointIfDue();
    return [];
  }

  revoke(partitions: readonly TopicPartition[]): Promise<void> {
    for (const { topic, partition } of partitions) this.#holds.delete(keyOf(topic, partition));
    return Promise.resolve();
  }

  query(sql: string, limits: QueryLimits, signal: AbortSignal): Promise<QueryResult> {
    return runQuery(this.#database, sql, limits, this.#context.clock, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }

  /** Records below the target's next offset were written before: a rewind changes nothing. */
  #isNew(record: SinkRecord): boolean {
    const { nextOffset } = this.#hold(record.topic, record.kafkaPartition);
    return nextOffset === undefined || record.kafkaOffset >= nextOffset;
  }

  /** Applies in one transaction; when the database refuses it, halves it until the bad record is alone. */
  async #apply(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.#commit(records);
    } catch (error) {
      if (error instanceof AppError) throw error;
      const text = firstLine(messageOf(error));
      if (/^(IO Error|TransactionContext Error: Failed to commit: IO)/.test(text)) {
        throw new AppError('retriable', 'duckdb.io', `Writing to DuckDB: ${text}`, {
          cause: error,
        });
      }
      const [only] = records;
      if (records.length === 1 && only !== undefined) {
        const refusal = new AppError('data', 'duckdb.refused', text, { cause: error });
        await this.#context.reject({ record: only, error: refusal });
        await this.#transaction(() => this.#advance(records));
        this.#remember(records);
        return;
      }
      const half = Math.ceil(records.length / 2);
      await this.#apply(records.slice(0, half));
      await this.#apply(records.slice(half));
    }
  }

  async #commit(records: readonly SinkRecord[]): Promise<void> {
    const rows = await this.#rows(records);
    const { connection } = this.#database;
    const stages: Stage[] = [];
    for (const [table, byKey] of rows) {
      stages.push(await stageRows(connection, table, [...byKey.values()]));
    }
    let partials = 0;
    await this.#transaction(async () => {
      for (const stage of stages) partials += await stage.merge();
      await this.#advance(records);
    });
    this.#partialRows.add(partials);
    this.#remember(records);
    for (const stage of stages) await stage.drop();
  }

  /** Per table, one folded row per key; records that can't be read are rejected first (Invariant 1). */
  async #rows(records: readonly SinkRecord[]): Promise<Map<Table, Map<string, Row>>> {
    const rows = new Map<Table, Map<string, Row>>();
    for (const record of records) {
      const table = this.#table(record.topic);
      try {
        const row =
          record instanceof PreparedRecord ? record.row : await this.#rowOf(record, table);
        const byKey = rows.get(table) ?? new Map<string, Row>();
        rows.set(table, byKey);
        byKey.set(row.key, fold(byKey.get(row.key), row));
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'data') throw error;
        await this.#context.reject({ record, error });
      }
    }
    return rows;
  }

  async #rowOf(record: SinkRecord, table: Table): Promise<Row> {
    const projection = table.projectionOf(record) ?? (await table.project(record));
    return rowOf(record, projection, this.#hold(record.topic, record.kafkaPartition).epoch);
  }

  async #advance(records: readonly SinkRecord[]): Promise<void> {
    for (const { topic, partition, next } of nextOffsets(records)) {
      await this.#offsets.advance({ topic, partition }, next, this.#hold(topic, partition).fence);
    }
  }

  #remember(records: readonly SinkRecord[]): void {
    for (const { topic, partition, next } of nextOffsets(records)) {
      const key = keyOf(topic, partition);
      this.#holds.set(key, { ...this.#hold(topic, partition), nextOffset: next });
    }
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    const { connection } = this.#database;
    await connection.run('BEGIN');
    try {
      await work();
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  #table(topic: string): Table {
    const known = this.#tables.get(topic);
    if (known !== undefined) return known;
    const table = new Table(this.#database.connection, topic);
    for (const [otherTopic, other] of this.#tables) {
      if (other.name.toLowerCase() !== table.name.toLowerCase()) continue;
      throw new AppError(
        'config',
        'duckdb.table_twice',
        `Topics ${otherTopic} and ${topic} would both be table ${table.name}.`,
        { path: 'topics', suggestion: 'Rename one with the RegexRouter transform.' },
      );
    }
    this.#tables.set(topic, table);
    return table;
  }

  #hold(topic: string, partition: number): Hold {
    const hold = this.#holds.get(keyOf(topic, partition));
    if (hold !== undefined) return hold;
    throw new AppError(
      'fatal',
      'duckdb.unassigned',
      `Partition ${topic}-${partition} isn't assigned.`,
    );
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

function nextOffsets(
  records: readonly SinkRecord[],
): Iterable<{ topic: string; partition: number; next: bigint }> {
  const next = new Map<string, { topic: string; partition: number; next: bigint }>();
  for (const { topic, kafkaPartition: partition, kafkaOffset } of records) {
    next.set(keyOf(topic, partition), { topic, partition, next: kafkaOffset + 1n });
  }
  return next.values();
}
