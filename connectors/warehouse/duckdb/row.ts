import type { DuckDBValue } from '@duckdb/node-api';
import { AppError, type SinkRecord, type Struct } from '../../../src/sdk/index.ts';
import { typeMismatch } from './columns.ts';
import type { Column, Layout } from './layout.ts';
import type { Projection } from './table.ts';

/**
 * What a record, or several of one key, do to a row. Absent, null and value stay three things
 * (Invariant 7): a column that isn't in `columns` is left alone, one that is there with null is set to
 * NULL. `columns` are indexes of the table's columns, `values` stands beside them.
 */
export interface Row {
  readonly key: string;
  readonly offset: bigint;
  readonly epoch: bigint;
  readonly columns: readonly number[];
  readonly values: readonly DuckDBValue[];
  /** The whole record is known, not only what changed. */
  readonly image: boolean;
  /** undefined leaves `_deleted` alone. */
  readonly deleted: boolean | undefined;
  /** Epoch ms of the delete. */
  readonly deletedAt: bigint | undefined;
}

/** The row a record means. Throws a `data` error naming the field's path. */
export function rowOf(record: SinkRecord, projection: Projection, epoch: bigint): Row {
  const base = { offset: record.kafkaOffset, epoch };
  if (record.value === null) {
    return tombstone({ ...base, key: keyOf(record, projection) }, record.timestamp);
  }
  const { layout } = projection;
  if (!layout.envelope) {
    const key = keyOf(record, projection);
    return { ...base, key, ...image(record.value as Struct, projection) };
  }
  const change = record.value as Struct;
  const key = change['id'];
  if (typeof key !== 'string' || key === '') {
    throw new AppError('data', 'duckdb.key', 'id is missing, so there is no row to write to.', {
      path: 'id',
    });
  }
  switch (change['op']) {
    case 'create':
    case 'undelete':
    case 'snapshot':
    case 'repair':
      return { ...base, key, ...image(bodyOf(change), projection) };
    case 'update':
      return { ...base, key, ...patch(change, projection) };
    case 'delete':
      return tombstone({ ...base, key }, commitTimestamp(change) ?? record.timestamp);
    default:
      throw new AppError('data', 'duckdb.op', `op is ${String(change['op'])}, which is unknown.`, {
        path: 'op',
      });
  }
}

type Identity = Pick<Row, 'key' | 'offset' | 'epoch'>;
type Effect = Omit<Row, keyof Identity>;

function image(body: Struct, projection: Projection): Effect {
  const { imageColumns, imageSources } = projection;
  const values = imageSources.map((column) => read(body, column));
  return { columns: imageColumns, values, image: true, deleted: false, deletedAt: undefined };
}

function patch(change: Struct, projection: Projection): Effect {
  const body = bodyOf(change);
  const columns: number[] = [];
  const values: DuckDBValue[] = [];
  const set = (name: unknown, nulled: boolean): void => {
    for (const position of positionsOf(projection.layout, name)) {
      const index = projection.indexes[position] as number;
      if (index < 0) continue;
      const value = nulled ? null : read(body, projection.layout.columns[position] as Column);
      assign(columns, values, index, value);
    }
  };
  for (const name of listOf(change, 'changed')) set(name, false);
  for (const name of listOf(change, 'nulled')) set(name, true);
  // Sliced: arrays that grew keep room for as much again, and tens of thousands of rows are held.
  const row = { columns: columns.slice(), values: values.slice() };
  return { ...row, image: false, deleted: undefined, deletedAt: undefined };
}

function tombstone(identity: Identity, at: bigint | number | undefined): Row {
  const deletedAt = at === undefined ? undefined : BigInt(at);
  return { ...identity, columns: [], values: [], image: false, deleted: true, deletedAt };
}

/**
 * Two changes of one key, in order, as one. A delete is not undone by a late update; an image (create,
 * undelete, snapshot, repair) replaces everything.
 */
export function fold(earlier: Row | undefined, later: Row): Row {
  if (earlier === undefined || later.image) return later;
  const added = later.columns.filter((index) => !earlier.columns.includes(index));
  // An image has all: its columns stay the array that images share.
  const columns = added.length === 0 ? earlier.columns : [...earlier.columns, ...added];
  const values = [...earlier.values];
  later.columns.forEach((index, i) => (values[columns.indexOf(index)] = later.values[i] ?? null));
  return {
    key: later.key,
    offset: later.offset,
    epoch: later.epoch,
    columns,
    values,
    image: earlier.image,
    deleted: later.deleted ?? earlier.deleted,
    deletedAt: later.deletedAt ?? earlier.deletedAt,
  };
}

function assign(columns: number[], values: DuckDBValue[], index: number, value: DuckDBValue): void {
  const at = columns.indexOf(index);
  if (at >= 0) {
    values[at] = value;
    return;
  }
  columns.push(index);
  values.push(value);
}

function read(body: Struct, column: Column): DuckDBValue {
  let value = body[column.field];
  if (column.part !== undefined && value !== null && value !== undefined) {
    value = (value as Struct)[column.part];
  }
  if (value === null || value === undefined) return null;
  const written = column.kind.write(value);
  if (written === undefined) throw typeMismatch(column.path, column.kind, value);
  return written;
}

function positionsOf(layout: Layout, name: unknown): readonly number[] {
  const positions = layout.positions.get(String(name));
  if (positions !== undefined) return positions;
  throw new AppError(
    'data',
    'duckdb.changed',
    `changed names ${String(name)}, which the record's schema doesn't have.`,
    { path: 'changed' },
  );
}

function bodyOf(change: Struct): Struct {
  const body = change['record'];
  if (body !== null && typeof body === 'object') return body as Struct;
  throw new AppError('data', 'duckdb.record', 'record is missing.', { path: 'record' });
}

function listOf(change: Struct, name: string): readonly unknown[] {
  const list = change[name];
  return Array.isArray(list) ? list : [];
}

function commitTimestamp(change: Struct): bigint | undefined {
  const source = change['source'] as Struct | null | undefined;
  const at = source?.['commitTimestamp'];
  return typeof at === 'bigint' ? at : undefined;
}

/** The record's key: the key struct's field, or a plain string. */
function keyOf(record: SinkRecord, projection: Projection): string {
  const { key } = record;
  const value =
    key !== null && typeof key === 'object' ? (key as Struct)[projection.keyColumn] : key;
  if (typeof value === 'string' && value !== '') return value;
  throw new AppError(
    'data',
    'duckdb.key',
    `The record's key has no ${projection.keyColumn}, so there is no row to write to.`,
    { path: 'key', suggestion: 'The ValueToKey transform can make one from the value.' },
  );
}
