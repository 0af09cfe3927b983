/** Bulk queries: what SOQL may ask here, and the CSV that answers. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAggregate, isBareCount } from '../soql/aggregate.ts';
import { Context } from '../soql/context.ts';
import type { Reader } from '../soql/context.ts';
import { Finder } from '../soql/finder.ts';
import { soleField } from '../soql/functions.ts';
import { list } from '../soql/result.ts';
import type { QueryResult } from '../soql/result.ts';
import { queryable, Scope } from '../soql/scope.ts';
import { compileSelect } from '../soql/select.ts';
import { parseSoql } from '../soql/syntax/parse.ts';
import type { Query, SelectItem } from '../soql/syntax/tree.ts';
import type { FieldDef } from '../org/types.ts';
import { csvLine } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { unsupportedQuery } from './errors.ts';
import type { QueryJob, Runnable } from './jobs.ts';
import { failWhereAsked } from './runner.ts';

/** Lines that are made before others have their turn. */
const SLICE = 500;

export interface ShownColumn {
  /** `Account.Owner.Name`. */
  readonly name: string;
  /** Undefined of what a function makes. */
  readonly type: FieldDef['type'] | undefined;
}

export interface CompiledQuery {
  /** Name of the object in FROM. */
  readonly entity: string;
  readonly columns: readonly ShownColumn[];
  readonly run: () => QueryResult;
}

/** Checks everything that can be checked without reading records. */
export function compileBulkQuery(reader: Reader, soql: string, deleted: boolean): CompiledQuery {
  const query = parseSoql(soql);
  refuseUnsupported(query);
  const context = new Context(reader, soql, deleted);
  const object = queryable(context, query.from);
  const scope = new Scope(context, object, query);
  const columns = columnsOf(query, scope);
  const finder = new Finder(context);
  const read = compileSelect(query, scope, () => {
    throw unsupportedQuery('Aggregate Relationships');
  });
  const find = finder.compile(query, scope);
  return {
    entity: object.name,
    columns,
    run: () => list(object, finder.window(query, find()), read),
  };
}

function refuseUnsupported(query: Query): void {
  if (query.select.some((item) => item.kind === 'query')) {
    throw unsupportedQuery('Aggregate Relationships');
  }
  if (isBareCount(query) || isAggregate(query)) {
    throw unsupportedQuery('Aggregate functions and GROUP BY');
  }
  if (query.select.some((item) => item.kind === 'typeof')) throw unsupportedQuery('TYPEOF');
  if (query.offset !== undefined) throw unsupportedQuery('OFFSET');
}

/** In the order of SELECT, in the org's spelling. */
function columnsOf(query: Query, scope: Scope): readonly ShownColumn[] {
  let unnamed = 0;
  return query.select.flatMap((item) => {
    if (item.kind === 'field') return [plain(scope.resolve(item.name))];
    if (item.kind !== 'call') return [];
    if (item.call.name === 'FIELDS') return fieldGroup(item, scope);
    const name =
      item.alias?.text ?? (item.call.name === 'DISTANCE' ? `expr${unnamed++}` : undefined);
    return [{ name: name ?? plain(scope.resolve(soleField(item.call))).name, type: undefined }];
  });
}

function fieldGroup({ call }: Extract<SelectItem, { kind: 'call' }>, scope: Scope): ShownColumn[] {
  const [argument] = call.args;
  const group = argument?.kind === 'field' ? argument.name.text.toUpperCase() : '';
  const chosen = scope.object.fields.filter(
    (field) => group === 'ALL' || field.custom === (group === 'CUSTOM'),
  );
  return chosen.map((field) => plain({ name: field.name, field }));
}

function plain({ name, field }: { readonly name: string; readonly field: FieldDef }): ShownColumn {
  if (field.type === 'base64') throw unsupportedQuery('Selecting base64 fields');
  if (field.type !== 'address' && field.type !== 'location') {
    return { name, type: field.type };
  }
  throw unsupportedQuery('Selecting compound data');
}

/** Finds at once, writes lines in slices; gives up where the job is aborted. */
export async function runBulkQuery(
  job: Runnable & Pick<QueryJob, 'lines' | 'bytes'>,
  { run }: CompiledQuery,
  lineOf: (record: Readonly<Record<string, unknown>>) => string,
  stopped: () => boolean,
): Promise<void> {
  failWhereAsked(job);
  const result = run();
  for (let at = 0; at < result.length; at += SLICE) {
    if (job.state !== 'InProgress' || stopped()) return;
    failWhereAsked(job);
    for (const record of result.records(at, at + SLICE)) {
      const line = lineOf(record);
      job.lines.push(line);
      job.bytes += line.length;
    }
    job.processed = job.lines.length;
    await nextTurn();
  }
}

/** A record's line of CSV. */
export function csvLiner(
  columns: readonly ShownColumn[],
  dialect: Dialect,
): (record: object) => string {
  const readers = columns.map((column) => cellReader(column));
  return (record) =>
    csvLine(
      readers.map((read) => read(record)),
      dialect,
    );
}

/** Nothing for what is empty; instants end in Z here, in REST they end in +0000. */
function cellReader({ name, type }: ShownColumn): (record: object) => string {
  const path = name.split('.');
  return (record) => {
    let value: unknown = record;
    for (const key of path) {
      if (typeof value !== 'object' || value === null) return '';
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    if (typeof value === 'string') return shownText(value, type);
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  };
}

function shownText(value: string, type: FieldDef['type'] | undefined): string {
  return type === 'datetime' ? value.replace(/\+0000$/, 'Z') : value;
}
