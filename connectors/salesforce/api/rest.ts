/** The few REST calls the source makes: describe, read by id, limits. */
import type { Connection } from 'jsforce';
import { AppError, messageOf } from '../../../src/sdk/index.ts';

/** Salesforce's most per call of a collections request. */
export const MAX_IDS = 200;

export type RestRecord = Readonly<Record<string, unknown>>;

export class Rest {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Names of all objects the user sees. */
  async objectNames(): Promise<readonly string[]> {
    const { sobjects } = await this.#call('objects', () => this.#connection.describeGlobal());
    return sobjects.map((each) => each.name);
  }

  /** describe's type of each field, by name; undefined when there is no such object for this user. */
  async fieldTypes(entity: string): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      const { fields } = await this.#connection.describe(entity);
      return new Map(fields.map((field) => [field.name, field.type]));
    } catch (error) {
      if (/NOT_FOUND|INVALID_TYPE/.test(codeOf(error))) return undefined;
      throw restError(`describing ${entity}`, error);
    }
  }

  /** Of all records of an object; undefined when they are more than `most`. */
  async ids(entity: string, most: number): Promise<readonly string[] | undefined> {
    const soql = `SELECT Id FROM ${entity} ORDER BY Id LIMIT ${most + 1}`;
    const ids: string[] = [];
    let page = await this.#call(`${entity} ids`, async () => await this.#connection.query(soql));
    for (;;) {
      for (const record of page.records) ids.push(String(record['Id']));
      const { nextRecordsUrl } = page;
      if (page.done || nextRecordsUrl === undefined) break;
      page = await this.#call(`${entity} ids`, async () => {
        return await this.#connection.queryMore(nextRecordsUrl);
      });
    }
    return ids.length > most ? undefined : ids;
  }

  /** In the order of `ids`, null where there is no such record (any more). Any number of ids, 200 per call. */
  async read(
    entity: string,
    ids: readonly string[],
    fields: readonly string[],
  ): Promise<readonly (RestRecord | null)[]> {
    const found: (RestRecord | null)[] = [];
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const page = ids.slice(at, at + MAX_IDS);
      const records = await this.#call(`${entity} records`, () =>
        this.#connection.retrieve(entity, page, { fields: [...fields] }),
      );
      found.push(...(records as (RestRecord | null)[]));
    }
    return found;
  }

  /** Events that may still be delivered in this 24 hours; undefined where Salesforce doesn't say. */
  async deliveriesLeft(): Promise<number | undefined> {
    const limits = await this.#call('limits', () => this.#connection.limits());
    return limits['DailyDeliveredPlatformEvents']?.Remaining;
  }

  async #call<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw restError(`reading ${what}`, error);
    }
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'errorCode' in error
    ? String(error.errorCode)
    : '';
}

const REFUSED = /INSUFFICIENT_ACCESS|INVALID_FIELD|INVALID_TYPE|NOT_FOUND|API_DISABLED|MALFORMED/;

function restError(what: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const said = `${what}: ${messageOf(error)}${code === '' ? '' : ` (${code})`}`;
  if (code === 'INVALID_SESSION_ID') {
    return new AppError('auth', 'salesforce.session', `Salesforce refused ${said}.`, {
      cause: error,
    });
  }
  const kind = REFUSED.test(code) ? 'fatal' : 'retriable';
  return new AppError(kind, 'salesforce.rest', `Salesforce refused ${said}.`, { cause: error });
}
