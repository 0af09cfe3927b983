import { SalesforceError } from '../org/types.ts';
import type { ObjectDef, RecordValues } from '../org/types.ts';
import { Context } from '../soql/context.ts';
import type { Reader } from '../soql/context.ts';
import { malformed, malformedSearch } from '../soql/errors.ts';
import { Finder } from '../soql/finder.ts';
import { queryable, Scope, visible } from '../soql/scope.ts';
import { compileSelect } from '../soql/select.ts';
import type { Query } from '../soql/syntax/tree.ts';
import { parseSosl } from './parse.ts';
import { readTerms } from './terms.ts';
import type { SearchTest } from './terms.ts';
import { isSearchable, searchedFields, wordsOf } from './text.ts';
import type { SearchGroup } from './text.ts';

/** The most records that a search answers. */
const MAX_FOUND = 2000;

/** The records found, those of one object after those of another, or MALFORMED_SEARCH, INVALID_SEARCH … */
export function runSearch(reader: Reader, sosl: string): readonly Record<string, unknown>[] {
  try {
    return search(reader, sosl);
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.errorCode !== 'MALFORMED_QUERY') throw error;
    throw malformedSearch(error.message);
  }
}

function search(reader: Reader, sosl: string): readonly Record<string, unknown>[] {
  const { terms, group, returning, limit = MAX_FOUND } = parseSosl(sosl);
  const context = new Context(reader, sosl);
  const test = readTerms(terms);
  const found: Record<string, unknown>[] = [];
  for (const query of returning ?? everything(reader)) {
    found.push(...searchObject(context, query, group, test));
    if (found.length >= limit) break;
  }
  return found.slice(0, Math.min(limit, MAX_FOUND));
}

function everything({ org, user }: Reader): readonly Query[] {
  return org
    .objects()
    .filter((each) => isSearchable(each) && visible({ org, user, version: '' }, each.name))
    .map(({ name }) => ({
      select: [{ kind: 'field', name: { text: 'Id', index: 0 } }],
      from: { text: name, index: 0 },
      joins: [],
      orderBy: [],
      viewed: false,
    }));
}

function searchObject(
  context: Context,
  query: Query,
  group: SearchGroup,
  test: SearchTest,
): Record<string, unknown>[] {
  const object = queryable(context, query.from);
  if (!isSearchable(object)) throw malformedSearch(`${object.name} is not searchable`);
  const scope = new Scope(context, object, query);
  const finder = new Finder(context);
  const read = compileSelect(query, scope, () => {
    throw malformed("unexpected token: 'SELECT'");
  });
  const find = finder.compile(query, scope);
  const hit = textTest(object, group, test);
  const rows = find().filter((row) => {
    context.step();
    return hit(row);
  });
  return finder
    .window(query, rows)
    .slice(0, MAX_FOUND)
    .map((row) => read(row));
}

function textTest(
  object: ObjectDef,
  group: SearchGroup,
  test: SearchTest,
): (row: RecordValues) => boolean {
  const names = searchedFields(object, group).map(({ name }) => name);
  return (row) =>
    test(
      names.flatMap((name) => {
        const value = row[name];
        return typeof value === 'string' ? [wordsOf(value)] : [];
      }),
    );
}
