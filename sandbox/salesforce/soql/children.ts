/** `(SELECT Id FROM Contacts)` in a SELECT list. */
import type { ObjectDef } from '../org/types.ts';
import { isAggregate, isBareCount } from './aggregate.ts';
import type { Context } from './context.ts';
import { malformed, noSuchChildren, pointing } from './errors.ts';
import type { Finder } from './finder.ts';
import { list } from './result.ts';
import type { QueryResult } from './result.ts';
import { childRelationships } from './relationships.ts';
import type { ChildRelationship } from './relationships.ts';
import { Scope, visible } from './scope.ts';
import { compileSelect } from './select.ts';
import type { Children } from './select.ts';
import type { Query } from './syntax/tree.ts';

/** From this version of the API on, sub-queries have sub-queries. */
const NESTING_SINCE = 58;
/** Salesforce's bounds: levels of parents and children, and sub-queries in one SELECT. */
const MAX_LEVELS = 5;
const MAX_SUBQUERIES = 20;

/** The children of each row, as `show` has them; null where there are none. */
export function childrenReader(
  context: Context,
  finder: Finder,
  show: (result: QueryResult) => unknown,
  level = 2,
): (query: Query, parent: ObjectDef) => Children {
  let count = 0;
  return (query, parent) => {
    if (++count > MAX_SUBQUERIES) {
      throw malformed(`A SELECT has at most ${MAX_SUBQUERIES} sub-queries`);
    }
    checkLevel(context, level);
    if (isBareCount(query) || isAggregate(query)) {
      throw malformed('only root queries support aggregate expressions');
    }
    const { child, field, name } = relationshipOf(context, query, parent);
    const scope = new Scope(context, child, query);
    const read = compileSelect(query, scope, childrenReader(context, finder, show, level + 1));
    const find = finder.compileChildren(query, scope, field);
    return {
      name,
      read: (row) => {
        const rows = finder.window(query, find(row['Id'] ?? null));
        return rows.length === 0 ? null : show(list(child, rows, read));
      },
    };
  };
}

function checkLevel({ reader }: Context, level: number): void {
  const allowed = Number(reader.version) >= NESTING_SINCE ? MAX_LEVELS : 2;
  if (level <= allowed) return;
  throw malformed(`Sub-queries go ${allowed - 1} deep in version ${reader.version} of the API`);
}

function relationshipOf(
  { reader, soql }: Context,
  { from }: Query,
  parent: ObjectDef,
): ChildRelationship & { readonly name: string } {
  const path = from.text.split('.');
  const wanted = (path.at(-1) ?? '').toLowerCase();
  const found = childRelationships(reader.org, parent).find(
    ({ name, child }) =>
      name?.toLowerCase() === wanted && visible(reader, child.name) !== undefined,
  );
  const { name = null } = found ?? {};
  if (found !== undefined && name !== null && path.length <= 2) return { ...found, name };
  return pointing(soql, from.index, () => {
    throw noSuchChildren(from.text);
  });
}
