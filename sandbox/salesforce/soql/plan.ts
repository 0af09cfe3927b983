import { Context } from './context.ts';
import type { Reader } from './context.ts';
import { Finder } from './finder.ts';
import { queryable, Scope } from './scope.ts';
import { parseSoql } from './syntax/parse.ts';

export interface Plan {
  readonly entity: string;
  /** Rows that will be read. */
  readonly cardinality: number;
  /** Rows there are. */
  readonly total: number;
  /** The field whose index is asked; undefined where all rows are read. */
  readonly lookup: string | undefined;
}

/** How the rows of a query would be found; refuses what running it would refuse of FROM and WHERE. */
export function planQuery(reader: Reader, soql: string): Plan {
  const query = parseSoql(soql);
  const context = new Context(reader, soql);
  const object = queryable(context, query.from);
  const { lookup, count } = new Finder(context).plan(query, new Scope(context, object, query));
  const total = [...reader.org.records(object.name)].length;
  return { entity: object.name, cardinality: count, total, lookup: lookup?.field.name };
}
