/** The SELECT list. */
import type { Cursor } from './cursor.ts';
import { readCall } from './terms.ts';
import type { Name, Query, SelectItem, TypeOf } from './tree.ts';

export function readSelect(cursor: Cursor, readQuery: () => Query): SelectItem[] {
  cursor.expect('SELECT');
  return cursor.list(() => readItem(cursor, readQuery));
}

/** Fields and functions without the word SELECT, as SOSL has them. */
export function readShown(cursor: Cursor): SelectItem[] {
  return cursor.list(() =>
    cursor.sees('(', 1)
      ? { kind: 'call', call: readCall(cursor) }
      : { kind: 'field', name: cursor.name() },
  );
}

function readItem(cursor: Cursor, readQuery: () => Query): SelectItem {
  if (cursor.takes('(')) {
    const query = cursor.inside(readQuery);
    cursor.close();
    return { kind: 'query', query };
  }
  if (cursor.sees('FROM')) throw cursor.unexpected();
  if (cursor.takes('TYPEOF')) return readTypeOf(cursor);
  if (cursor.sees('(', 1)) {
    return { kind: 'call', call: readCall(cursor), alias: readAlias(cursor) };
  }
  return { kind: 'field', name: cursor.name(), alias: readAlias(cursor) };
}

function readAlias(cursor: Cursor): Name | undefined {
  return cursor.seesName() && !cursor.sees('FROM') ? cursor.name(true) : undefined;
}

const CASE_ENDS = new Set(['WHEN', 'ELSE', 'END']);

function readTypeOf(cursor: Cursor): TypeOf {
  const name = cursor.name();
  const cases: TypeOf['cases'][number][] = [];
  while (cursor.takes('WHEN')) {
    const type = cursor.name(true);
    cursor.expect('THEN');
    cases.push({ type, fields: readFields(cursor) });
  }
  if (cases.length === 0) throw cursor.unexpected();
  const otherwise = cursor.takes('ELSE') ? readFields(cursor) : [];
  cursor.expect('END');
  return { kind: 'typeof', name, cases, otherwise };
}

function readFields(cursor: Cursor): Name[] {
  return cursor.list(() => {
    if (cursor.seesAny(CASE_ENDS)) throw cursor.unexpected();
    return cursor.name();
  });
}
