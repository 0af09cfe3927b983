/**
 * Goal: the source's harder days: many events, several channels, rights that are taken away, repairs that fail at first, a
 * first start that is interrupted.
 * Method: a real task against a sandbox; records go through the Avro codec as they would to a registry.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox, type Actor, type Sandbox } from '../../../sandbox/index.ts';
import { avroJson, compileAvro } from '../../../src/data/avro.ts';
import type { AvroCodec } from '../../../src/data/avro.ts';
import type { Schema, SourceRecord, Struct } from '../../../src/sdk/index.ts';
import { change, connection, harness, Poller, type Harness } from '../../support/source-task.ts';

let sandbox: Sandbox;
let made: Harness;
let actor: Actor;
let username: string;

beforeEach(async () => {
  sandbox = await startSandbox({ seed: 11, pubsub: { keepaliveMs: 100 } });
  made = harness();
  const [admin] = sandbox.org.users();
  username = admin?.username ?? '';
  actor = { userId: admin?.id ?? '', origin: 'com/salesforce/api/rest/66.0;client=test' };
});
afterEach(() => sandbox.close());

function insert(entity: string, values: Record<string, string | number | null>): string {
  const [result] = sandbox.org.write(actor, [{ op: 'insert', entity, values }], true);
  return result?.id ?? expect.fail(JSON.stringify(result));
}

async function control(method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${sandbox.http}/__sandbox/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.text()).toBe(true);
}

async function anchored(more: Record<string, string> = {}): Promise<Poller> {
  const poller = await Poller.open(connection(sandbox, more), made);
  await poller.once();
  return poller;
}

const codecs = new Map<Schema, AvroCodec>();

/** As a reader of the topic gets it. */
function published({ valueSchema, value }: SourceRecord): Struct {
  if (valueSchema === undefined) throw new Error('a record without a schema');
  const codec = codecs.get(valueSchema) ?? compileAvro(avroJson(valueSchema));
  codecs.set(valueSchema, codec);
  return codec.decode(codec.encode(value)) as Struct;
}

describe('many', () => {
  test('3,000 changes come once each, in order, through a buffer that holds fewer', async () => {
    await using poller = await anchored();
    const ids = Array.from({ length: 3000 }, (_, i) => insert('Account', { Name: `Account ${i}` }));
    const records = await poller.until(3000);
    expect(records.map((record) => published(record)['id'])).toEqual(ids);
    // Readers and converters cache by identity.
    expect(new Set(records.map((record) => record.valueSchema)).size).toBe(1);
    expect(new Set(records.map((record) => record.keySchema)).size).toBe(1);
  });
});

describe('several', () => {
  test('channels of one task each keep their own position', async () => {
    const channels = '/data/AccountChangeEvent,/data/ContactChangeEvent';
    await using poller = await anchored({ 'salesforce.channels': channels });
    insert('Account', { Name: 'Acme' });
    insert('Contact', { LastName: 'Byron' });
    const records = await poller.until(2);
    const partitions = records.map((record) => record.position?.partition);
    expect(partitions).toEqual(
      expect.arrayContaining([
        { org: sandbox.orgId, channel: '/data/AccountChangeEvent' },
        { org: sandbox.orgId, channel: '/data/ContactChangeEvent' },
      ]),
    );
    expect(new Set(records.map((record) => record.topic))).toEqual(
      new Set(['org.Account', 'org.Contact']),
    );
  });

  test('entities of one channel go to a topic each', async () => {
    await using poller = await anchored({ 'salesforce.channels': '/data/ChangeEvents' });
    insert('Account', { Name: 'Acme' });
    insert('Contact', { FirstName: 'Ada', LastName: 'Byron' });
    const [account, contact] = await poller.until(2);
    expect([account?.topic, contact?.topic]).toEqual(['org.Account', 'org.Contact']);
    if (contact === undefined) return;
    expect(published(contact)).toMatchObject({
      op: 'create',
      record: { NameParts: { FirstName: 'Ada', LastName: 'Byron' } },
    });
  });
});

test('what is published can be read back from Avro as it was handed over', async () => {
  await using poller = await anchored();
  const id = insert('Account', { Name: 'Ä', AnnualRevenue: 15, BillingCity: 'Köln' });
  const [record] = await poller.until(1);
  if (record === undefined) return;
  expect(published(record)).toMatchObject({
    op: 'create',
    id,
    record: { Name: 'Ä', AnnualRevenue: 15, BillingAddress: { City: 'Köln' }, Phone: null },
    source: {
      org: sandbox.orgId,
      channel: '/data/AccountChangeEvent',
      changeOrigin: actor.origin,
      replayId: record.position?.offset['replayId'],
    },
  });
  const commit = (published(record)['source'] as Struct)['commitTimestamp'];
  expect(record.position?.offset['commitTimestamp']).toBe(Number(commit));
  expect(Object.fromEntries(record.headers.map(({ key, value }) => [key, value]))).toMatchObject({
    'headwater.op': 'create',
    'headwater.record.id': id,
    'headwater.replay.id': record.position?.offset['replayId'],
    'headwater.commit.timestamp': String(commit),
  });
});

describe('a gap event', () => {
  const gap = (ids: readonly string[]): Promise<void> =>
    control('POST', '/gap', { entity: 'Account', ids });

  test('whose record is gone is a delete', async () => {
    await using poller = await anchored();
    const [kept, gone] = [insert('Account', { Name: 'Kept' }), insert('Account', { Name: 'Gone' })];
    sandbox.org.write(actor, [{ op: 'delete', id: gone }], true);
    await poller.until(3);
    await gap([kept, gone]);
    const repaired = (await poller.until(5)).slice(3);
    expect(repaired.map((record) => [change(record)['op'], change(record)['id']])).toEqual([
      ['repair', kept],
      ['delete', gone],
    ]);
    expect(repaired.map(published)[0]).toMatchObject({ record: { Name: 'Kept' } });
  });

  test('that cannot be repaired now blocks its channel, and is repaired on the next poll (Invariant 3)', async () => {
    await using poller = await anchored();
    const id = insert('Account', { Name: 'Acme' });
    await poller.until(1);
    const before = new Map(made.offsets.stored);
    await control('PUT', '/faults', { requestLimitExceeded: 1 });
    await gap([id]);
    await expect(pollOn(poller)).rejects.toMatchObject({ kind: 'retriable' });
    const [at] = [...made.offsets.stored.values()];
    const [was] = [...before.values()];
    expect(at?.['commitTimestamp']).toEqual(was?.['commitTimestamp']);
    const [, repaired] = await poller.until(2);
    expect(change(repaired)).toMatchObject({ op: 'repair', id, record: { Name: 'Acme' } });
  });
});

test('a permission that is taken away is an error that names the channel, not silence', async () => {
  await using poller = await anchored();
  insert('Account', { Name: 'Acme' });
  await poller.until(1);
  await control('PATCH', `/users/${username}`, { viewAllData: false, modifyAllData: false });
  await expect(pollOn(poller)).rejects.toMatchObject({
    kind: 'fatal',
    message: expect.stringContaining('/data/AccountChangeEvent') as string,
  });
});

test('a first start that is interrupted while it skips older events publishes none of them', async () => {
  for (let i = 0; i < 700; i += 1) insert('Account', { Name: `Older ${i}` });
  sandbox.org.clock.advance(3_600_000);
  await made.offsets.anchor({
    partition: { org: sandbox.orgId, channel: '/data/AccountChangeEvent' },
    offset: { startTimestamp: sandbox.org.clock.now() - 60_000 },
  });
  const wanted = insert('Account', { Name: 'Wanted' });
  const first = await Poller.open(connection(sandbox), made);
  await first.once();
  await first[Symbol.asyncDispose]();
  await using second = await Poller.open(connection(sandbox), made);
  if (first.records.length === 0) await second.until(1);
  const records = [...first.records, ...second.records];
  expect(records.map((record) => change(record)['id'])).toEqual([wanted]);
});

/** Polls until it throws; bounded. */
async function pollOn(poller: Poller): Promise<void> {
  const signal = AbortSignal.timeout(15_000);
  while (!signal.aborted) await poller.once(signal);
}
