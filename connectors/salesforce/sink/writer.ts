import type { Connection } from 'jsforce';
import { AppError } from '../../../src/sdk/index.ts';
import type { Operation } from './change.ts';
import { comparable, lookupQueries } from './lookup.ts';
import { callError, codeOf, type Target, type TargetField } from './target.ts';

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
  readonly errors?: readonly SaveError[];
}

interface SaveError {
  readonly statusCode?: string;
  readonly errorCode?: string;
  readonly message: string;
  readonly fields?: readonly string[];
}

/** Writes of one object; the connection carries the client name on each (design: loops). */
export class Writer {
  readonly #connection: Connection;
  readonly #object: string;
  readonly #idField: string;
  readonly #field: TargetField;
  readonly #operation: Operation;

  constructor(connection: Connection, target: Target, idField: string, operation: Operation) {
    this.#connection = connection;
    this.#object = target.object;
    this.#idField = idField;
    this.#field = fieldOf(target, idField);
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
          url: `/sobjects/${this.#object}/${encodeURIComponent(id)}`,
        });
        return undefined;
      } catch (error) {
        return GONE.test(codeOf(error)) ? undefined : rowError(error);
      }
    });
  }

  /** Record ids by the value of the id field. */
  async find(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string | undefined, string>();
    for (const soql of lookupQueries(this.#object, this.#field, keys)) {
      const { records } = await this.#query(soql);
      for (const record of records) {
        ids.set(comparable(this.#field, String(record[this.#idField])), String(record['Id']));
      }
    }
    const found = new Map<string, string>();
    for (const key of keys) {
      const id = ids.get(comparable(this.#field, key));
      if (id !== undefined) found.set(key, id);
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
      const some = rows.slice(from, from + MAX_COLLECTION);
      try {
        results.push(...(await this.#collection(some, idOf)));
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'fatal') throw error;
        // The whole call is refused for what one record holds: row by row it shows which.
        results.push(...(await this.#each(some, false, idOf)));
      }
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
      : `${base}/${encodeURIComponent(id ?? '')}`;
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

function fieldOf({ object, fields }: Target, name: string): TargetField {
  const field = fields.get(name);
  if (field !== undefined) return field;
  throw new AppError('config', 'salesforce.id_field', `${object} has no field ${name}.`, {
    path: 'salesforce.custom.id.field.name',
  });
}

/** A row call's error: about this record, about the moment, or about the login (thrown). */
function rowError(error: unknown): AppError {
  const code = codeOf(error);
  const whole = callError('Writing a record', error);
  // INSUFFICIENT_ACCESS… may be about this record alone, as in a collection's results.
  if (whole.kind === 'auth' && !code.startsWith('INSUFFICIENT_ACCESS')) throw whole;
  if (RETRIABLE.test(code) || !/^[A-Z_]+$/.test(code)) return whole;
  const { data } = error as { data?: SaveError | readonly SaveError[] };
  const [first] = data instanceof Array ? data : [data];
  return saveError({
    statusCode: first?.errorCode ?? code,
    message: first?.message ?? (error as Error).message,
    fields: first?.fields ?? [],
  });
}

function saveError(error: SaveError | undefined): AppError {
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

/**
 * In order of `items`, a few at once. After one throws no more are started, and it throws when those under
 * way are over: a late write must not overtake the batch that is put again.
 */
async function inParallel<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      try {
        results[at] = await run(items[at] as T);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(ROW_CONCURRENCY, items.length) }, work);
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return results;
}
