import type { FieldSubquery, Query, QueryBase } from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import { aggregate, isAggregate, isBareCount } from './aggregate.ts';
import { among } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { compile } from './condition.ts';
import type { Lookup } from './condition.ts';
import { invalidField, malformed, noSuchChildren } from './errors.ts';
import { toExpression } from './expression.ts';
import { domainOf } from './fields.ts';
import { sorter } from './order.ts';
import { parseSoql } from './parse.ts';
import { childRelationships } from './relationships.ts';
import { queryable, Scope, visible } from './scope.ts';
import type { Reader } from './scope.ts';
import { compileSelect } from './select.ts';
import type { Children } from './select.ts';

/** The largest OFFSET, rows. */
const MAX_OFFSET = 2000;

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

export interface QueryOptions {
  /** queryAll: the recycle bin's records too. */
  readonly deleted?: boolean;
}

/** Runs a SOQL query at once, or throws what Salesforce answers: MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE … */
export function runQuery(reader: Reader, soql: string, options: QueryOptions = {}): QueryResult {
  const query = parseSoql(soql);
  return new Run(reader, soql, options.deleted === true).query(query);
}

class Run {
  readonly #reader: Reader;
  readonly #soql: string;
  readonly #deleted: boolean;
  readonly #now: number;

  constructor(reader: Reader, soql: string, deleted: boolean) {
    this.#reader = reader;
    this.#soql = soql;
    this.#deleted = deleted;
    this.#now = reader.org.clock.now();
  }

  query(query: Query): QueryResult {
    const object = queryable(this.#reader, query.sObject ?? '', this.#soql);
    const scope = new Scope(this.#reader, object, this.#soql, query.sObjectAlias);
    const entity = object.name;
    if (isBareCount(query)) {
      const { length } = this.window(query, this.find(query, scope));
      return { totalSize: length, length: 0, records: () => [], entity };
    }
    if (isAggregate(query)) {
      const groups = aggregate(query, scope, this.find(query, scope), this.#now);
      return list(entity, this.window(query, groups), (group) => group);
    }
    const read = compileSelect(query, scope, (item) => this.children(object, item));
    const rows = this.sorted(query, scope, this.find(query, scope));
    return list(entity, this.window(query, rows), read);
  }

  /** The rows that WHERE lets through, in order of creation, or of the index. */
  private find(query: QueryBase, scope: Scope): readonly RecordValues[] {
    if (query.where === undefined) return [...this.candidates(scope.object, undefined)];
    const { test, lookup } = compile(toExpression(query.where), {
      now: this.#now,
      column: (leaf) => ('fn' in leaf ? scope.functionColumn(leaf.fn) : scope.column(leaf.field)),
      subquery: (field, leaf) => this.semiJoin(field, leaf.operator, leaf.valueQuery),
    });
    const rows: RecordValues[] = [];
    for (const row of this.candidates(scope.object, lookup)) if (test(row)) rows.push(row);
    return rows;
  }

  private candidates(object: ObjectDef, lookup: Lookup | undefined): Iterable<RecordValues> {
    const { org } = this.#reader;
    if (lookup === undefined) return org.records(object.name, this.#deleted);
    const { field, values } = lookup;
    if (field.type === 'id') {
      const found = values.map((id) => org.record(object.name, String(id), this.#deleted));
      return found.filter((row) => row !== undefined);
    }
    if (this.#deleted) return org.records(object.name, true);
    return values.flatMap((value) => org.findBy(object.name, field.name, value));
  }

  private sorted(
    query: QueryBase,
    scope: Scope,
    rows: readonly RecordValues[],
  ): readonly RecordValues[] {
    const { orderBy = [] } = query;
    const sort = sorter<RecordValues>(Array.isArray(orderBy) ? orderBy : [orderBy], (clause) =>
      'fn' in clause ? scope.functionColumn(clause.fn) : scope.column(clause.field),
    );
    return sort(rows);
  }

  private window<T>({ offset = 0, limit }: QueryBase, rows: readonly T[]): readonly T[] {
    if (offset > MAX_OFFSET) {
      const message = `Maximum SOQL offset allowed is ${MAX_OFFSET}`;
      throw new SalesforceError(400, 'NUMBER_OUTSIDE_VALID_RANGE', message);
    }
    if (offset === 0 && limit === undefined) return rows;
    return rows.slice(offset, limit === undefined ? undefined : offset + limit);
  }

  /** `Id IN (SELECT AccountId FROM Contact …)`. */
  private semiJoin(field: FieldDef, operator: string, query: Query): Comparison {
    const [item, ...more] = query.fields ?? [];
    if (more.length > 0 || (item?.type !== 'Field' && item?.type !== 'FieldRelationship')) {
      throw malformed('Semi join sub-selects must have exactly one field');
    }
    const object = queryable(this.#reader, query.sObject ?? '', this.#soql);
    const scope = new Scope(this.#reader, object, this.#soql, query.sObjectAlias);
    const path = item.type === 'Field' ? item.field : [...item.relationships, item.field].join('.');
    const column = scope.column(path);
    if (domainOf(field) !== 'id' || domainOf(column.field) !== 'id') {
      throw invalidField(
        `The selected field '${path}' in the subquery and the left operand field in the where expression in the outer query '${field.name}' should point to the same object type`,
      );
    }
    const values = this.find(query, scope).map(column.get);
    const found = among(
      field,
      values.filter((value) => value !== null),
    );
    return operator.toUpperCase() === 'IN' ? found : { test: (value) => !found.test(value) };
  }

  /** `(SELECT Id FROM Contacts)`: the children of each row; null where there are none. */
  private children(parent: ObjectDef, { subquery }: FieldSubquery): Children {
    const wanted = subquery.relationshipName.toLowerCase();
    const relationship = childRelationships(this.#reader.org, parent)
      .filter(({ child }) => visible(this.#reader, child.name) !== undefined)
      .find(({ name }) => name?.toLowerCase() === wanted);
    if (relationship === undefined || relationship.name === null) {
      throw noSuchChildren(this.#soql, subquery.relationshipName);
    }
    const { child, field, name } = relationship;
    const scope = new Scope(this.#reader, child, this.#soql, subquery.sObjectAlias);
    const read = compileSelect(subquery, scope, () => {
      throw malformed('Nested sub-queries go one level deep');
    });
    const byParent = Map.groupBy(this.find(subquery, scope), (row) => row[field.name] ?? null);
    return {
      name,
      read: (row) => {
        const mine = this.sorted(subquery, scope, byParent.get(row['Id'] ?? null) ?? []);
        const rows = this.window(subquery, mine);
        if (rows.length === 0) return null;
        return { totalSize: rows.length, done: true, records: rows.map(read) };
      },
    };
  }
}

function list<T>(
  entity: string,
  rows: readonly T[],
  read: (row: T) => Record<string, unknown>,
): QueryResult {
  return {
    totalSize: rows.length,
    length: rows.length,
    records: (start, end) => rows.slice(start, end).map((row) => read(row)),
    entity,
  };
}
