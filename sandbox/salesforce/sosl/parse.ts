/** The text of a search → what to find, where, and what to show. */
import { malformedSearch, queryTooLong } from '../soql/errors.ts';
import { readCondition } from '../soql/syntax/conditions.ts';
import { Cursor } from '../soql/syntax/cursor.ts';
import { MAX_LENGTH, readNumber, readOrdering, readQuery } from '../soql/syntax/parse.ts';
import { readShown } from '../soql/syntax/select.ts';
import { tokenize } from '../soql/syntax/tokens.ts';
import type { Query, SelectItem } from '../soql/syntax/tree.ts';
import { SEARCH_GROUPS } from './text.ts';
import type { SearchGroup } from './text.ts';

export interface Search {
  /** What stands between the braces. */
  readonly terms: string;
  readonly group: SearchGroup;
  /** Undefined: every object. */
  readonly returning: readonly Query[] | undefined;
  readonly limit: number | undefined;
}

const ID: SelectItem = { kind: 'field', name: { text: 'Id', index: 0 } };

export function parseSosl(sosl: string): Search {
  if (sosl.length > MAX_LENGTH) throw queryTooLong(MAX_LENGTH);
  const [found, before = '', terms = ''] =
    /^(\s*FIND\s*)\{((?:\\[\s\S]|[^}\\])*)\}/i.exec(sosl) ?? [];
  if (found === undefined) {
    throw malformedSearch('No search term found. The search term must be enclosed in braces.');
  }
  const blank = before + ' '.repeat(found.length - before.length);
  const text = blank + sosl.slice(found.length);
  const cursor = new Cursor(text, tokenize(text));
  cursor.expect('FIND');
  const group = cursor.takes('IN') ? readGroup(cursor) : 'ALL';
  const returning = cursor.takes('RETURNING')
    ? cursor.list(() => readReturning(cursor))
    : undefined;
  while (cursor.takes('WITH')) readWith(cursor);
  const limit = cursor.takes('LIMIT') ? readNumber(cursor) : undefined;
  if (cursor.takes('UPDATE')) cursor.list(() => cursor.name(true));
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  return { terms, group, returning, limit };
}

function readGroup(cursor: Cursor): SearchGroup {
  const group = SEARCH_GROUPS.find((each) => cursor.takes(each, 'FIELDS'));
  if (group === undefined) throw cursor.unexpected();
  return group;
}

function readReturning(cursor: Cursor): Query {
  const from = cursor.name(true);
  if (!cursor.takes('(')) return { ...EVERY, select: [ID], from };
  const select = readShown(cursor);
  const where = cursor.takes('WHERE') ? readCondition(cursor, () => readQuery(cursor)) : undefined;
  const orderBy = cursor.takes('ORDER', 'BY') ? cursor.list(() => readOrdering(cursor)) : [];
  const limit = cursor.takes('LIMIT') ? readNumber(cursor) : undefined;
  const offset = cursor.takes('OFFSET') ? readNumber(cursor) : undefined;
  cursor.close();
  return { ...EVERY, select, from, where, orderBy, limit, offset };
}

const EVERY = { joins: [], orderBy: [], viewed: false } as const;

function readWith(cursor: Cursor): void {
  const name = cursor.name(true);
  if (!/^(SPELL_CORRECTION|METADATA)$/i.test(name.text)) {
    throw cursor.unsimulated(`WITH ${name.text.toUpperCase()}`, name.index);
  }
  cursor.expect('=');
  cursor.next();
}
