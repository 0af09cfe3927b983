import { fetch } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../sandbox/index.ts';
import type { Sandbox } from '../../../sandbox/index.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ seed: 3 });
});
afterEach(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${sandbox.http}/__sandbox/v1/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const addAccount = (Name: string): void => {
  const userId = sandbox.org.user(sandbox.username)?.id ?? '';
  const actor = { userId, origin: 'test' };
  sandbox.org.write(actor, [{ op: 'insert', entity: 'Account', values: { Name } }], true);
};

test('a field is added, retyped and dropped', async () => {
  const field = { entity: 'Account', name: 'Tier__c' };
  const names = (): (string | undefined)[] | undefined =>
    sandbox.org.object('Account')?.fields.map((each) => each.name);
  const added = await call('POST', 'fields', { ...field, type: 'Number', precision: 5, scale: 0 });
  expect(added).toMatchObject({ status: 201, body: { type: 'double', precision: 5, scale: 0 } });
  expect(names()).toContain('Tier__c');
  expect(await call('PATCH', 'fields', { ...field, type: 'string', length: 9 })).toMatchObject({
    status: 200,
    body: { type: 'string', length: 9 },
  });
  expect((await call('DELETE', 'fields', field)).status).toBe(204);
  expect(names()).not.toContain('Tier__c');
});

test('the clock moves forward', async () => {
  const before = sandbox.org.clock.now();
  await call('POST', 'clock', { advance: '73h' });
  await call('POST', 'clock', { advanceMs: 500 });
  expect(sandbox.org.clock.now() - before).toBeGreaterThanOrEqual(73 * 3_600_000 + 500);
});

test('sessions are listed without tokens, and ended', async () => {
  const listed = await call('GET', 'sessions');
  expect(listed.body).toMatchObject([{ username: sandbox.username }]);
  expect(JSON.stringify(listed.body)).not.toContain(sandbox.accessToken);
  expect((await call('DELETE', 'sessions', { user: sandbox.username })).body).toEqual({ ended: 1 });
  expect(sandbox.org.session(sandbox.accessToken)).toBeUndefined();
});

test('a user is made, restricted and locked out', async () => {
  const made = await call('POST', 'users', { username: 'reader@example.com', viewAllData: true });
  expect(made.status).toBe(201);
  const session = sandbox.org.openSession((made.body as { id: string }).id);
  const change = { hiddenObjects: ['Account'], viewAllData: false };
  expect((await call('PATCH', 'users/reader@example.com', change)).body).toMatchObject(change);
  expect(sandbox.org.session(session.accessToken)?.user.hiddenObjects).toEqual(['Account']);
  await call('PATCH', 'users', { user: 'reader@example.com', active: false });
  expect(sandbox.org.session(session.accessToken)).toBeUndefined();
  expect(JSON.stringify((await call('GET', 'users')).body)).not.toContain(sandbox.password);
});

test('the entities with change events are chosen', async () => {
  const all = (await call('GET', 'change-events')).body as { entities: string[] };
  expect(all.entities).toContain('Opportunity');
  const chosen = await call('PUT', 'change-events', {
    entities: ['Account', 'ContactChangeEvent'],
  });
  expect(chosen.body).toEqual({ entities: ['Account', 'Contact'] });
});

test('the log holds everything committed, page by page', async () => {
  for (const name of ['A', 'B', 'C']) addAccount(name);
  const first = (await call('GET', 'log?limit=2')).body as { next: number };
  expect(first).toMatchObject({
    more: true,
    transactions: [
      { index: 1, origin: 'test', changes: [{ type: 'CREATE', after: { Name: 'A' } }] },
      { index: 2 },
    ],
  });
  expect((await call('GET', `log?since=${first.next}`)).body).toMatchObject({
    more: false,
    next: 3,
    transactions: [{ index: 3, commitNumber: expect.stringMatching(/^\d{19}$/) }],
  });
});

test('the org takes another id and forgets its sessions', async () => {
  const { body } = await call('POST', 'org', { id: 'new' });
  expect(body).toEqual({ id: sandbox.org.id });
  expect(sandbox.org.id).not.toBe(sandbox.orgId);
  expect(sandbox.org.session(sandbox.accessToken)).toBeUndefined();
});

describe('a wrong body', () => {
  test.each<[string, string, object, string]>([
    ['POST', 'fields', { entity: 'Account', name: 'X__c' }, "must have required property 'type'"],
    ['POST', 'fields', { entity: 'Account', name: 'X__c', type: 'Txt' }, '"Txt" is no field type'],
    ['POST', 'fields', { entity: 'Account', name: 'X', type: 'Date' }, 'then "__c"; "X" is not.'],
    ['POST', 'clock', { advance: 'soon' }, '{"advance": "73h"}'],
    ['PUT', 'faults', { serviceUnavailabel: 1 }, 'Did you mean "serviceUnavailable"?'],
    ['PUT', 'change-events', { entities: ['Nonsense'] }, "Can't select Nonsense"],
    ['POST', 'gap', { entity: 'Account', ids: ['003Hw0000000001'] }, 'is no id of Account'],
    ['POST', 'org', { id: 'x' }, 'starts with 00D'],
    ['DELETE', 'sessions', { user: 'x' }, 'There is no user "x"'],
  ])('%s %s %o is 400', async (method, path, body, message) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(400);
    expect((answer.body as { message: string }).message).toContain(message);
  });
});

test('failures of the Pub/Sub API are asked for by code, streams cut, events forgotten', async () => {
  const failures = [{ code: 'topic.api.unavailable', method: 'GetTopic', count: 2 }];
  const set = await call('PUT', 'faults', { pubsub: { failures, silent: true } });
  expect(set).toMatchObject({ status: 200, body: { pubsub: { failures, silent: true } } });
  const unknown = { failures: [{ code: 'nothing', count: 1 }] };
  expect((await call('PUT', 'faults', { pubsub: unknown })).status).toBe(400);
  expect((await call('POST', 'pubsub/cut', { kind: 'goAway' })).status).toBe(202);
  expect((await call('POST', 'pubsub/cut', { kind: 'error' })).status).toBe(400);
  addAccount('A');
  const { log } = sandbox.events;
  expect(log.next(log.earliest(), () => true)).toBeDefined();
  const repeated = await call('POST', 'platform-events/repeat', { count: 5 });
  expect(repeated.body).toEqual({ repeated: 0 });
  expect((await call('POST', 'replay-ids')).status).toBe(204);
  expect(log.next(log.earliest(), () => true)).toBeUndefined();
});
