import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError, type Schema, type SinkRecord } from '../../../src/sdk/index.ts';
import { fits, widens, type ColumnKind } from './columns.ts';
import { quote } from './database.ts';
import { layoutOf, tableName, type Column, type Layout } from './layout.ts';

/** How a layout's columns stand in the table. */
export interface Projection {
  readonly layout: Layout;
  readonly keyColumn: string;
  /** Per layout column its index in the table, or -1 for the key column. */
  readonly indexes: readonly number[];
  /** What a full image sets, the key column left out; the same array each time. */
  readonly imageColumns: readonly number[];
  /** Where each of `imageColumns` stands in a record. */
  readonly imageSources: readonly Column[];
}

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

const EMPTY_LAYOUT: Layout = { envelope: false, columns: [], positions: new Map() };

/** The current-state table of one topic: created from the schema, widened as it grows. */
export class Table {
  readonly name: string;
  /** Data columns in the order met; the key and the `_` columns stand apart. */
  readonly columns: TableColumn[] = [];
  readonly #connection: DuckDBConnection;
  readonly #indexes = new Map<string, number>();
  readonly #projections = new WeakMap<object, Projection>();
  #keyColumn: string | undefined;

  constructor(connection: DuckDBConnection, topic: string) {
    this.#connection = connection;
    this.name = tableName(topic);
  }

  get keyColumn(): string {
    return this.#keyColumn ?? 'Id';
  }

  /** Where a record's fields go, when its schema was met before. */
  projectionOf(record: SinkRecord): Projection | undefined {
    return this.#projections.get(record.valueSchema ?? EMPTY_LAYOUT);
  }

  /**
   * The same on a schema's first sight: creates or widens the table. Throws a `data` error for a record
   * without a schema and a `config` error for a column of another type.
   */
  async project(record: SinkRecord): Promise<Projection> {
    const schema = record.valueSchema;
    if (record.value !== null && schema?.type !== 'struct') {
      throw new AppError(
        'data',
        'duckdb.schema',
        'DuckDbSink needs records with a schema of type struct.',
        { suggestion: 'Use the Avro converter, or JSON with schemas.enable=true.' },
      );
    }
    const layout = schema?.type === 'struct' ? layoutOf(schema) : EMPTY_LAYOUT;
    this.#keyColumn ??= layout.envelope ? 'Id' : keyField(record.keySchema);
    await this.#widen(layout);
    const indexes = layout.columns.map((column) =>
      column.name === this.keyColumn ? -1 : this.#index(column),
    );
    const imageColumns = indexes.filter((index) => index >= 0);
    const imageSources = layout.columns.filter(({ name }) => name !== this.keyColumn);
    const { keyColumn } = this;
    const projection = { layout, keyColumn, indexes, imageColumns, imageSources };
    this.#projections.set(schema ?? EMPTY_LAYOUT, projection);
    return projection;
  }

  #index(column: TableColumn): number {
    const known = this.#indexes.get(column.name);
    if (known !== undefined) {
      // The wider of two schemas says how its values are staged, or they would be cut (Invariant 6).
      const narrower = this.columns[known]?.kind.sql ?? column.kind.sql;
      if (fits(narrower, column.kind.sql)) {
        this.columns[known] = { name: column.name, kind: column.kind };
      }
      return known;
    }
    this.columns.push({ name: column.name, kind: column.kind });
    this.#indexes.set(column.name, this.columns.length - 1);
    return this.columns.length - 1;
  }

  async #widen(layout: Layout): Promise<void> {
    const table = quote(this.name);
    await this.#connection.run(
      `CREATE TABLE IF NOT EXISTS main.${table} (
         ${quote(this.keyColumn)} VARCHAR PRIMARY KEY,
         _deleted BOOLEAN NOT NULL DEFAULT false,
         _deleted_at TIMESTAMP,
         _epoch BIGINT NOT NULL,
         _offset BIGINT NOT NULL,
         _partial BOOLEAN NOT NULL DEFAULT false)`,
    );
    const existing = await this.#existing();
    for (const column of layout.columns) {
      if (column.name === this.keyColumn) continue;
      const type = existing.get(column.name.toLowerCase());
      if (type === undefined) {
        await this.#connection.run(
          `ALTER TABLE main.${table} ADD COLUMN ${quote(column.name)} ${column.kind.sql}`,
        );
      } else if (widens(type, column.kind.sql)) {
        await this.#connection.run(
          `ALTER TABLE main.${table} ALTER ${quote(column.name)} TYPE ${column.kind.sql}`,
        );
      } else if (!fits(column.kind.sql, type)) {
        throw new AppError(
          'config',
          'duckdb.column_type',
          `Column ${column.name} of table ${this.name} is ${type}, but ${column.path} needs ${column.kind.sql}.`,
          {
            path: column.path,
            suggestion: `Rename or drop that column in the database, or send the topic to a file of its own, then restart the task.`,
          },
        );
      }
    }
  }

  async #existing(): Promise<ReadonlyMap<string, string>> {
    const reader = await this.#connection.runAndReadAll(
      `SELECT column_name, data_type FROM duckdb_columns()
       WHERE schema_name = 'main' AND NOT internal AND lower(table_name) = lower($table)`,
      { table: this.name },
    );
    return new Map(
      reader.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)]),
    );
  }
}

function keyField(schema: Schema | undefined): string {
  const [first] = schema?.fields ?? [];
  return first?.name ?? 'Id';
}
