import { SalesforceError } from '../org/types.ts';
import { base62 } from '../org/ids.ts';
import type { QueryResult } from '../soql/query.ts';

/** The default size of a page, rows, and the bounds of `Sforce-Query-Options: batchSize`. */
export const PAGE = { default: 2000, min: 200, max: 2000 } as const;
/** Open cursors; the oldest is closed for a new one. Salesforce keeps 10 of a user, for two days. */
const MAX_OPEN = 100;

export interface Page {
  readonly records: readonly Record<string, unknown>[];
  readonly totalSize: number;
  /** `LOCATOR-OFFSET` of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** Results that are read page by page. A page can be read again; another size may be asked for each time. */
export class Cursors {
  readonly #open = new Map<string, { readonly userId: string; readonly result: QueryResult }>();
  #count = 0;

  first(userId: string, result: QueryResult, size: number): Page {
    if (result.length <= size) return page(result, '', 0, size);
    const locator = `01gHw0${base62(++this.#count, 9)}AAA`;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= MAX_OPEN) this.#open.delete(oldest);
    this.#open.set(locator, { userId, result });
    return page(result, locator, 0, size);
  }

  /** Of `LOCATOR-OFFSET`; INVALID_QUERY_LOCATOR where it is unknown, closed, another user's or beyond the end. */
  next(userId: string, place: string, size: number): Page {
    const [, locator = '', digits = ''] = /^(\w+)-(\d+)$/.exec(place) ?? [];
    const cursor = this.#open.get(locator);
    const offset = Number(digits);
    if (cursor?.userId === userId && digits !== '' && offset < cursor.result.length) {
      return page(cursor.result, locator, offset, size);
    }
    throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  }
}

function page(result: QueryResult, locator: string, offset: number, size: number): Page {
  const end = offset + size;
  return {
    records: result.records(offset, end),
    totalSize: result.totalSize,
    next: end < result.length ? `${locator}-${end}` : undefined,
  };
}
