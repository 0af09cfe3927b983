/** The outside worlds of our own connectors, for the conformance kit. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import type { Schema, SinkRecord } from '../../../src/sdk/index.ts';
import { sinkRecord, type Place, type World } from '../../../testing/index.ts';
import {
  accountRecord,
  changeRecord,
  changeSchema,
  type ChangeSpec,
} from '../../support/change.ts';
import { control, sinkOf } from '../../support/sink-task.ts';
import { connection } from '../../support/source-task.ts';

const root = join(import.meta.dirname, '../../..');
const SECRET = { 'salesforce.password': 'canary-conformance-81c2' };

function temporary(): { readonly folder: string; readonly close: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-conformance-'));
  return { folder, close: async () => rmSync(folder, { recursive: true, force: true }) };
}

export async function fileSource(): Promise<World> {
  const { folder, close } = temporary();
  const file = join(folder, 'in');
  writeFileSync(file, '');
  let lines = 0;
  return {
    properties: { file, topic: 'lines', 'batch.size': '5' },
    mistakes: [
      { change: { topic: '' }, property: 'topic' },
      { change: { file: '' }, property: 'file' },
    ],
    folder: join(root, 'connectors/file'),
    close,
    source: {
      produce: async (count) => {
        for (let n = 0; n < count; n += 1) appendFileSync(file, `line ${(lines += 1)}\n`);
      },
      maxBatch: 5,
    },
  };
}

export async function fileSink(): Promise<World> {
  const { folder, close } = temporary();
  const file = join(folder, 'out');
  return {
    properties: { file },
    mistakes: [{ change: { file: '' }, property: 'file' }],
    folder: join(root, 'connectors/file'),
    close,
    sink: {
      record: (n, at) => sinkRecord(at, { value: `line ${n}` }),
      tombstone: (_n, at) => sinkRecord(at, { value: null }),
      evolved: (n, at) => sinkRecord(at, { value: { n, more: 1n } }),
      contents: async () =>
        existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [],
    },
  };
}

/** Of account changes; a field more in the second schema. */
const evolvedSchema: Schema = changeSchema({
  ...accountRecord,
  fields: [
    ...(accountRecord.fields ?? []),
    { name: 'Site', schema: { type: 'string', optional: true } },
  ],
});

function account(spec: ChangeSpec, at: Place, schema?: Schema): SinkRecord {
  const { key, value, valueSchema } = changeRecord(spec, at.offset, schema);
  return sinkRecord(at, { key, value, valueSchema });
}

const created = (n: number, more: object = {}): ChangeSpec => ({
  op: 'create',
  id: `00${n}`,
  record: { Name: `Account ${n}`, ...more },
});

/** Read from a copy: the task's file is the task's. */
export async function duckDb(): Promise<World> {
  const { folder, close } = temporary();
  const file = join(folder, 'w.duckdb');
  return {
    properties: { 'duckdb.path': file },
    mistakes: [
      { change: { 'duckdb.path': '' }, property: 'duckdb.path' },
      { change: { 'duckdb.path': '/no/such/folder/w.duckdb' }, property: 'duckdb.path' },
      {
        change: { 'duckdb.checkpoint.threshold': 'much' },
        property: 'duckdb.checkpoint.threshold',
      },
    ],
    folder: join(root, 'connectors/warehouse'),
    close,
    sink: {
      record: (n, at) => account(created(n), at),
      bad: (at) => account({ ...created(1), record: { Employees: 'many' } }, at),
      tombstone: (n, at) => sinkRecord(at, { key: { Id: `00${n}` }, value: null }),
      evolved: (n, at) => account(created(n, { Site: 'Here' }), at, evolvedSchema),
      contents: () => rowsOf(file),
    },
  };
}

async function rowsOf(file: string): Promise<readonly string[]> {
  using at = new DisposableStack();
  const { folder } = temporary();
  at.defer(() => rmSync(folder, { recursive: true }));
  for (const suffix of ['', '.wal']) {
    if (existsSync(file + suffix)) cpSync(file + suffix, join(folder, `copy${suffix}`));
  }
  const instance = await DuckDBInstance.create(join(folder, 'copy'));
  const reader = await instance.connect();
  const rows = await reader
    .runAndReadAll('SELECT Id, Name FROM conformance')
    .catch(() => undefined);
  reader.closeSync();
  instance.closeSync();
  return rows?.getRowsJson().map((row) => JSON.stringify(row)) ?? [];
}

/** One sandbox for all clauses: each world has records of its own in it. */
export class Salesforce implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  #worlds = 0;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  static async start(): Promise<Salesforce> {
    const sandbox = await startSandbox({ seed: 7, pubsub: { keepaliveMs: 100 } });
    const field = { entity: 'Account', name: 'Ext__c', type: 'Text', length: 80 };
    await control(sandbox, 'POST', 'fields', { ...field, externalId: true, unique: true });
    const founded = { entity: 'Account', name: 'Founded__c', type: 'Date' };
    await control(sandbox, 'POST', 'fields', founded);
    return new Salesforce(sandbox);
  }

  async sink(): Promise<World> {
    const sandbox = this.#sandbox;
    const prefix = `${(this.#worlds += 1)}-`;
    const named = (n: number, more: object = {}): ChangeSpec => ({
      ...created(n, more),
      id: `${prefix}${n}`,
    });
    return {
      properties: {
        ...sinkOf(sandbox).properties,
        ...SECRET,
        'salesforce.sink.collections': 'never',
      },
      mistakes: [
        { change: { 'salesforce.object': 'Acount' }, property: 'salesforce.object' },
        { change: { fields: 'Id:Ext__c,Name:Nam' }, property: 'fields' },
        WRONG_LOGIN,
      ],
      folder: join(root, 'connectors/salesforce'),
      sink: {
        record: (n, at) => account(named(n), at),
        bad: (at) => account({ ...named(1), record: { Founded: 'yesterday' } }, at),
        tombstone: (n, at) => sinkRecord(at, { key: { Id: `${prefix}${n}` }, value: null }),
        evolved: (n, at) => account(named(n, { Site: 'Here' }), at, evolvedSchema),
        contents: async () =>
          [...sandbox.org.records('Account')]
            .filter(({ Ext__c: id }) => typeof id === 'string' && id.startsWith(prefix))
            .map(({ Ext__c: id, Name: name }) => JSON.stringify([id, name])),
      },
    };
  }

  async source(): Promise<World> {
    const sandbox = this.#sandbox;
    const [admin] = sandbox.org.users();
    const actor = { userId: admin?.id ?? '', origin: 'com/salesforce/api/rest/66.0;client=test' };
    const set = (faults: object): Promise<void> =>
      control(sandbox, 'PUT', 'faults', { pubsub: faults });
    return {
      properties: { ...connection(sandbox).properties, ...SECRET },
      mistakes: [
        { change: { 'salesforce.channels': '/data/NoSuch' }, property: 'salesforce.channels' },
        { change: { 'salesforce.channels': '' }, property: 'salesforce.channels' },
        WRONG_LOGIN,
      ],
      folder: join(root, 'connectors/salesforce'),
      source: {
        produce: async (count) => {
          for (let n = 0; n < count; n += 1) {
            const values = { Name: `Account ${n}` };
            sandbox.org.write(actor, [{ op: 'insert', entity: 'Account', values }], true);
          }
        },
        outage: {
          begin: () => set({ unavailable: 1_000, resetConnections: true }),
          end: () => set({ unavailable: 0 }),
        },
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sandbox.close();
  }
}

const WRONG_LOGIN = {
  change: { 'salesforce.consumer.secret': 'wrong-secret-3310' },
  property: 'salesforce.consumer.secret',
};
