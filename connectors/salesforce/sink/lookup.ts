import type { TargetField } from './target.ts';

/** Salesforce takes addresses of 16 KiB; the query's text leaves room for the rest of it. */
const MAX_QUERY_BYTES = 8_000;
/** Records asked for in one query. */
const MAX_KEYS = 200;

const NUMBER = /^-?\d+(\.\d+)?$/;

/** A value of the id field in the one form by which Salesforce compares it; undefined: no record can have it. */
export function comparable(field: TargetField, value: string): string | undefined {
  if (field.isNumber) return NUMBER.test(value) ? String(Number(value)) : undefined;
  return field.caseSensitive ? value : value.toLowerCase();
}

/** SOQL queries that together find the records of `keys` by `field`, each short enough to be sent. */
export function lookupQueries(
  object: string,
  field: TargetField,
  keys: readonly string[],
): readonly string[] {
  const pages: string[][] = [];
  let bytes = 0;
  for (const key of keys) {
    if (comparable(field, key) === undefined) continue;
    const literal = field.isNumber ? key : `'${escape(key)}'`;
    const more = encodeURIComponent(`${literal},`).length;
    const page = pages.at(-1);
    if (page === undefined || page.length === MAX_KEYS || bytes + more > MAX_QUERY_BYTES) {
      pages.push([literal]);
      bytes = more;
    } else {
      page.push(literal);
      bytes += more;
    }
  }
  const select = `SELECT Id, ${field.name} FROM ${object} WHERE ${field.name} IN`;
  return pages.map((page) => `${select} (${page.join(',')})`);
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
