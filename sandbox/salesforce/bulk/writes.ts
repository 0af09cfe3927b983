/** Rows of uploaded data → writes, and what became of them. */
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, SaveResult, Write } from '../org/types.ts';
import type { Column } from './columns.ts';
import type { CsvRow } from './csv-reader.ts';
import { wrongType } from './errors.ts';
import type { IngestJob } from './jobs.ts';

export interface Attempt {
  readonly cells: readonly string[];
  /** What to write; or why it can't be tried. */
  readonly write: Write | SalesforceError;
}

export interface IngestPlan {
  readonly operation: IngestJob['operation'];
  readonly object: ObjectDef;
  readonly columns: readonly Column[];
  /** Of the column that says which record is meant. */
  readonly key: { readonly index: number; readonly name: string } | undefined;
}

export function attemptOf(plan: IngestPlan, row: CsvRow): Attempt {
  const cells = plan.columns.map((_, i) => row.cells[i] ?? '');
  try {
    return { cells, write: writeOf(plan, row, cells) };
  } catch (error) {
    if (error instanceof SalesforceError) return { cells, write: error };
    throw error;
  }
}

function writeOf(plan: IngestPlan, row: CsvRow, cells: readonly string[]): Write {
  const { operation, object, columns, key } = plan;
  if (row.problem !== undefined) throw unreadable(row.problem);
  if (row.cells.length !== columns.length) {
    throw unreadable(`The row has ${row.cells.length} columns, the header ${columns.length}`);
  }
  const id = key === undefined ? '' : (cells[key.index] ?? '');
  if (operation === 'delete' || operation === 'hardDelete') {
    return { op: 'delete', id: idOf(object, operation, id), hard: operation === 'hardDelete' };
  }
  const values: Record<string, unknown> = {};
  for (const [i, column] of columns.entries()) column.put(values, cells[i] ?? '');
  const entity = object.name;
  if (operation === 'insert') return { op: 'insert', entity, values };
  if (operation === 'update') {
    return { op: 'update', entity, id: idOf(object, operation, id), values };
  }
  const externalIdField = key?.name ?? 'Id';
  if (externalIdField.toLowerCase() === 'id' && id === '') return { op: 'insert', entity, values };
  if (id === '' || id === '#N/A') {
    const message = `${externalIdField} not specified`;
    throw new SalesforceError(400, 'MISSING_ARGUMENT', message);
  }
  return { op: 'upsert', entity, externalIdField, externalId: id, values };
}

function idOf(object: ObjectDef, operation: string, id: string): string {
  if (id === '') {
    const article = operation === 'update' ? 'an' : 'a';
    const message = `Id not specified in ${article} ${operation} call`;
    throw new SalesforceError(400, 'MISSING_ARGUMENT', message);
  }
  const normal = normalizeId(id);
  if (normal === undefined || normal.startsWith(object.keyPrefix)) return normal ?? id;
  throw new SalesforceError(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
}

function unreadable(problem: string): SalesforceError {
  return new SalesforceError(400, 'CLIENTINPUTERROR', `Failed to parse CSV. ${problem}`);
}

/** One call of upsert doesn't take an external id twice: neither row is tried. */
export function withoutDoubles(attempts: readonly Attempt[]): readonly Attempt[] {
  const counts = new Map<string, number>();
  const keyOf = ({ write }: Attempt): string | undefined =>
    'op' in write && write.op === 'upsert' ? write.externalId.toLowerCase() : undefined;
  for (const attempt of attempts) {
    const key = keyOf(attempt);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return attempts.map((attempt) => {
    const { write } = attempt;
    const double = (counts.get(keyOf(attempt) ?? '') ?? 0) > 1;
    if (!double || !('op' in write) || write.op !== 'upsert') return attempt;
    const message = `Duplicate external id specified: ${write.externalId}`;
    const error = new SalesforceError(400, 'DUPLICATE_VALUE', message, [write.externalIdField]);
    return { cells: attempt.cells, write: error };
  });
}

/** In the order of the attempts: those that couldn't be tried have their own error as the result. */
export function resultsOf(
  attempts: readonly Attempt[],
  results: readonly SaveResult[],
): readonly SaveResult[] {
  let next = 0;
  return attempts.map(({ write }) => {
    const result = write instanceof SalesforceError ? undefined : results[next++];
    if (result !== undefined) return result;
    const error = write instanceof SalesforceError ? write : new TypeError('No result.');
    if (!(error instanceof SalesforceError)) throw error;
    return { id: null, success: false, created: false, errors: [error] };
  });
}

/** The error as the Bulk API words it: it knows the column of a value that doesn't fit its field. */
export function wordedForBulk(
  error: SalesforceError,
  { columns }: IngestPlan,
  cells: readonly string[],
): SalesforceError {
  const [name] = error.fields;
  const index = columns.findIndex(({ field }) => field.name === name);
  const column = columns[index];
  if (error.errorCode !== 'JSON_PARSER_ERROR' || column === undefined) return error;
  return wrongType(column.field, index, cells[index] ?? '');
}
