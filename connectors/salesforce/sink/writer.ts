import type { Connection } from 'jsforce';
import { AppError } from '../../../src/sdk/index.ts';
import type { Operation } from './change.ts';
import { callError, codeOf } from './target.ts';

/** Salesforce's most records in a collections call. */
export const MAX_COLLECTION = 200;
/** Row calls under way at once. */
const ROW_CONCURRENCY = 5;

export interface Row {
  readonly key: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/** undefined = written; an AppError of kind `data` (this record) or `retriable`. */
export type RowResult = AppError | undefined;

/** Status codes that mean "the same again later". */
const RETRIABLE =
  /UNABLE_TO_LOCK_ROW|SERVER_UNAVAILABLE|REQUEST_LIMIT_EXCEEDED|REQUEST_RUNNING_TOO_LONG|UNKNOWN_EXCEPTION|QUERY_TIMEOUT/;
const GONE = /ENTITY_IS_DELETED|NOT_FOUND|INVALID_CROSS_REFERENCE_KEY/;

interface SaveResult {
  readonly success: boolean;
  readonly errors?: readonly {
    statusCode?: string;
    errorCode?: string;
    message: string;
    fields?: readonly string[];
  }[];
}

/** Writes of one object; the connection carries the client name on each (design: loops). */
export class Writer {
  readonly #connection: Connection;
  readonly #object: string;
  readonly #idField: string;
  readonly #operation: Operation;

  constructor(connection: Connection, object: string, idField: string, operation: Operation) {
    this.#connection = connection;
    this.#object = object;
    this.#idField = idField;
    this.#operation = operation;
  }

  /** Results in the order of `rows`. Throws when the call itself failed. */
  async write(rows: readonly Row[], collections: boolean): Promise<readonly RowResult[]> {
    if (this.#operation === 'update' && this.#idField !== 'Id') {
      const ids = await this.find(rows.map((row) => row.key ?? ''));
      return await this.#each(rows, collections, (row) => ids.get(row.key ?? ''));
    }
    return await this.#each(rows, collections, (row) => row.key);
  }

  /** Deletes by id field; a record that isn't there (any more) is fine. */
  async remove(keys: readonly string[]): Promise<readonly RowResult[]> {
    const ids =
      this.#idField === 'Id' ? new Map(keys.map((key) => [key, key])) : await this.find(keys);
    return await inParallel(keys, async (key) => {
      const id = ids.get(key);
      if (id === undefined) return undefined;
      try {
        await this.#connection.request({
          method: 'DELETE',
          url: `/sobjects/${this.#object}/${id}`,
        });
        return undefined;
      } catch (error) {
        return GONE.test(codeOf(error)) ? undefined : rowError(error);
      }
    });
  }

  /** Record ids by the value of the id field. */
  async find(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let from = 0; from < keys.length; from += MAX_COLLECTION) {
      const list = keys
        .slice(from, from + MAX_COLLECTION)
        .map((key) => `'${escape(key)}'`)
        .join(',');
      const soql = `SELECT Id, ${this.#idField} FROM ${this.#object} WHERE ${this.#idField} IN (${list})`;
      const { records } = await this.#query(soql);
      for (const record of records) found.set(String(record[this.#idField]), String(record['Id']));
    }
    return found;
  }

  /** Any record's id, for the test write. */
  async anyId(): Promise<string | undefined> {
    const { records } = await this.#query(`SELECT Id FROM ${this.#object} LIMIT 1`);
    const id = records[0]?.['Id'];
    return typeof id === 'string' ? id : undefined;
  }

  /** A collections call that changes nothing but the time of the last change. */
  async touch(id: string): Promise<void> {
    await this.#call('The test write', () =>
      this.#connection.request({
        method: 'PATCH',
        url: '/composite/sobjects',
        body: JSON.stringify({
          allOrNone: false,
          records: [{ attributes: { type: this.#object }, id }],
        }),
        headers: { 'content-type': 'application/json' },
      }),
    );
  }

  async #each(
    rows: readonly Row[],
    collections: boolean,
    idOf: (row: Row) => string | undefined,
  ): Promise<readonly RowResult[]> {
    if (!collections) return await inParallel(rows, (row) => this.#row(row, idOf(row)));
    const results: RowResult[] = [];
    for (let from = 0; from < rows.length; from += MAX_COLLECTION) {
      results.push(...(await this.#collection(rows.slice(from, from + MAX_COLLECTION), idOf)));
    }
    return results;
  }

  async #row(row: Row, id: string | undefined): Promise<RowResult> {
    const { [this.#idField]: _id, ...body } = row.values;
    const base = `/sobjects/${this.#object}`;
    const upsert = this.#operation === 'upsert' && this.#idField !== 'Id';
    if (this.#operation !== 'insert' && id === undefined) return this.#unknown(row);
    const path = upsert
      ? `${base}/${this.#idField}/${encodeURIComponent(id ?? '')}`
      : `${base}/${id}`;
    const { Id: _own, ...inserted } = row.values;
    try {
      await this.#connection.request({
        method: this.#operation === 'insert' ? 'POST' : 'PATCH',
        url: this.#operation === 'insert' ? base : path,
        body: JSON.stringify(this.#operation === 'insert' ? inserted : body),
        headers: { 'content-type': 'application/json' },
      });
      return undefined;
    } catch (error) {
      return rowError(error);
    }
  }

  async #collection(
    rows: readonly Row[],
    idOf: (row: Row) => string | undefined,
  ): Promise<readonly RowResult[]> {
    const upsert = this.#operation === 'upsert' && this.#idField !== 'Id';
    const results: RowResult[] = rows.map((row) =>
      this.#operation !== 'insert' && idOf(row) === undefined ? this.#unknown(row) : undefined,
    );
    const sent = rows.map((row, i) => ({ row, i })).filter(({ i }) => results[i] === undefined);
    if (sent.length === 0) return results;
    const records = sent.map(({ row }) => {
      const { Id: _id, ...values } = row.values;
      const attributes = { type: this.#object };
      if (this.#operation === 'insert') return { attributes, ...values };
      if (upsert) return { attributes, ...values, [this.#idField]: row.key };
      return { attributes, ...values, id: idOf(row) };
    });
    const answers = await this.#call('Writing records', () =>
      this.#connection.request<SaveResult[]>({
        method: this.#operation === 'insert' ? 'POST' : 'PATCH',
        url: upsert
          ? `/composite/sobjects/${this.#object}/${this.#idField}`
          : '/composite/sobjects',
        body: JSON.stringify({ allOrNone: false, records }),
        headers: { 'content-type': 'application/json' },
      }),
    );
    sent.forEach(({ i }, n) => {
      const answer = answers[n];
      if (answer?.success !== true) results[i] = saveError(answer?.errors?.[0]);
    });
    return results;
  }

  async #query(soql: string): Promise<{ records: readonly Record<string, unknown>[] }> {
    return await this.#call('Finding records', async () => {
      const { records } = await this.#connection.query<Record<string, unknown>>(soql);
      return { records: records as readonly Record<string, unknown>[] };
    });
  }

  #unknown(row: Row): AppError {
    return new AppError(
      'data',
      'salesforce.unknown_target',
      `There is no ${this.#object} with ${this.#idField} ${row.key ?? '(none)'}.`,
      { path: this.#idField, suggestion: 'Use operation upsert to create it.' },
    );
  }

  async #call<T>(doing: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw callError(doing, error);
    }
  }
}

/** A row call's error: about this record, about the moment, or about the whole call (thrown). */
function rowError(error: unknown): AppError {
  const code = codeOf(error);
  const whole = callError('Writing a record', error);
  if (whole.kind === 'auth') throw whole;
  if (RETRIABLE.test(code) || !/^[A-Z_]+$/.test(code)) return whole;
  return saveError({ statusCode: code, message: (error as Error).message });
}

function saveError(error: NonNullable<SaveResult['errors']>[number] | undefined): AppError {
  const code = error?.statusCode ?? error?.errorCode ?? 'UNKNOWN_EXCEPTION';
  const kind = RETRIABLE.test(code) ? 'retriable' : 'data';
  const fields = error?.fields ?? [];
  return new AppError(
    kind,
    'salesforce.refused',
    `${code}: ${error?.message ?? 'no reason given'}`,
    {
      path: fields.length === 0 ? undefined : fields.join(', '),
    },
  );
}

/** In order of `items`, a few at once. */
async function inParallel<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await run(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(ROW_CONCURRENCY, items.length) }, work));
  return results;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
