/**
 * Goal: the sink drops its own echoes and nobody else's, and writes by collections only where they can be told.
 * Method: a real task against a sandbox; the test write is watched on the real Pub/Sub stream.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PubSubClient } from '../../../connectors/salesforce/pubsub/client.ts';
import { testCollections } from '../../../connectors/salesforce/sink/canary.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/index.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import type { SinkRecord, SinkTask, Struct } from '../../../src/sdk/index.ts';
import { changeRecord } from '../../support/change.ts';
import {
  Commits,
  control,
  openSink,
  sinkHarness,
  sinkOf,
  type SinkHarness,
} from '../../support/sink-task.ts';

let sandbox: Sandbox;
let made: SinkHarness;
let cleanup: AsyncDisposableStack;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = cleanup.adopt(await startSandbox({ seed: 7, ...options }), (each) => each.close());
  const field = { entity: 'Account', name: 'Ext__c', type: 'Text', length: 80 };
  await control(sandbox, 'POST', 'fields', { ...field, externalId: true, unique: true });
}

beforeEach(() => {
  cleanup = new AsyncDisposableStack();
  made = sinkHarness({ realTime: true });
});
afterEach(() => cleanup.disposeAsync());

const signal = (): AbortSignal => AbortSignal.timeout(30_000);

async function open(): Promise<SinkTask> {
  return cleanup.use(await openSink(sinkOf(sandbox, { fields: 'Id:Ext__c,Name' }), made));
}

const batch = (from: number, count: number): readonly SinkRecord[] =>
  Array.from({ length: count }, (_, i) => {
    const id = `${from + i}`;
    return changeRecord({ op: 'create', id, record: { Name: `Account ${id}` } }, BigInt(i));
  });

/** Transactions that made `count` accounts: one each by row, one in all by a collection. */
async function transactions(task: SinkTask, from: number, count: number): Promise<number> {
  using commits = new Commits(sandbox);
  expect(await task.put(batch(from, count), signal())).toEqual([]);
  const writes = commits.origins.filter((origin) => !origin.endsWith('~test'));
  expect(writes).toEqual([expect.stringMatching(/;client=headwater-crm$/)]);
  const created = commits.all.filter(({ changes }) =>
    changes.some(({ type }) => type === 'CREATE'),
  );
  expect(created.flatMap(({ changes }) => changes)).toHaveLength(count);
  return created.length;
}

function anAccount(): string {
  const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin: '' };
  const insert = { op: 'insert', entity: 'Account', values: { Name: 'Before' } } as const;
  return sandbox.org.write(actor, [insert], true)[0]?.id ?? expect.fail('not made');
}

test('collections are used once their change event has shown the client name', async () => {
  await start();
  anAccount();
  expect(await transactions(await open(), 0, 20)).toBe(1);
  expect(made.warnings).toEqual([]);
});

test('where collections drop the client name, rows are written one by one, and it is said', async () => {
  await start();
  await control(sandbox, 'PUT', 'faults', { collectionsIgnoreCallOptions: true });
  anAccount();
  const task = await open();
  expect(await transactions(task, 0, 20)).toBe(20);
  expect(await transactions(task, 20, 20)).toBe(20);
  expect(made.warnings).toEqual([expect.stringContaining('row by row')]);
});

test('in an empty object rows are written one by one until a record can be tried', async () => {
  await start();
  const task = await open();
  expect(await transactions(task, 0, 5)).toBe(5);
  expect(await transactions(task, 5, 20)).toBe(1);
});

test('an object without change events has no echoes: collections, without a word', async () => {
  await start({ changeEvents: ['Contact'] });
  anAccount();
  expect(await transactions(await open(), 0, 20)).toBe(1);
  expect(made.warnings).toEqual([]);
});

test('its own echo is dropped and counted, another client’s change is written', async () => {
  await start();
  const task = await open();
  const from = (record: SinkRecord, client: string): SinkRecord => {
    const changeOrigin = `com/salesforce/api/rest/66.0;client=${client}`;
    return { ...record, value: { ...(record.value as Struct), source: { changeOrigin } } };
  };
  const [own, other, similar] = batch(0, 3);
  if (own === undefined || other === undefined || similar === undefined) expect.fail();
  const put = [
    from(own, 'headwater-crm'),
    from(other, 'headwater-erp'),
    from(similar, 'headwater-crm2'),
  ];
  expect(await task.put(put, signal())).toEqual([]);
  const written = [...sandbox.org.records('Account')].map(({ Ext__c }) => Ext__c);
  expect(written).toEqual(['1', '2']);
  expect(made.counts.get('headwater_salesforce_sink_echoes_total')).toBe(1);
});

test('a row write whose event comes late is not taken for the test write', async () => {
  await start();
  const id = anAccount();
  const pubsub = cleanup.use(
    new PubSubClient({
      endpoint: `http://${sandbox.pubsubPlain}`,
      clock: systemClock,
      identity: () => ({
        accessToken: sandbox.accessToken,
        instanceUrl: sandbox.http,
        orgId: sandbox.orgId,
      }),
    }),
  );
  const rest = 'com/salesforce/api/rest/66.0';
  const edit = (origin: string): void => {
    const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin };
    sandbox.org.write(actor, [{ op: 'update', entity: 'Account', id, values: {} }], true);
  };
  const touch = (): Promise<void> => {
    edit(`${rest};client=headwater-crm`);
    edit(rest);
    return Promise.resolve();
  };
  const parts = { pubsub, writer: { touch }, object: 'Account', client: 'headwater-crm', id };
  expect(await testCollections({ ...parts, clock: systemClock, signal: signal() })).toBe('dropped');
});
