/** FROM, WHERE, ORDER BY, LIMIT and OFFSET: the rows of an object, by an index where there is one. */
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, FieldValue, ObjectDef, RecordValues } from '../org/types.ts';
import { among, not } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { compile } from './condition.ts';
import type { Filter, Inside, Lookup } from './condition.ts';
import type { Context } from './context.ts';
import { checkJoins, checkPlace, checkSides, innerField } from './joins.ts';
import { sorter } from './order.ts';
import { queryable, Scope } from './scope.ts';
import type { Column } from './scope.ts';
import type { Joining, Query } from './syntax/tree.ts';
import { scopeFilter } from './using-scope.ts';

/** The largest OFFSET, rows. */
const MAX_OFFSET = 2000;

export class Finder {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Resolves all names at once; the function that comes back reads the rows, sorted. */
  compile(query: Query, scope: Scope): () => readonly RecordValues[] {
    const { test, lookup } = this.filter(query, scope);
    const sort = this.sorter(query, scope);
    return () => {
      const rows: RecordValues[] = [];
      for (const row of this.candidates(scope.object, lookup)) {
        this.#context.step();
        if (test(row)) rows.push(row);
      }
      return sort(rows);
    };
  }

  /** The index that `compile` asks, if any, and how many rows it reads. */
  plan(
    query: Query,
    scope: Scope,
  ): { readonly lookup: Lookup | undefined; readonly count: number } {
    const { lookup } = this.filter(query, scope);
    return { lookup, count: [...this.candidates(scope.object, lookup)].length };
  }

  /** The same for the children of one record after the other. */
  compileChildren(
    query: Query,
    scope: Scope,
    field: FieldDef,
  ): (parentId: FieldValue) => readonly RecordValues[] {
    const { test } = this.filter(query, scope);
    const sort = this.sorter(query, scope);
    const rowsOf = this.childrenOf(scope.object, field);
    return (parentId) =>
      sort(
        rowsOf(parentId).filter((row) => {
          this.#context.step();
          return test(row);
        }),
      );
  }

  window<T>({ offset = 0, limit }: Query, rows: readonly T[]): readonly T[] {
    if (offset > MAX_OFFSET) {
      const message = `Maximum SOQL offset allowed is ${MAX_OFFSET}`;
      throw new SalesforceError(400, 'NUMBER_OUTSIDE_VALID_RANGE', message);
    }
    if (offset === 0 && limit === undefined) return rows;
    return rows.slice(offset, limit === undefined ? undefined : offset + limit);
  }

  private filter(query: Query, scope: Scope): Filter<RecordValues> {
    const mine = scopeFilter(query, scope.object, this.#context);
    const { test, lookup } = this.where(query, scope);
    return mine === undefined
      ? { test, lookup }
      : { test: (row) => mine(row) && test(row), lookup };
  }

  private where({ where }: Query, scope: Scope): Filter<RecordValues> {
    if (where === undefined) return { test: () => true };
    checkJoins(where);
    return compile(where, {
      context: this.#context,
      column: (term) => scope.columnOf(term),
      join: (column, joining, inside) => this.join(column, joining, inside, scope.object),
    });
  }

  private sorter(
    { orderBy }: Query,
    scope: Scope,
  ): (rows: readonly RecordValues[]) => readonly RecordValues[] {
    return sorter(orderBy, (term) => scope.columnOf(term));
  }

  private candidates(object: ObjectDef, lookup: Lookup | undefined): Iterable<RecordValues> {
    const { reader, deleted } = this.#context;
    const { org } = reader;
    if (lookup === undefined) return org.records(object.name, deleted);
    const { field, values } = lookup;
    if (field.type === 'id') {
      const found = values.map((id) => org.record(object.name, String(id), deleted));
      return found.filter((row) => row !== undefined);
    }
    if (deleted) return org.records(object.name, true);
    return values.flatMap((value) => org.findBy(object.name, field.name, value));
  }

  private childrenOf(
    { name }: ObjectDef,
    field: FieldDef,
  ): (parentId: FieldValue) => readonly RecordValues[] {
    const { reader, deleted } = this.#context;
    const { org } = reader;
    if (!deleted) return (id) => org.findBy(name, field.name, id);
    let byParent: Map<FieldValue, RecordValues[]> | undefined;
    return (id) => {
      byParent ??= Map.groupBy(org.records(name, true), (row) => row[field.name] ?? null);
      return byParent.get(id) ?? [];
    };
  }

  /** `Id IN (SELECT AccountId FROM Contact …)`. */
  private join(
    outer: Column<RecordValues>,
    { operator, query }: Joining,
    inside: Inside,
    outerObject: ObjectDef,
  ): Comparison {
    checkPlace(inside);
    const name = innerField(query);
    const object = queryable(this.#context, query.from);
    const scope = new Scope(this.#context, object, query);
    const column = scope.column(name);
    const { steps, field } = scope.resolve(name);
    const owner = steps.at(-1)?.targets[0] ?? object;
    checkSides(outer, outerObject, { field, object, owner, name: name.text });
    const values = this.compile(query, scope)().map(column.get);
    const found = among(
      outer.field,
      values.filter((value) => value !== null),
    );
    return operator === 'IN' ? found : not(found);
  }
}
