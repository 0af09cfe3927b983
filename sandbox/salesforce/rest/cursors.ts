import { SalesforceError } from '../org/types.ts';
import { base62 } from '../org/ids.ts';
import type { Reader } from '../soql/context.ts';
import type { QueryResult } from '../soql/result.ts';

/** The default size of a page, rows, and the bounds of `Sforce-Query-Options: batchSize`. */
export const PAGE = { default: 2000, min: 200, max: 2000 } as const;
/** Open cursors of one user: for one more, the one that wasn't read for the longest is closed. */
const MAX_OPEN = 10;
/** A cursor that isn't read is closed after two days. */
const LIFETIME_MS = 48 * 3_600_000;

interface Cursor {
  readonly userId: string;
  readonly result: QueryResult;
  readonly readAt: number;
}

export interface Page {
  readonly records: readonly Record<string, unknown>[];
  readonly totalSize: number;
  /** `LOCATOR-OFFSET` of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** Results that are read page by page. A page can be read again; another size may be asked for each time. */
export class Cursors {
  /** By locator, the last one read at the end. */
  readonly #open = new Map<string, Cursor>();
  #count = 0;

  first(reader: Reader, result: QueryResult, size: number): Page {
    if (result.length <= size) return page(result, '', 0, size);
    const locator = `01gHw0${base62(++this.#count, 9)}AAA`;
    this.touch(locator, reader, result);
    this.closeOldest(reader.user.id);
    return page(result, locator, 0, size);
  }

  /** Of `LOCATOR-OFFSET`; INVALID_QUERY_LOCATOR where it is unknown, closed, another user's or beyond the end. */
  next(reader: Reader, place: string, size: number): Page {
    const [, locator = '', digits = ''] = /^(\w+)-(\d+)$/.exec(place) ?? [];
    const cursor = this.#open.get(locator);
    const offset = Number(digits);
    const now = reader.org.clock.now();
    const alive = cursor?.userId === reader.user.id && now - cursor.readAt < LIFETIME_MS;
    if (alive && digits !== '' && offset < cursor.result.length) {
      this.touch(locator, reader, cursor.result);
      return page(cursor.result, locator, offset, size);
    }
    throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  }

  private touch(locator: string, { user, org }: Reader, result: QueryResult): void {
    this.#open.delete(locator);
    this.#open.set(locator, { userId: user.id, result, readAt: org.clock.now() });
  }

  private closeOldest(userId: string): void {
    const mine = [...this.#open].filter(([, cursor]) => cursor.userId === userId);
    const [oldest] = mine;
    if (oldest !== undefined && mine.length > MAX_OPEN) this.#open.delete(oldest[0]);
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
