import type { ObjectDef } from '../org/types.ts';

/** What a query found: a snapshot, whose records are made when they are asked for. */
export interface QueryResult {
  /** Of `SELECT COUNT()` the number counted; else as many as there are records. */
  readonly totalSize: number;
  /** How many records can be read. */
  readonly length: number;
  records(start: number, end: number): readonly Record<string, unknown>[];
  /** Name of the object in FROM. */
  readonly entity: string;
}

export function list<T>(
  { name }: ObjectDef,
  rows: readonly T[],
  read: (row: T) => Record<string, unknown>,
): QueryResult {
  return {
    totalSize: rows.length,
    length: rows.length,
    records: (start, end) => rows.slice(start, end).map((row) => read(row)),
    entity: name,
  };
}

/** A result that comes in one piece. */
export function wholeResult(result: QueryResult): object {
  const { totalSize, length } = result;
  return { totalSize, done: true, records: result.records(0, length) };
}
