/**
 * Goal: what DuckDbSink leaves in a real DuckDB file equals what the changes say.
 * Method: hand-made change records straight into the task, read back by SQL; random histories are
 * compared with a naive model that applies one change at a time.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { duckDbConfig } from '../../../connectors/warehouse/duckdb/config.ts';
import { DuckDbConnector } from '../../../connectors/warehouse/duckdb/connector.ts';
import { Database } from '../../../connectors/warehouse/duckdb/database.ts';
import { OffsetTable } from '../../../connectors/warehouse/duckdb/offsets.ts';
import { DuckDbSinkTask, openDuckDbTask } from '../../../connectors/warehouse/duckdb/task.ts';
import { Config } from '../../../src/config/config.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { noMetrics } from '../../../src/foundation/metrics.ts';
import {
  systemClock,
  type Rejection,
  type Schema,
  type SinkRecord,
  type SinkTaskContext,
} from '../../../src/sdk/index.ts';
import {
  accountRecord,
  bare,
  changeRecord,
  changeSchema,
  type ChangeSpec,
} from '../../support/change.ts';

const TOPIC = 'org.Account';
let folder: string;
let rejected: Rejection[];
let task: DuckDbSinkTask;

const config = (): Config => new Config(duckDbConfig, { 'duckdb.path': join(folder, 'w.duckdb') });

function context(): SinkTaskContext {
  return {
    connector: 'warehouse',
    task: 0,
    log: silentLog,
    metrics: noMetrics,
    clock: systemClock,
    report: () => undefined,
    topicConfig: () => Promise.resolve(undefined),
    reject: (rejection) => {
      rejected.push(rejection);
      return Promise.resolve();
    },
  };
}

async function open(): Promise<DuckDbSinkTask> {
  const opened = await openDuckDbTask(config(), context());
  await opened.assign([{ topic: TOPIC, partition: 0 }]);
  return opened;
}

async function reopen(): Promise<void> {
  await task[Symbol.asyncDispose]();
  task = await open();
}

async function sql(text: string): Promise<readonly (readonly unknown[])[]> {
  const limits = { maxRows: 1000, timeoutMs: 10_000 };
  return (await task.query(text, limits, new AbortController().signal)).rows;
}

const put = (changes: readonly ChangeSpec[], from = 0n): Promise<unknown> =>
  putAsRuntime(changes.map((change, i) => changeRecord(change, from + BigInt(i))));

/** As the runtime does: each record is prepared before its batch is put. */
const putAsRuntime = (records: readonly SinkRecord[]): Promise<unknown> =>
  task.put(records.map((record) => task.prepare(record)));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-duckdb-'));
  rejected = [];
  task = await open();
});

afterEach(async () => {
  await task[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('one record', () => {
  test('a create fills the columns with their exact values', async () => {
    await put([
      {
        op: 'create',
        id: 'A',
        record: {
          Name: 'Acme',
          AnnualRevenue: 0.1,
          Employees: 7,
          Big: 9007199254740993n,
          Active: true,
          Founded: 19_000,
          Opens: 30_600_000,
          LastModifiedDate: 1_700_000_000_123n,
          BillingAddress: { Street: 'Main St', City: null },
          NameParts: null,
        },
      },
    ]);
    const [row] = await sql(
      `SELECT Id, Name, Phone, AnnualRevenue, Employees, Big, Active, Founded, Opens,
       LastModifiedDate, BillingStreet, BillingCity, FirstName, _deleted, _partial FROM "org_Account"`,
    );
    expect(row).toEqual([
      'A',
      'Acme',
      null,
      0.1,
      7,
      '9007199254740993',
      true,
      '2022-01-08',
      '08:30:00',
      '2023-11-14 22:13:20.123',
      'Main St',
      null,
      null,
      false,
      false,
    ]);
  });

  test('an update changes what it names, nulls what it nulls, and leaves the rest alone', async () => {
    await put([
      {
        op: 'create',
        id: 'A',
        record: { Name: 'Acme', Phone: '1', BillingAddress: { Street: 'S', City: 'C' } },
      },
      {
        op: 'update',
        id: 'A',
        changed: ['Phone', 'BillingAddress.City'],
        nulled: ['Phone'],
        record: { Phone: null, BillingAddress: { Street: null, City: 'D' } },
      },
    ]);
    await put(
      [
        {
          op: 'update',
          id: 'A',
          changed: ['Name'],
          record: { Name: 'Acme 2', Phone: 'not changed' },
        },
      ],
      2n,
    );
    expect(await sql(`SELECT Name, Phone, BillingStreet, BillingCity FROM "org_Account"`)).toEqual([
      ['Acme 2', null, 'S', 'D'],
    ]);
  });

  test('an update of an unknown record is inserted as partial until an image comes', async () => {
    await put([{ op: 'update', id: 'A', changed: ['Phone'], record: { Phone: '2' } }]);
    expect(await sql(`SELECT Name, Phone, _partial FROM "org_Account"`)).toEqual([
      [null, '2', true],
    ]);
    await put([{ op: 'repair', id: 'A', record: { Name: 'Acme', Phone: '3' } }], 1n);
    expect(await sql(`SELECT Name, Phone, _partial FROM "org_Account"`)).toEqual([
      ['Acme', '3', false],
    ]);
  });

  test('a delete is soft, a late update does not resurrect, an undelete does', async () => {
    await put([
      { op: 'create', id: 'A', record: { Name: 'Acme' } },
      { op: 'delete', id: 'A' },
      { op: 'update', id: 'A', changed: ['Phone'], record: { Phone: 'late' } },
    ]);
    const state = `SELECT Name, _deleted, CAST(_deleted_at AS VARCHAR) FROM "org_Account"`;
    expect(await sql(state)).toEqual([['Acme', true, '2023-11-14 22:13:20']]);
    await put([{ op: 'update', id: 'A', changed: ['Phone'], record: { Phone: 'later' } }], 3n);
    expect(await sql(state)).toEqual([['Acme', true, '2023-11-14 22:13:20']]);
    await put([{ op: 'undelete', id: 'A', record: { Name: 'Back' } }], 4n);
    expect(await sql(state)).toEqual([['Back', false, null]]);
  });

  test('a platform event is a row of its own, keyed by the record key', async () => {
    const schema: Schema = {
      type: 'struct',
      optional: false,
      fields: [
        { name: 'Order_Id__c', schema: { type: 'string', optional: true } },
        { name: 'EventUuid', schema: { type: 'string', optional: false } },
      ],
    };
    await task.put([
      {
        ...bare(TOPIC, 0n),
        keySchema: {
          type: 'struct',
          optional: false,
          fields: [{ name: 'EventUuid', schema: { type: 'string', optional: false } }],
        },
        key: { EventUuid: 'e1' },
        valueSchema: schema,
        value: { Order_Id__c: '7', EventUuid: 'e1' },
      },
    ]);
    expect(await sql(`SELECT EventUuid, Order_Id__c FROM "org_Account"`)).toEqual([['e1', '7']]);
  });
});

describe('the table', () => {
  test('is widened when the schema gains a field', async () => {
    await put([{ op: 'create', id: 'A', record: { Name: 'Acme' } }]);
    const wider = changeSchema({
      ...accountRecord,
      fields: [
        ...(accountRecord.fields ?? []),
        { name: 'Tier__c', schema: { type: 'string', optional: true } },
      ],
    });
    await task.put([
      changeRecord(
        { op: 'update', id: 'A', changed: ['Tier__c'], record: { Tier__c: 'Gold' } },
        1n,
        wider,
      ),
      changeRecord({ op: 'create', id: 'B', record: { Name: 'Old shape' } }, 2n),
    ]);
    expect(await sql(`SELECT Id, Name, Tier__c FROM "org_Account" ORDER BY Id`)).toEqual([
      ['A', 'Acme', 'Gold'],
      ['B', 'Old shape', null],
    ]);
  });

  test('is widened when an INTEGER becomes a BIGINT, old and new records in one batch', async () => {
    const employees = (type: 'int32' | 'int64'): Schema =>
      changeSchema({
        ...accountRecord,
        fields: [{ name: 'Employees', schema: { type, optional: true } }],
      });
    const [narrow, wide] = [employees('int32'), employees('int64')];
    const Employees = 9_007_199_254_740_993n;
    await put([{ op: 'create', id: 'Z', record: {} }]);
    await putAsRuntime([
      changeRecord({ op: 'create', id: 'A', record: { Employees: 1 } }, 1n, narrow),
      changeRecord({ op: 'create', id: 'B', record: { Employees } }, 2n, wide),
      changeRecord({ op: 'create', id: 'C', record: { Employees: 3 } }, 3n, narrow),
    ]);
    await putAsRuntime([
      changeRecord(
        { op: 'update', id: 'A', changed: ['Employees'], record: { Employees: 2 } },
        4n,
        narrow,
      ),
      changeRecord(
        { op: 'update', id: 'C', changed: ['Employees'], record: { Employees } },
        5n,
        wide,
      ),
    ]);
    expect(rejected).toEqual([]);
    expect(await sql(`SELECT Id, Employees FROM "org_Account" ORDER BY Id`)).toEqual([
      ['A', 2],
      ['B', '9007199254740993'],
      ['C', '9007199254740993'],
      ['Z', null],
    ]);
  });

  test('takes whole numbers into a DOUBLE column, and fractions after them, uncut (Invariant 6)', async () => {
    const amount = (type: 'int32' | 'float64'): Schema =>
      changeSchema({
        ...accountRecord,
        fields: [{ name: 'Amount', schema: { type, optional: true } }],
      });
    const create = (id: string, Amount: number, offset: bigint, schema: Schema): SinkRecord =>
      changeRecord({ op: 'create', id, record: { Amount } }, offset, schema);
    const [whole, fraction] = [amount('int32'), amount('float64')];
    await putAsRuntime([create('A', 0.25, 0n, fraction)]);
    await reopen();
    await putAsRuntime([create('B', 2, 1n, whole), create('C', 0.5, 2n, fraction)]);
    expect(await sql(`SELECT Id, Amount FROM "org_Account" ORDER BY Id`)).toEqual([
      ['A', 0.25],
      ['B', 2],
      ['C', 0.5],
    ]);
  });

  test('with a column of another type is refused by name, before anything is written', async () => {
    await put([{ op: 'create', id: 'A', record: { Name: 'Acme' } }]);
    const other = changeSchema({
      ...accountRecord,
      fields: [{ name: 'Phone', schema: { type: 'boolean', optional: true } }],
    });
    await expect(
      task.put([changeRecord({ op: 'create', id: 'B', record: { Phone: true } }, 1n, other)]),
    ).rejects.toMatchObject({
      kind: 'config',
      message: 'Column Phone of table org_Account is VARCHAR, but record.Phone needs BOOLEAN.',
    });
    await reopen();
    expect(await sql(`SELECT count(*) FROM "org_Account"`)).toEqual([[1]]);
    expect(await sql(`SELECT next_offset FROM _connect_offsets`)).toEqual([[1]]);
  });
});

describe('positions', () => {
  test('records below the stored offset are dropped, whatever the consumer rereads', async () => {
    await put([
      { op: 'create', id: 'A', record: { Name: 'one' } },
      { op: 'update', id: 'A', changed: ['Name'], record: { Name: 'two' } },
    ]);
    await reopen();
    await put([{ op: 'create', id: 'A', record: { Name: 'one' } }]);
    expect(await sql(`SELECT Name FROM "org_Account"`)).toEqual([['two']]);
  });

  test('a task that lost its partition writes nothing', async () => {
    await put([{ op: 'create', id: 'A', record: { Name: 'mine' } }]);
    await task[Symbol.asyncDispose]();
    const database = await Database.open(join(folder, 'w.duckdb'), 'warehouse', {
      checkpointBytes: 16e6,
      threads: 1,
    });
    const offsets = await OffsetTable.open(database.connection, 'warehouse');
    task = new DuckDbSinkTask(database, offsets, config(), context());
    await task.assign([{ topic: TOPIC, partition: 0 }]);
    await offsets.take({ topic: TOPIC, partition: 0 }); // by the next task
    await expect(
      put([{ op: 'create', id: 'B', record: { Name: 'zombie' } }], 1n),
    ).rejects.toMatchObject({ kind: 'fatal', code: 'duckdb.fenced' });
    expect(await sql(`SELECT Id FROM "org_Account"`)).toEqual([['A']]);
  });

  test('an altered offset begins a new epoch: records come again and end equal', async () => {
    const history: ChangeSpec[] = [
      { op: 'create', id: 'A', record: { Name: 'one', Phone: '1' } },
      { op: 'update', id: 'A', changed: ['Name'], record: { Name: 'two' } },
      { op: 'delete', id: 'A' },
      { op: 'undelete', id: 'A', record: { Name: 'three', Phone: '1' } },
    ];
    await put(history);
    const before = await sql(`SELECT * EXCLUDE (_epoch) FROM "org_Account"`);
    await task[Symbol.asyncDispose]();
    const connector = new DuckDbConnector(config(), context());
    expect(await connector.alterOffsets([{ topic: TOPIC, partition: 0, offset: 0n }])).toBe(true);
    task = await openDuckDbTask(config(), context());
    expect(await task.assign([{ topic: TOPIC, partition: 0 }])).toEqual([
      { topic: TOPIC, partition: 0, offset: 0n },
    ]);
    await put(history.slice(0, 2));
    expect(await sql(`SELECT Name FROM "org_Account"`)).toEqual([['two']]);
    await put(history.slice(2), 2n);
    expect(await sql(`SELECT * EXCLUDE (_epoch) FROM "org_Account"`)).toEqual(before);
    expect(await sql(`SELECT _epoch FROM "org_Account"`)).toEqual([[1]]);
  });

  test('a reset forgets what the file holds, of partitions that the group doesn’t know, too', async () => {
    await put([{ op: 'create', id: 'A', record: { Name: 'one' } }]);
    await task[Symbol.asyncDispose]();
    await new DuckDbConnector(config(), context()).resetOffsets();
    task = await openDuckDbTask(config(), context());
    expect(await task.assign([{ topic: TOPIC, partition: 0 }])).toEqual([]);
  });
});

describe('bad records', () => {
  test('are handed over one by one, before the offset passes them; the others stand', async () => {
    await task.put([
      changeRecord({ op: 'create', id: 'A', record: { Name: 'good' } }, 0n),
      changeRecord({ op: 'create', id: 'B', record: { Employees: 'seven' } }, 1n),
      { ...bare(TOPIC, 2n), value: 'no schema' },
      changeRecord({ op: 'explode', id: 'C' }, 3n),
      changeRecord({ op: 'create', id: 'D', record: { Name: 'good too' } }, 4n),
    ]);
    expect(rejected.map(({ error }) => error.message)).toEqual([
      "record.Employees is a string, which doesn't fit INTEGER.",
      'DuckDbSink needs records with a schema of type struct.',
      'op is explode, which is unknown.',
    ]);
    expect(await sql(`SELECT Id FROM "org_Account" ORDER BY Id`)).toEqual([['A'], ['D']]);
  });

  test('that are not tolerated leave the batch unwritten and the offset unmoved', async () => {
    await task[Symbol.asyncDispose]();
    task = await openDuckDbTask(config(), {
      ...context(),
      reject: ({ error }) => Promise.reject(error),
    });
    await task.assign([{ topic: TOPIC, partition: 0 }]);
    await expect(
      task.put([
        changeRecord({ op: 'create', id: 'A', record: { Name: 'good' } }, 0n),
        changeRecord({ op: 'explode', id: 'C' }, 1n),
      ]),
    ).rejects.toMatchObject({ code: 'duckdb.op' });
    expect(await sql(`SELECT next_offset FROM _connect_offsets`)).toEqual([[null]]);
  });
});

describe('the file', () => {
  test('takes in its write-ahead log when that has grown to the threshold, not at each commit', async () => {
    const log = join(folder, 'w.duckdb.wal');
    await put([{ op: 'create', id: 'A', record: { Name: 'Acme' } }]);
    expect(existsSync(log)).toBe(true);
    await task[Symbol.asyncDispose]();
    const settings = {
      'duckdb.path': join(folder, 'w.duckdb'),
      'duckdb.checkpoint.threshold': '1KB',
    };
    task = await openDuckDbTask(new Config(duckDbConfig, settings), context());
    await task.assign([{ topic: TOPIC, partition: 0 }]);
    await put([{ op: 'create', id: 'B', record: { Name: 'x'.repeat(2_000) } }], 1n);
    expect(existsSync(log)).toBe(false);
    expect(await sql(`SELECT count(*) FROM "org_Account"`)).toEqual([[2]]);
  });

  test('held by another process is one clear error with that process named', async () => {
    await task[Symbol.asyncDispose]();
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `require('@duckdb/node-api').DuckDBInstance.create(${JSON.stringify(join(folder, 'w.duckdb'))})
         .then(() => { console.log('held'); setInterval(() => {}, 1000); })`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    try {
      await expect(openDuckDbTask(config(), context())).rejects.toMatchObject({
        kind: 'config',
        code: 'duckdb.locked',
        message: expect.stringContaining(`process ${holder.pid}`) as string,
      });
    } finally {
      holder.kill('SIGKILL');
      await new Promise((resolve) => holder.once('exit', resolve));
    }
    task = await open();
  });

  test('open in another connector of this worker is refused', async () => {
    await expect(
      openDuckDbTask(config(), { ...context(), connector: 'second' }),
    ).rejects.toMatchObject({ code: 'duckdb.in_use' });
  });
});

describe('queries', () => {
  test.each([
    ['DELETE FROM _connect_offsets', 'Only SELECT is allowed.'],
    ['SELECT 1; SELECT 2', 'One statement at a time.'],
    ['CREATE TABLE x (y INTEGER)', 'Only SELECT is allowed.'],
  ])('%s is refused', async (text, message) => {
    await expect(sql(text)).rejects.toMatchObject({ kind: 'config', message });
  });

  test('can not reach files', async () => {
    for (const text of [`SELECT * FROM read_csv('/etc/passwd')`, `COPY (SELECT 1) TO 'x.csv'`]) {
      await expect(sql(text)).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringMatching(/disabled/) as string,
      });
    }
  });

  test('are bounded in rows and in time', async () => {
    const limits = { maxRows: 3, timeoutMs: 200 };
    const { signal } = new AbortController();
    const result = await task.query('SELECT * FROM range(10)', limits, signal);
    expect(result).toMatchObject({ rows: [[0], [1], [2]], truncated: true });
    await expect(
      task.query('SELECT count(*) FROM range(1000000) a, range(1000000) b', limits, signal),
    ).rejects.toMatchObject({ code: 'query.timeout' });
  });
});

describe('random histories', () => {
  const FIELDS = ['Name', 'Phone', 'Employees', 'BillingAddress.Street', 'BillingAddress.City'];
  const value = (field: string): fc.Arbitrary<unknown> =>
    field === 'Employees'
      ? fc.option(fc.integer({ min: -5, max: 5 }))
      : fc.option(fc.constantFrom('a', 'b', 'ü', ''));
  const values = fc.record(Object.fromEntries(FIELDS.map((field) => [field, value(field)])));
  const step = fc.record({
    op: fc.constantFrom('create', 'update', 'update', 'update', 'delete', 'undelete', 'repair'),
    id: fc.constantFrom('A', 'B', 'C'),
    touched: fc.subarray(FIELDS),
    values,
  });
  type Step = { op: string; id: string; touched: string[]; values: Record<string, unknown> };

  const toChange = ({ op, id, touched, values: all }: Step): ChangeSpec => ({
    op,
    id,
    record: {
      Name: all['Name'],
      Phone: all['Phone'],
      Employees: all['Employees'],
      BillingAddress: {
        Street: all['BillingAddress.Street'],
        City: all['BillingAddress.City'],
      },
    },
    changed: op === 'update' ? touched : [],
    nulled: op === 'update' ? touched.filter((field) => all[field] === null) : [],
  });

  /** One change at a time, as plainly as it can be said. */
  function model(steps: readonly Step[]): unknown[][] {
    const rows = new Map<string, Record<string, unknown>>();
    for (const { op, id, touched, values: all } of steps) {
      const row = rows.get(id);
      if (op === 'delete') {
        rows.set(id, { _partial: true, ...row, _deleted: true });
      } else if (op === 'update') {
        const next: Record<string, unknown> = row ?? { _partial: true, _deleted: false };
        for (const field of touched) next[field] = all[field];
        rows.set(id, next);
      } else {
        rows.set(id, { ...all, _partial: false, _deleted: false });
      }
    }
    return [...rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, row]) => [
        id,
        ...FIELDS.map((field) => row[field] ?? null),
        row['_deleted'],
        row['_partial'],
      ]);
  }

  test('end in the same table however they are cut into batches, restarts among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }),
        async (steps, cuts) => {
          await task[Symbol.asyncDispose]();
          await rm(join(folder, 'w.duckdb'), { force: true });
          await rm(join(folder, 'w.duckdb.wal'), { force: true });
          task = await open();
          const records: SinkRecord[] = steps.map((s, i) => changeRecord(toChange(s), BigInt(i)));
          for (let from = 0, cut = 0; from < records.length; cut++) {
            const size = cuts[cut % cuts.length] ?? 1;
            await putAsRuntime(records.slice(Math.max(0, from - 2), from + size));
            from += size;
            if (cut % 3 === 2) await reopen();
          }
          const actual = await sql(
            `SELECT Id, Name, Phone, Employees, BillingStreet, BillingCity, _deleted, _partial
             FROM "org_Account" ORDER BY Id`,
          );
          expect(actual).toEqual(model(steps));
        },
      ),
      { numRuns: 25 },
    );
  });
});
