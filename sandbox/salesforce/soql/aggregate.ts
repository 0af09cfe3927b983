/** COUNT, SUM … and GROUP BY: what is shown of each group. */
import type { RecordValues } from '../org/types.ts';
import { makeField } from '../org/field-spec.ts';
import { aggregateColumn, isAggregateCall } from './aggregate-functions.ts';
import type { Group } from './aggregate-functions.ts';
import { compile } from './condition.ts';
import { malformed } from './errors.ts';
import { isGroupable } from './fields.ts';
import { isDateFunction, soleField } from './functions.ts';
import { groupingSets, groupRows } from './grouping.ts';
import { sorter } from './order.ts';
import { valueToJson } from './record-json.ts';
import type { Column, Scope } from './scope.ts';
import { formatter } from './shown-functions.ts';
import type { Call, Name, Query, SelectItem, Term } from './syntax/tree.ts';

export function isAggregate({ select, groupBy, having }: Query): boolean {
  if (groupBy !== undefined || having !== undefined) return true;
  return select.some((item) => item.kind === 'call' && showsGroups(item.call));
}

/** Aggregates, and dates by their parts, which can only be shown when they are grouped by. */
function showsGroups(call: Call): boolean {
  const [argument] = call.args;
  const inner = call.name === 'FORMAT' && argument?.kind === 'call' ? argument.call : call;
  return isAggregateCall(inner) || isDateFunction(inner) || inner.name === 'GROUPING';
}

/** `SELECT COUNT() FROM …`: the answer is the number alone. */
export function isBareCount({ select }: Query): boolean {
  const bare = (item: SelectItem | undefined): boolean =>
    item?.kind === 'call' && item.call.name === 'COUNT' && item.call.args.length === 0;
  if (!select.some(bare)) return false;
  if (select.length > 1) throw malformed("unexpected token: ','");
  return true;
}

/** The answer's records, in order, of the rows that are found. */
export function compileAggregate(
  query: Query,
  scope: Scope,
): (rows: readonly RecordValues[]) => readonly Record<string, unknown>[] {
  const { groupBy = { kind: 'plain', terms: [] }, having, limit } = query;
  if (query.groupBy === undefined && limit !== undefined) {
    throw malformed(
      'Non-grouped query that uses overall aggregate functions cannot also use LIMIT',
    );
  }
  const names = new GroupNames(scope, groupBy.terms);
  const sets = groupingSets(groupBy);
  const shown = query.select.map((item) => names.shown(item));
  const column = (term: Term): Column<Group> => names.column(term);
  const filter =
    having === undefined
      ? undefined
      : compile(having, {
          context: scope.context,
          column,
          join: () => {
            throw malformed('Semi join sub-selects are not allowed in HAVING');
          },
        });
  const sort = sorter(query.orderBy, (term) => names.column(term, 'Ordered field'));
  return (rows) => {
    const groups = groupRows(rows, names.grouping, sets);
    const kept = filter === undefined ? groups : groups.filter((group) => filter.test(group));
    return sort(kept).map((group) => ({
      attributes: { type: 'AggregateResult' },
      ...Object.fromEntries(
        shown.map((each) => [each.key, valueToJson(each.column.field, each.column.get(group))]),
      ),
    }));
  };
}

/** What names mean where rows are groups: the grouped fields, aggregates, and the aliases of SELECT. */
class GroupNames {
  readonly grouping: readonly Column<RecordValues>[];
  readonly #scope: Scope;
  readonly #keys: readonly string[];
  readonly #aliases = new Map<string, Column<Group>>();
  #unnamed = 0;

  constructor(scope: Scope, terms: readonly Term[]) {
    this.#scope = scope;
    this.#keys = terms.map((term) => this.keyOf(term));
    this.grouping = terms.map((term) => {
      const column = scope.columnOf(term);
      if (isGroupable(column.field)) return column;
      return scope.pointing(placeOf(term), () => {
        throw malformed(`field '${column.field.name}' can not be grouped in a query call`);
      });
    });
  }

  shown(item: SelectItem): { readonly key: string; readonly column: Column<Group> } {
    if (item.kind === 'query' || item.kind === 'typeof') {
      throw malformed('A query with GROUP BY or aggregates shows fields and functions only');
    }
    const term: Term = item.kind === 'field' ? item : { kind: 'call', call: item.call };
    const column = this.column(term);
    const key = item.alias?.text ?? this.usualName(term, column);
    if (this.#aliases.has(key.toLowerCase())) throw malformed(`duplicate alias: ${key}`);
    this.#aliases.set(key.toLowerCase(), column);
    return { key, column };
  }

  column(term: Term, role = 'Field'): Column<Group> {
    return this.#scope.pointing(placeOf(term), () => {
      if (term.kind === 'call') return this.ofCall(term.call, role);
      return this.#aliases.get(term.name.text.toLowerCase()) ?? this.ofGrouped(term, role);
    });
  }

  private usualName(term: Term, column: Column<Group>): string {
    return term.kind === 'call' ? `expr${this.#unnamed++}` : column.field.name;
  }

  private ofCall(call: Call, role: string): Column<Group> {
    if (isAggregateCall(call)) return aggregateColumn(call, this.#scope);
    const [argument] = call.args;
    if (call.name === 'FORMAT' && argument?.kind === 'call') {
      const inner = this.ofCall(argument.call, role);
      const format = formatter(inner.field, this.#scope.context);
      const field = makeField({ name: inner.field.name, label: '', type: 'string' });
      return { field, own: false, get: (group) => format(inner.get(group)) };
    }
    if (call.name === 'GROUPING') return this.ofGrouping(soleField(call), role);
    return this.ofGrouped({ kind: 'call', call }, role);
  }

  /** 1 where a row is a subtotal over all values of the field, else 0. */
  private ofGrouping(name: Name, role: string): Column<Group> {
    const index = this.indexOf({ kind: 'field', name }, role);
    const field = makeField({ name: 'GROUPING', label: '', type: 'int' });
    return { field, own: false, get: ({ by }) => (by[index] === false ? 1 : 0) };
  }

  private ofGrouped(term: Term, role: string): Column<Group> {
    const index = this.indexOf(term, role);
    const field = this.grouping[index]?.field;
    if (field === undefined) throw new TypeError('A name without its column.');
    return { field, own: false, get: (group) => group.keys[index] ?? null };
  }

  private indexOf(term: Term, role: string): number {
    const index = this.#keys.indexOf(this.keyOf(term));
    if (index >= 0) return index;
    throw malformed(`${role} must be grouped or aggregated: ${spelled(term)}`);
  }

  /** The same for every spelling of one field or function. */
  private keyOf(term: Term): string {
    return term.kind === 'call' ? term.call.key : this.#scope.resolve(term.name).name;
  }
}

function placeOf(term: Term): number {
  return term.kind === 'field' ? term.name.index : term.call.index;
}

function spelled(term: Term): string {
  if (term.kind === 'field') return term.name.text;
  const [argument] = term.call.args;
  return argument?.kind === 'field' ? argument.name.text : term.call.name;
}
