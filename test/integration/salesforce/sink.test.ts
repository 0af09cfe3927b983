/**
 * Goal: what records ask for is in the org, once, and who asks for what can't be is named.
 * Method: change records are handed to a real task against a sandbox over HTTP; both ways of writing.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox, type RecordValues, type Sandbox } from '../../../sandbox/index.ts';
import type { SinkRecord, SinkTask } from '../../../src/sdk/index.ts';
import { bare, changeRecord, type ChangeSpec } from '../../support/change.ts';
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

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  sandbox = cleanup.adopt(await startSandbox({ seed: 7 }), (each) => each.close());
  made = sinkHarness();
  const field = { entity: 'Account', name: 'Ext__c', type: 'Text', length: 80 };
  await control(sandbox, 'POST', 'fields', { ...field, externalId: true, unique: true });
  await control(sandbox, 'POST', 'fields', { entity: 'Account', name: 'Founded__c', type: 'Date' });
});
afterEach(() => cleanup.disposeAsync());

const signal = (): AbortSignal => AbortSignal.timeout(30_000);

async function open(more: Record<string, string> = {}): Promise<SinkTask> {
  const task = await openSink(
    sinkOf(sandbox, { 'salesforce.sink.collections': 'never', ...more }),
    made,
  );
  return cleanup.use(task);
}

const records = (...specs: readonly ChangeSpec[]): readonly SinkRecord[] =>
  specs.map((spec, i) => changeRecord(spec, BigInt(i)));

const create = (id: string, record: Record<string, unknown> = {}): ChangeSpec => ({
  op: 'create',
  id,
  record: { Name: `Account ${id}`, ...record },
});

const account = (key: string): RecordValues | undefined =>
  sandbox.org.findBy('Account', 'Ext__c', key)[0];

const accounts = (): readonly RecordValues[] => [...sandbox.org.records('Account')];

describe.each(['never', 'always'])('with collections=%s', (collections) => {
  const opened = (more = {}): Promise<SinkTask> =>
    open({ 'salesforce.sink.collections': collections, ...more });

  test('upsert creates, then changes what changed and empties what was nulled', async () => {
    const task = await opened();
    const image = create('1', { Phone: '1', AnnualRevenue: 5, Founded: 19_000 });
    expect(await task.put(records(image), signal())).toEqual([]);
    expect(account('1')).toMatchObject({ Name: 'Account 1', Phone: '1', Founded__c: '2022-01-08' });
    const delta = {
      op: 'update',
      id: '1',
      changed: ['AnnualRevenue'],
      nulled: ['Phone'],
      record: { AnnualRevenue: 6, Phone: null, Name: null, Founded: null },
    };
    expect(await task.put(records(delta), signal())).toEqual([]);
    // Invariant 7: Name and Founded__c were absent.
    expect(account('1')).toMatchObject({
      Name: 'Account 1',
      Phone: null,
      AnnualRevenue: 6,
      Founded__c: '2022-01-08',
    });
  });

  test('the same batch twice leaves the org as once', async () => {
    const task = await opened();
    const batch = records(
      create('1'),
      create('2'),
      { op: 'update', id: '1', changed: ['Phone'], record: { Phone: '9' } },
      { op: 'delete', id: '2' },
      create('3'),
    );
    const state = (): unknown =>
      accounts().map(({ Id, Name, Phone, Ext__c }) => [Id, Name, Phone, Ext__c]);
    expect(await task.put(batch, signal())).toEqual([]);
    const once = state();
    expect(await task.put(batch, signal())).toEqual([]);
    expect(state()).toEqual(once);
    expect(accounts().map(({ Ext__c }) => Ext__c)).toEqual(['1', '3']);
  });

  test('changes of one record fold in order: a record made again after its delete is new', async () => {
    const task = await opened();
    using commits = new Commits(sandbox);
    const batch = records(
      create('1', { Phone: 'old' }),
      { op: 'update', id: '1', changed: ['Phone'], record: { Phone: 'newer' } },
      { op: 'delete', id: '1' },
      create('1', { Name: 'Again' }),
      create('2'),
      { op: 'update', id: '2', changed: ['Phone'], record: { Phone: 'last' } },
    );
    expect(await task.put(batch, signal())).toEqual([]);
    expect(account('1')).toMatchObject({ Name: 'Again', Phone: null });
    expect(account('2')).toMatchObject({ Phone: 'last' });
    const changes = commits.all.flatMap(({ changes: each }) => each);
    expect(changes.filter(({ after }) => after?.['Ext__c'] === '2')).toHaveLength(1);
  });

  test('of 201 records the bad one is named, with its field and code, and 200 are written', async () => {
    const task = await opened();
    const specs = Array.from({ length: 201 }, (_, i) => create(`${i}`));
    const bad = create('77', { Name: 'x'.repeat(300) });
    const batch = records(...specs.with(77, bad));
    const rejections = await task.put(batch, signal());
    expect(rejections.map(({ record }) => record.kafkaOffset)).toEqual([77n]);
    expect(rejections[0]?.error).toMatchObject({
      kind: 'data',
      path: 'Name',
      message: expect.stringContaining('STRING_TOO_LONG'),
    });
    expect(accounts()).toHaveLength(200);
  });

  test('of changes folded into one write, the one that is refused is rejected, the others hold', async () => {
    const task = await opened();
    const batch = records(
      create('1'),
      { op: 'update', id: '1', changed: ['Name'], record: { Name: 'x'.repeat(300) } },
      { op: 'update', id: '1', changed: ['Phone'], record: { Phone: '2' } },
    );
    const rejections = await task.put(batch, signal());
    expect(rejections.map(({ record }) => record.kafkaOffset)).toEqual([1n]);
    expect(account('1')).toMatchObject({ Name: 'Account 1', Phone: '2' });
  });

  test('a value of the wrong type is rejected and holds up nobody', async () => {
    const task = await opened({ fields: 'Id:Ext__c,Name,Phone:AnnualRevenue' });
    const batch = records(create('1'), create('2', { Phone: 'much' }), create('3'));
    const rejections = await task.put(batch, signal());
    expect(rejections.map(({ record }) => record.kafkaOffset)).toEqual([1n]);
    expect(accounts().map(({ Ext__c }) => Ext__c)).toEqual(['1', '3']);
  });

  test('a locked row is tried again a few times', async () => {
    const task = await opened();
    await control(sandbox, 'PUT', 'faults', { unableToLockRow: 3 });
    expect(await task.put(records(create('1'), create('2')), signal())).toEqual([]);
    expect(accounts()).toHaveLength(2);
    expect(made.waits.length).toBeGreaterThan(0);
  });

  test('a row that stays locked is retriable for the whole batch, never a rejection', async () => {
    const task = await opened();
    await control(sandbox, 'PUT', 'faults', { unableToLockRow: 1000 });
    const put = task.put(records(create('1')), signal());
    await expect(put).rejects.toMatchObject({ kind: 'retriable' });
    expect(made.waits.length).toBeLessThan(10);
  });

  test('a request limit is retriable, never a rejection', async () => {
    const task = await opened();
    await control(sandbox, 'PUT', 'faults', { requestLimitExceeded: 1000 });
    const put = task.put(records(create('1')), signal());
    await expect(put).rejects.toMatchObject({ kind: 'retriable' });
  });

  test('a session that ended is renewed', async () => {
    const task = await opened();
    await fetch(`${sandbox.http}/__sandbox/v1/sessions`, { method: 'DELETE' });
    expect(await task.put(records(create('1')), signal())).toEqual([]);
    expect(account('1')).toBeDefined();
  });

  test('each write, also after a new login, carries the client name', async () => {
    const task = await opened();
    using commits = new Commits(sandbox);
    await task.put(records(create('1'), create('2')), signal());
    await fetch(`${sandbox.http}/__sandbox/v1/sessions`, { method: 'DELETE' });
    await task.put(records({ op: 'delete', id: '1' }, create('3')), signal());
    expect(commits.all.length).toBeGreaterThan(1);
    expect(commits.origins).toEqual([expect.stringMatching(/;client=headwater-crm$/)]);
  });

  test('update of a record that is not there is rejected; insert inserts', async () => {
    const updating = await opened({ 'salesforce.sink.object.operation': 'update' });
    const rejections = await updating.put(records(create('1')), signal());
    expect(rejections[0]?.error).toMatchObject({ kind: 'data', path: 'Ext__c' });
    const inserting = await opened({ 'salesforce.sink.object.operation': 'insert' });
    expect(await inserting.put(records(create('1')), signal())).toEqual([]);
    expect(await updating.put(records(create('1', { Phone: '5' })), signal())).toEqual([]);
    expect(account('1')).toMatchObject({ Phone: '5' });
  });

  test('an external id with quotes and slashes stays one value', async () => {
    const task = await opened();
    const id = "O'Neil/../50% ?#\\";
    expect(await task.put(records(create(id)), signal())).toEqual([]);
    expect(account(id)).toBeDefined();
    expect(await task.put(records({ op: 'delete', id }), signal())).toEqual([]);
    expect(account(id)).toBeUndefined();
  });
});

describe('deletes', () => {
  test('by external id, by tombstone, and of what is gone already', async () => {
    const task = await open();
    await task.put(records(create('1'), create('2'), create('3')), signal());
    const tombstone = { ...bare('org.Account', 9n), key: { Id: '2' } };
    const batch = [...records({ op: 'delete', id: '1' }, { op: 'delete', id: 'gone' }), tombstone];
    expect(await task.put(batch, signal())).toEqual([]);
    expect(accounts().map(({ Ext__c }) => Ext__c)).toEqual(['3']);
    expect(await task.put(batch, signal())).toEqual([]);
  });

  test('more and longer ids than one query takes', async () => {
    const task = await open({ 'salesforce.sink.collections': 'always' });
    const ids = Array.from({ length: 450 }, (_, i) => `${i}-`.padEnd(80, 'ä'));
    await task.put(records(...ids.map((id) => create(id))), signal());
    expect(accounts()).toHaveLength(450);
    const deletes = ids.map((id) => ({ op: 'delete', id }));
    expect(await task.put(records(...deletes), signal())).toEqual([]);
    expect(accounts()).toHaveLength(0);
  });

  test('by an external id that is written in other letters', async () => {
    const task = await open();
    await task.put(records(create('Abc')), signal());
    expect(await task.put(records({ op: 'delete', id: 'ABC' }), signal())).toEqual([]);
    expect(accounts()).toEqual([]);
  });

  test('by an external id that is a number', async () => {
    const number = { entity: 'Account', name: 'No__c', type: 'Number', precision: 10, scale: 0 };
    await control(sandbox, 'POST', 'fields', { ...number, externalId: true });
    const task = await open({
      'salesforce.custom.id.field.name': 'No__c',
      fields: 'Id:No__c,Name',
    });
    expect(await task.put(records(create('12')), signal())).toEqual([]);
    expect(accounts()).toHaveLength(1);
    expect(await task.put(records({ op: 'delete', id: '12' }), signal())).toEqual([]);
    expect(accounts()).toEqual([]);
  });
});

test('an id from the topic can not lead to another object', async () => {
  const task = await open({ 'salesforce.custom.id.field.name': 'Id', fields: 'Id,Name' });
  const [admin] = sandbox.org.users();
  const actor = { userId: admin?.id ?? '', origin: '' };
  const [contact] = sandbox.org.write(
    actor,
    [{ op: 'insert', entity: 'Contact', values: { LastName: 'Keep' } }],
    true,
  );
  await task.put(records({ op: 'delete', id: `../Contact/${contact?.id}` }), signal());
  expect([...sandbox.org.records('Contact')]).toHaveLength(1);
});
