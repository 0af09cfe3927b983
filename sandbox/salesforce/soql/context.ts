import type { Org, User } from '../org/types.ts';
import { queryTimeout } from './errors.ts';
import { zoneOf } from './zone.ts';
import type { Zone } from './zone.ts';

/** Who asks, and for which version of the API. */
export interface Reader {
  readonly org: Org;
  readonly user: User;
  /** `60.0`: shown in the addresses of records. */
  readonly version: string;
}

/** The longest that a query may keep the sandbox busy, ms; Salesforce stops one after 120 s. */
const MAX_RUN_MS = 20_000;
/** How many steps are taken between two looks at the time. */
const STEPS = 1024;

/** What one run of a query knows beside its text: who asks, when, where, and for how much longer. */
export class Context {
  readonly reader: Reader;
  readonly soql: string;
  /** queryAll: the recycle bin's records too. */
  readonly deleted: boolean;
  readonly now: number;
  readonly #until = performance.now() + MAX_RUN_MS;
  #steps = 0;

  constructor(reader: Reader, soql: string, deleted = false) {
    this.reader = reader;
    this.soql = soql;
    this.deleted = deleted;
    this.now = reader.org.clock.now();
  }

  /** The user's: date literals and convertTimezone follow it. */
  get zone(): Zone {
    return zoneOf(this.setting('TimeZoneSidKey') ?? 'GMT');
  }

  /** The user's, for `Intl`: `en-US`. */
  get locale(): string {
    const [language = 'en', country] = (this.setting('LocaleSidKey') ?? 'en_US').split('_');
    return country === undefined ? language : `${language}-${country}`;
  }

  /** Once per row: QUERY_TIMEOUT when the query has run for too long. */
  step(): void {
    if (++this.#steps % STEPS === 0 && performance.now() > this.#until) throw queryTimeout();
  }

  private setting(field: string): string | undefined {
    const { org, user } = this.reader;
    const value = org.record('User', user.id)?.[field];
    return typeof value === 'string' ? value : undefined;
  }
}
