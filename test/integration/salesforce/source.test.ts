/**
 * Goal: what the source hands over is what happened in the org, across restarts and troubles.
 * Method: a real task against a sandbox over HTTP and gRPC; positions are committed as they come.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox, type Actor, type Sandbox } from '../../../sandbox/index.ts';
import { salesforcePubSubPlugin } from '../../../connectors/salesforce/source/plugin.ts';
import {
  change,
  connection,
  harness,
  Poller,
  sourceContext,
  type Harness,
} from '../../support/source-task.ts';

let sandbox: Sandbox;
let made: Harness;
let actor: Actor;

beforeEach(async () => {
  sandbox = await startSandbox({ seed: 7, pubsub: { keepaliveMs: 100 } });
  made = harness();
  const [admin] = sandbox.org.users();
  actor = { userId: admin?.id ?? '', origin: 'com/salesforce/api/rest/66.0;client=test' };
});
afterEach(() => sandbox.close());

function insert(values: Record<string, string | number | null>, entity = 'Account'): string {
  const [result] = sandbox.org.write(actor, [{ op: 'insert', entity, values }], true);
  return result?.id ?? expect.fail(JSON.stringify(result));
}

function update(id: string, values: Record<string, string | number | null>): void {
  sandbox.org.write(actor, [{ op: 'update', entity: 'Account', id, values }], true);
}

function control(path: string, method: string, body: object): Promise<Response> {
  return fetch(`${sandbox.http}/__sandbox/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A task whose stream has said where it is. */
async function anchored(more: Record<string, string> = {}): Promise<Poller> {
  const poller = await Poller.open(connection(sandbox, more), made);
  await poller.once();
  return poller;
}

describe('changes', () => {
  test('create, update, delete and undelete come as deltas in order', async () => {
    await using poller = await anchored();
    const id = insert({ Name: 'Acme', Phone: '1', BillingStreet: 'First' });
    update(id, { Phone: null, BillingStreet: 'Second' });
    sandbox.org.write(actor, [{ op: 'delete', id }], true);
    sandbox.org.write(actor, [{ op: 'undelete', id }], true);
    const records = await poller.until(4);
    expect(records.map((each) => change(each)['op'])).toEqual([
      'create',
      'update',
      'delete',
      'undelete',
    ]);
    expect(records[0]).toMatchObject({
      topic: 'org.Account',
      key: { Id: id },
      value: { id, changed: [], nulled: [], record: { Name: 'Acme', Phone: '1' } },
    });
    // Invariant 7: what was emptied is named; what wasn't touched is not.
    expect(change(records[1])).toMatchObject({
      changed: expect.arrayContaining(['Phone', 'BillingAddress.Street']),
      nulled: ['Phone'],
      record: { Name: null, Phone: null, BillingAddress: { Street: 'Second', City: null } },
      source: { org: sandbox.orgId, channel: '/data/AccountChangeEvent' },
    });
    expect(change(records[2])).toMatchObject({ record: {} });
    expect(change(records[3])).toMatchObject({
      changed: [],
      record: { Name: 'Acme', Phone: null },
    });
  });

  test('a merged event becomes one record per id, the position on the last', async () => {
    await using poller = await anchored();
    const ids = ['A', 'B', 'C'].map((Name) => insert({ Name }));
    await poller.until(3);
    sandbox.org.write(
      actor,
      ids.map((id) => ({ op: 'update', entity: 'Account', id, values: { Phone: '9' } })),
      true,
    );
    const records = (await poller.until(6)).slice(3);
    expect(records.map((each) => change(each)['id'])).toEqual(ids);
    // Invariant 1
    expect(records.map((each) => each.position !== undefined)).toEqual([false, false, true]);
  });
});

describe('positions', () => {
  test('a restart goes on after the last position: nothing twice, nothing skipped', async () => {
    // Invariant 3
    const first = await anchored();
    const before = insert({ Name: 'Before' });
    await first.until(1);
    await first[Symbol.asyncDispose]();
    const meanwhile = insert({ Name: 'Meanwhile' });
    await using second = await Poller.open(connection(sandbox), made);
    const after = insert({ Name: 'After' });
    const ids = (await second.until(2)).map((each) => change(each)['id']);
    expect(ids).toEqual([meanwhile, after]);
    expect(ids).not.toContain(before);
  });

  test('killed before its first position, it reads what was committed since its first start', async () => {
    // Invariant 4: a later LATEST would skip it
    sandbox.org.write(actor, [{ op: 'insert', entity: 'Account', values: { Name: 'Old' } }], true);
    const first = await Poller.open(connection(sandbox), made);
    await first[Symbol.asyncDispose]();
    expect([...made.offsets.stored.values()]).toEqual([{ startTimestamp: expect.any(Number) }]);
    const id = insert({ Name: 'Meanwhile' });
    await using second = await Poller.open(connection(sandbox), made);
    const records = await second.until(1);
    expect(records.map((each) => change(each)['id'])).toContain(id);
  });

  test('a position beyond the retention fails and says what to do, and stays', async () => {
    // Invariant 4
    const first = await anchored();
    insert({ Name: 'Acme' });
    await first.until(1);
    await first[Symbol.asyncDispose]();
    const stored = [...made.offsets.stored.values()];
    await control('/clock', 'POST', { advance: '73h' });
    await using second = await Poller.open(connection(sandbox), made);
    await expect(second.until(1)).rejects.toMatchObject({
      kind: 'fatal',
      code: 'salesforce.position_lost',
      suggestion: expect.stringContaining('salesforce.initial.start=all'),
    });
    expect([...made.offsets.stored.values()]).toEqual(stored);
  });

  test('another org behind the same prefix is refused', async () => {
    const first = await anchored();
    await first[Symbol.asyncDispose]();
    await control('/org', 'POST', { id: 'new' });
    await expect(Poller.open(connection(sandbox), made)).rejects.toMatchObject({
      kind: 'config',
      path: 'topic.prefix',
    });
  });
});

describe('troubles', () => {
  test('a token revoked in mid-stream is replaced without losing an event', async () => {
    await using poller = await anchored();
    insert({ Name: 'Before' });
    await poller.until(1);
    await control('/sessions', 'DELETE', {});
    insert({ Name: 'After' });
    const records = await poller.until(2);
    expect(change(records[1])['record']).toMatchObject({ Name: 'After' });
  });

  test('an unavailable service is reported until the stream is back', async () => {
    // Invariant 10
    await control('/faults', 'PUT', { pubsub: { unavailable: 2 } });
    await using poller = await Poller.open(connection(sandbox), made);
    insert({ Name: 'Acme' });
    await poller.until(1);
    expect(made.reports.some((reason) => reason?.includes('unavailable') === true)).toBe(true);
    expect(made.reports.at(-1)).toBeUndefined();
  });

  test('a gap event is repaired by reading its records', async () => {
    await using poller = await anchored();
    const id = insert({ Name: 'Acme', Phone: '1', BillingStreet: 'First' });
    await poller.until(1);
    await control('/gap', 'POST', { entity: 'Account', ids: [id], type: 'GAP_UPDATE' });
    const records = await poller.until(2);
    expect(change(records[1])).toMatchObject({
      op: 'repair',
      id,
      changed: [],
      record: { Name: 'Acme', Phone: '1', BillingAddress: { Street: 'First' } },
    });
    expect(change(records[1])['record']).toMatchObject({
      LastModifiedDate: expect.any(BigInt),
    });
  });

  test('a long text that comes as a diff is repaired by reading it', async () => {
    await using poller = await anchored();
    const lines = Array.from({ length: 60 }, (_, at) => `Line ${at} of a long description.`);
    const id = insert({ Name: 'Acme', Description: lines.join('\n') });
    await poller.until(1);
    const edited = lines.with(30, 'Edited.').join('\n');
    update(id, { Description: edited });
    const records = await poller.until(2);
    expect(change(records[1])).toMatchObject({ op: 'repair', record: { Description: edited } });
  });

  test('a failing channel is told although another one is busy', async () => {
    await using poller = await anchored({
      'salesforce.channels': '/data/AccountChangeEvent,/data/ContactChangeEvent',
    });
    await control('/gap', 'POST', { entity: 'Account', type: 'GAP_OVERFLOW' });
    const busy = async (): Promise<void> => {
      for (let at = 0; at < 50; at += 1) {
        insert({ LastName: `Doe ${at}` }, 'Contact');
        await poller.once();
      }
    };
    await expect(busy()).rejects.toMatchObject({ code: 'salesforce.overflow' });
  });

  test('a change of any record is repaired by reading them all, in pages', async () => {
    await using poller = await anchored();
    const inserts = Array.from(
      { length: 2_100 },
      (_, n) => ({ op: 'insert', entity: 'Account', values: { Name: `Account ${n}` } }) as const,
    );
    for (let at = 0; at < inserts.length; at += 200) {
      sandbox.org.write(actor, inserts.slice(at, at + 200), true);
    }
    await poller.until(inserts.length);
    const before = poller.records.map((each) => change(each)['id']);
    await control('/gap', 'POST', { entity: 'Account', ids: '*', type: 'GAP_UPDATE' });
    const repaired = (await poller.until(2 * inserts.length)).slice(inserts.length);
    expect(new Set(repaired.map((each) => change(each)['op']))).toEqual(new Set(['repair']));
    expect(new Set(repaired.map((each) => change(each)['id']))).toEqual(new Set(before));
    // Invariant 1
    expect(repaired.filter((each) => each.position !== undefined)).toEqual([repaired.at(-1)]);
  });

  test('an overflow event fails the task with its position unmoved', async () => {
    await using poller = await anchored();
    insert({ Name: 'Acme' });
    await poller.until(1);
    const stored = [...made.offsets.stored.values()];
    await control('/gap', 'POST', { entity: 'Account', type: 'GAP_OVERFLOW' });
    await expect(poller.until(2)).rejects.toMatchObject({ kind: 'fatal' });
    expect([...made.offsets.stored.values()]).toEqual(stored);
  });
});

describe('schemas', () => {
  test('a field that is gained is added, one that is lost stays optional', async () => {
    await using poller = await anchored();
    const id = insert({ Name: 'Acme' });
    await poller.until(1);
    await control('/fields', 'POST', {
      entity: 'Account',
      name: 'Tier__c',
      type: 'string',
      length: 20,
    });
    update(id, { Tier__c: 'gold' });
    await control('/fields/Account/Tier__c', 'DELETE', {});
    update(id, { Phone: '2' });
    const records = await poller.until(3);
    expect(change(records[1])['record']).toMatchObject({ Tier__c: 'gold' });
    const names = (at: number): (string | undefined)[] | undefined =>
      records[at]?.valueSchema?.fields
        ?.find((field) => field.name === 'record')
        ?.schema.fields?.map((field) => field.name);
    expect(names(0)).not.toContain('Tier__c');
    expect(names(2)).toContain('Tier__c');
  });

  async function retype(poller: Poller): Promise<string> {
    const id = insert({ Name: 'Acme', Tier__c: 'gold' });
    await poller.until(1);
    await control('/fields', 'PATCH', { entity: 'Account', name: 'Tier__c', type: 'double' });
    update(id, { Tier__c: 7 });
    return id;
  }
  const addTier = (): Promise<Response> =>
    control('/fields', 'POST', { entity: 'Account', name: 'Tier__c', type: 'string', length: 20 });

  test('a field retyped incompatibly fails the task, names the field, leaves the position', async () => {
    await addTier();
    await using poller = await anchored();
    await retype(poller);
    const stored = [...made.offsets.stored.values()];
    await expect(poller.until(2)).rejects.toMatchObject({
      kind: 'fatal',
      path: 'Tier__c',
      suggestion: expect.stringContaining('new.topic'),
    });
    expect([...made.offsets.stored.values()]).toEqual(stored);
  });

  test('with new.topic it goes on in a topic of its own', async () => {
    await addTier();
    await using poller = await anchored({ 'schema.incompatible': 'new.topic' });
    await retype(poller);
    const records = await poller.until(2);
    expect(records.map((each) => each.topic)).toEqual(['org.Account', 'org.Account.v2']);
    expect(change(records[1])['record']).toMatchObject({ Tier__c: 7 });
  });

  test("after a restart the topic keeps a field that the org has lost: the registry's version wins", async () => {
    await addTier();
    const first = await anchored();
    insert({ Name: 'Acme', Tier__c: 'gold' });
    await first.until(1);
    await first[Symbol.asyncDispose]();
    const registered = made.schemas.get('org.Account');
    await control('/fields/Account/Tier__c', 'DELETE', {});
    insert({ Name: 'Later' });
    await using second = await Poller.open(connection(sandbox), made);
    const [record] = await second.until(1);
    expect(record?.valueSchema).toBe(registered);
  });
});

describe('other events', () => {
  test("a contact's dates and name come exactly", async () => {
    await using poller = await anchored({ 'salesforce.channels': '/data/ChangeEvents' });
    insert({ LastName: 'Doe', FirstName: 'Jo', Birthdate: '1969-12-31' }, 'Contact');
    const [record] = await poller.until(1);
    expect(record?.topic).toBe('org.Contact');
    // Invariant 6
    expect(change(record)['record']).toMatchObject({
      Birthdate: -1,
      NameParts: { FirstName: 'Jo', LastName: 'Doe' },
    });
  });
});

describe('checks', () => {
  const check = async (more: Record<string, string>, policy?: string): Promise<unknown> => {
    const context = {
      ...sourceContext(made),
      topicConfig: () =>
        Promise.resolve(policy === undefined ? undefined : { 'cleanup.policy': policy }),
    };
    const connector = salesforcePubSubPlugin.create(connection(sandbox, more), context);
    return connector.check?.(AbortSignal.timeout(10_000));
  };

  test('a channel that is nearly right is suggested', async () => {
    expect(await check({ 'salesforce.channels': '/data/AcountChangeEvent' })).toEqual([
      {
        path: 'salesforce.channels',
        message: expect.stringContaining('Did you mean /data/AccountChangeEvent?'),
      },
    ]);
  });

  test('an entity without change events is named', async () => {
    await control('/change-events', 'PUT', { entities: ['Contact'] });
    expect(await check({})).toEqual([
      { path: 'salesforce.channels', message: expect.stringContaining('Change Data Capture') },
    ]);
  });

  test('a compacted topic is refused for deltas', async () => {
    expect(await check({}, 'compact')).toEqual([
      { path: 'topic.prefix', message: expect.stringContaining('org.Account is compacted') },
    ]);
  });

  test('a wrong secret is found on its property and not told', async () => {
    const findings = await check({ 'salesforce.consumer.secret': 'not-the-secret' });
    expect(findings).toEqual([
      {
        path: 'salesforce.consumer.secret',
        message: expect.not.stringContaining('not-the-secret'),
      },
    ]);
  });
});
