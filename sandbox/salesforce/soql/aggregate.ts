/** COUNT, SUM … and GROUP BY: rows → groups, and what is shown of each. */
import type { GroupByClause, OrderByClause, Query } from '@jetstreamapp/soql-parser-js';
import type { FieldDef, FieldValue, RecordValues } from '../org/types.ts';
import { aggregateColumn, isAggregateCall } from './aggregate-functions.ts';
import type { Group } from './aggregate-functions.ts';
import { fold } from './comparison.ts';
import { compile } from './condition.ts';
import { malformed } from './errors.ts';
import { toExpression } from './expression.ts';
import type { Leaf } from './expression.ts';
import { isGroupable } from './fields.ts';
import { sorter } from './order.ts';
import { valueToJson } from './record-json.ts';
import type { Column, FunctionCall, Scope } from './scope.ts';

interface Shown {
  readonly key: string;
  readonly column: Column<Group>;
}

export function isAggregate(query: Query): boolean {
  const grouped = asList(query.groupBy).length > 0;
  return grouped || (query.fields ?? []).some((item) => isAggregateCall(item));
}

/** `SELECT COUNT() FROM …`: the answer is the number alone. */
export function isBareCount(query: Query): boolean {
  const [item, ...more] = query.fields ?? [];
  const bare =
    item?.type === 'FieldFunctionExpression' &&
    item.functionName.toUpperCase() === 'COUNT' &&
    item.parameters.length === 0;
  if (bare && more.length > 0) throw malformed("unexpected token: ','");
  return bare;
}

/** The answer's records, in order. */
export function aggregate(
  query: Query,
  scope: Scope,
  rows: readonly RecordValues[],
  now: number,
): readonly Record<string, unknown>[] {
  const groupBy = asList(query.groupBy);
  const grouping = groupBy.map((clause) => groupColumn(clause, scope));
  const paths = groupBy.map((clause) => canonical(clause, scope));
  const names = new Names(scope, paths, grouping);
  const shown = shownColumns(query, names, scope);
  const having =
    query.having === undefined
      ? undefined
      : compile(toExpression(query.having), {
          now,
          column: (leaf) => names.ofLeaf(leaf),
          subquery: () => {
            throw malformed("unexpected token: 'SELECT'");
          },
        });
  const sort = sorter(asList(query.orderBy), (clause: OrderByClause) =>
    'fn' in clause ? names.ofCall(clause.fn) : names.ofPath(clause.field),
  );
  const groups = groupRows(rows, grouping).filter((group) => having?.test(group) ?? true);
  return sort(groups).map((group) => ({
    attributes: { type: 'AggregateResult' },
    ...Object.fromEntries(
      shown.map(({ key, column }) => [key, valueToJson(column.field, column.get(group))]),
    ),
  }));
}

function groupRows(
  rows: readonly RecordValues[],
  grouping: readonly Column<RecordValues>[],
): Group[] {
  if (grouping.length === 0) return [{ keys: [], rows }];
  const groups = new Map<string, { keys: FieldValue[]; rows: RecordValues[] }>();
  for (const row of rows) {
    const keys = grouping.map((column) => column.get(row));
    const key = JSON.stringify(keys.map((each, i) => foldBy(grouping[i]?.field, each)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { keys, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function foldBy(field: FieldDef | undefined, value: FieldValue): FieldValue {
  return field === undefined ? value : fold(field, value);
}

function groupColumn(clause: GroupByClause, scope: Scope): Column<RecordValues> {
  const column = 'fn' in clause ? scope.functionColumn(clause.fn) : scope.column(clause.field);
  if (isGroupable(column.field)) return column;
  throw malformed(`field '${column.field.name}' can not be grouped in a query call`);
}

function shownColumns(query: Query, names: Names, scope: Scope): Shown[] {
  let unnamed = 0;
  return (query.fields ?? []).map((item) => {
    switch (item.type) {
      case 'Field':
        return shownField(item.field, item.alias, names);
      case 'FieldRelationship': {
        const alias = 'alias' in item ? item.alias : undefined;
        return shownField([...item.relationships, item.field].join('.'), alias, names);
      }
      case 'FieldFunctionExpression': {
        const column = names.ofCall(item);
        const key = item.alias ?? `expr${unnamed++}`;
        names.alias(key, column);
        return { key, column };
      }
      case 'FieldSubquery':
      case 'FieldTypeof':
        throw malformed(`A query of ${scope.object.name} with GROUP BY shows fields and functions`);
    }
  });
}

function shownField(path: string, alias: string | undefined, names: Names): Shown {
  const column = names.ofPath(path);
  const key = alias ?? column.field.name;
  if (alias !== undefined) names.alias(alias, column);
  return { key, column };
}

/** What names mean where rows are groups: the grouped fields, aggregates, and the aliases of SELECT. */
class Names {
  readonly #scope: Scope;
  readonly #paths: readonly string[];
  readonly #grouping: readonly Column<RecordValues>[];
  readonly #aliases = new Map<string, Column<Group>>();

  constructor(scope: Scope, paths: readonly string[], grouping: readonly Column<RecordValues>[]) {
    this.#scope = scope;
    this.#paths = paths;
    this.#grouping = grouping;
  }

  alias(name: string, column: Column<Group>): void {
    this.#aliases.set(name.toLowerCase(), column);
  }

  ofPath(path: string): Column<Group> {
    const alias = this.#aliases.get(path.toLowerCase());
    if (alias !== undefined) return alias;
    const index = this.#paths.indexOf(canonical({ field: path }, this.#scope));
    if (index < 0) throw malformed(`Field must be grouped or aggregated: ${path}`);
    return this.grouped(index);
  }

  ofCall(call: FunctionCall): Column<Group> {
    if (isAggregateCall(call)) return aggregateColumn(call, this.#scope);
    const index = this.#paths.indexOf(canonical({ fn: call }, this.#scope));
    if (index < 0) throw malformed(`Field must be grouped or aggregated: ${call.rawValue ?? ''}`);
    return this.grouped(index);
  }

  ofLeaf(leaf: Leaf): Column<Group> {
    return 'fn' in leaf ? this.ofCall(leaf.fn) : this.ofPath(leaf.field);
  }

  private grouped(index: number): Column<Group> {
    const field = this.#grouping[index]?.field;
    if (field === undefined) throw new TypeError('A name without its column.');
    return { field, own: false, get: (group) => group.keys[index] ?? null };
  }
}

/** The same for every spelling of one field or function. */
function canonical(
  clause: { readonly field: string } | { readonly fn: FunctionCall },
  scope: Scope,
): string {
  if ('fn' in clause) return (clause.fn.rawValue ?? '').toLowerCase().replaceAll(' ', '');
  const { steps, field } = scope.resolve(clause.field);
  return [...steps.map((step) => step.field.name), field.name].join('.');
}

function asList<T>(clauses: T | T[] | undefined): readonly T[] {
  if (clauses === undefined) return [];
  return Array.isArray(clauses) ? clauses : [clauses];
}
