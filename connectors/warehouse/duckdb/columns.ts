import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  INTEGER,
  TIME,
  TIMESTAMP,
  VARCHAR,
  blobValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import {
  AppError,
  decimalOf,
  isDecimal,
  LOGICAL,
  scaleOf,
  type Schema,
} from '../../../src/sdk/index.ts';

export type SqlType =
  | 'VARCHAR'
  | 'INTEGER'
  | 'BIGINT'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'BLOB'
  | `DECIMAL(${number},${number})`;

/** How one SQL type is written: exactly, or a data error (Invariant 6). */
export interface ColumnKind {
  readonly sql: SqlType;
  readonly type: DuckDBType;
  /** The DuckDB value, or undefined when `value` isn't of this type. Never called with null. */
  write(value: unknown): DuckDBValue | undefined;
}

const text: ColumnKind = {
  sql: 'VARCHAR',
  type: VARCHAR,
  write: (value) => (typeof value === 'string' ? value : undefined),
};
const integer: ColumnKind = {
  sql: 'INTEGER',
  type: INTEGER,
  write: (value) => (Number.isInteger(value) ? (value as number) : undefined),
};
const bigint: ColumnKind = {
  sql: 'BIGINT',
  type: BIGINT,
  write: (value) => (typeof value === 'bigint' ? value : undefined),
};
const double: ColumnKind = {
  sql: 'DOUBLE',
  type: DOUBLE,
  write: (value) => (typeof value === 'number' ? value : undefined),
};
const boolean: ColumnKind = {
  sql: 'BOOLEAN',
  type: BOOLEAN,
  write: (value) => (typeof value === 'boolean' ? value : undefined),
};
const bytes: ColumnKind = {
  sql: 'BLOB',
  type: BLOB,
  write: (value) => (value instanceof Uint8Array ? blobValue(value) : undefined),
};
const date: ColumnKind = {
  sql: 'DATE',
  type: DATE,
  write: (value) => (Number.isInteger(value) ? new DuckDBDateValue(value as number) : undefined),
};
const time: ColumnKind = {
  sql: 'TIME',
  type: TIME,
  write: (value) =>
    Number.isInteger(value) ? new DuckDBTimeValue(BigInt(value as number) * 1000n) : undefined,
};
/** An instant in UTC: TIMESTAMP WITH TIME ZONE would read differently in each session. */
const timestamp: ColumnKind = {
  sql: 'TIMESTAMP',
  type: TIMESTAMP,
  write: (value) =>
    typeof value === 'bigint' ? new DuckDBTimestampValue(value * 1000n) : undefined,
};
/** DuckDB's widest. */
const MAX_DIGITS = 38;

/** As many digits as the schema tells (Confluent's converter does), else as many as there can be. */
function decimal(schema: Schema): ColumnKind {
  const told = Number(schema.parameters?.['connect.decimal.precision'] ?? MAX_DIGITS);
  const width = Math.min(Math.max(told, 1), MAX_DIGITS);
  const scale = scaleOf(schema);
  if (scale < 0 || scale > width) return bytes;
  const beyond = 10n ** BigInt(width);
  return {
    sql: `DECIMAL(${width},${scale})`,
    type: DECIMAL(width, scale),
    write: (value) => {
      if (!(value instanceof Uint8Array)) return undefined;
      const { unscaled } = decimalOf(schema, value);
      const fitting = unscaled < beyond && unscaled > -beyond;
      return fitting ? new DuckDBDecimalValue(unscaled, width, scale) : undefined;
    },
  };
}

/** Arrays, maps and what else has no column type of its own: JSON text. */
const json: ColumnKind = {
  sql: 'VARCHAR',
  type: VARCHAR,
  write: (value) => JSON.stringify(value, jsonSafe),
};

function jsonSafe(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Map ? Object.fromEntries(value) : value;
}

export function columnKind(schema: Schema): ColumnKind {
  switch (schema.type) {
    case 'string':
      return text;
    case 'boolean':
      return boolean;
    case 'int8':
    case 'int16':
      return integer;
    case 'int32':
      if (schema.name === LOGICAL.date) return date;
      return schema.name === LOGICAL.time ? time : integer;
    case 'int64':
      return schema.name === LOGICAL.timestamp ? timestamp : bigint;
    case 'float32':
    case 'float64':
      return double;
    case 'bytes':
      return isDecimal(schema) ? decimal(schema) : bytes;
    case 'array':
    case 'map':
    case 'struct':
      return json;
  }
}

/** True when values of `from` fit a column of `to` without loss. */
export function fits(from: SqlType, to: string): boolean {
  return from === to || (from === 'INTEGER' && (to === 'BIGINT' || to === 'DOUBLE'));
}

/** A value of a schema that was narrower than its column is now, as the column takes it. */
export function widened(kind: ColumnKind, value: DuckDBValue): DuckDBValue {
  return kind.sql === 'BIGINT' && typeof value === 'number' ? BigInt(value) : value;
}

/** The only change of a column's type that loses nothing. */
export function widens(from: string, to: SqlType): boolean {
  return from === 'INTEGER' && to === 'BIGINT';
}

export function typeMismatch(path: string, kind: ColumnKind, value: unknown): AppError {
  return new AppError(
    'data',
    'duckdb.value',
    `${path} is a ${typeof value}, which doesn't fit ${kind.sql}.`,
    { path },
  );
}
