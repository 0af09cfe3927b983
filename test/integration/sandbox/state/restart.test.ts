/**
 * Goal: an org that is kept in a folder is the same after a restart, by snapshot and by log.
 * Method: one process; what is seen before the end is compared with what is seen after the next start.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../../../../sandbox/index.ts';
import { eventually } from '../../../support/eventually.ts';

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-state-'));
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (options: SandboxOptions = {}): Promise<Sandbox> =>
  startSandbox({ stateDir: folder, seed: 5, ...options });

async function restart(options: SandboxOptions = {}): Promise<void> {
  await sandbox.close();
  sandbox = await start(options);
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${sandbox.http}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return text === '' ? undefined : JSON.parse(text);
}

const DATA = '/services/data/v60.0';
const CONTROL = '/__sandbox/v1';

async function createAccount(Name: string): Promise<string> {
  const { id } = (await call('POST', `${DATA}/sobjects/Account`, { Name })) as { id: string };
  return id;
}

/** All records of all objects, the recycle bin's too, in order. */
const contents = (): object =>
  Object.fromEntries(
    sandbox.org.objects().map(({ name }) => [name, [...sandbox.org.records(name, true)]]),
  );
const definitions = (): unknown => JSON.parse(JSON.stringify(sandbox.org.objects()));
const events = (): object[] =>
  sandbox.events.log
    .newest(Infinity, () => true)
    .map((event) => ({ ...event, frame: event.frame.toString('hex') }));

async function makeHistory(): Promise<void> {
  const [kept = '', deleted = '', erased = ''] = await Promise.all(
    ['Kept', 'Deleted', 'Erased'].map(createAccount),
  );
  await call('PATCH', `${DATA}/sobjects/Account/${kept}`, { Industry: 'Energy', Phone: '1' });
  await call('PATCH', `${DATA}/sobjects/Account/${kept}`, { Phone: null });
  await call('DELETE', `${DATA}/sobjects/Account/${deleted}`);
  const actor = { userId: sandbox.org.user(sandbox.username)?.id ?? '', origin: '' };
  sandbox.org.write(actor, [{ op: 'delete', id: erased, hard: true }], true);
  const field = { entity: 'Account', name: 'Tier__c' };
  await call('POST', `${CONTROL}/fields`, { ...field, type: 'Text', length: 20 });
  await call('PATCH', `${DATA}/sobjects/Account/${kept}`, { Tier__c: '42' });
  await call('PATCH', `${CONTROL}/fields`, { ...field, type: 'double' });
  await call('POST', `${CONTROL}/users`, { username: 'second@example.com' });
  await call('POST', `${CONTROL}/clock`, { advance: '5m' });
  await call('PUT', `${CONTROL}/change-events`, { entities: ['Account'] });
}

const ways = [
  ['by the log', {}],
  ['by snapshots', { state: { snapshotAfterBytes: 1 } }],
] as const;

test.each(ways)('records, fields and events are there again %s', async (_way, options) => {
  await restart(options);
  await makeHistory();
  const before = [contents(), definitions(), events()];
  await restart(options);
  expect([contents(), definitions(), events()]).toEqual(before);
  await restart(options);
  expect([contents(), definitions(), events()]).toEqual(before);
  expect(sandbox.org.object('Account')?.fields.map(({ name }) => name)).toContain('Tier__c');
  expect(sandbox.org.findBy('Account', 'Name', 'Kept')).toMatchObject([{ Tier__c: 42 }]);
});

test('ids, replay ids, commit numbers and the log of commits go on', async () => {
  const first = await createAccount('First');
  const [event] = sandbox.events.log.newest(1, () => true);
  await restart();
  const second = await createAccount('Second');
  const [later] = sandbox.events.log.newest(1, () => true);
  expect(second > first).toBe(true);
  expect(later?.sequence).toBeGreaterThan(event?.sequence ?? Infinity);
  expect(sandbox.events.log.after(event?.sequence ?? 0)).toBeDefined();
  const { transactions } = (await call('GET', `${CONTROL}/log`)) as {
    transactions: { index: number; commitNumber: string; changes: { id: string }[] }[];
  };
  expect(transactions.map(({ changes }) => changes[0]?.id)).toEqual([first, second]);
  const [one, two] = transactions.map(({ commitNumber }) => BigInt(commitNumber));
  expect((two ?? 0n) > (one ?? 0n)).toBe(true);
});

test('a position that was given out without an event is good after a restart', async () => {
  await createAccount('First');
  const cursor = sandbox.events.log.latest();
  await call('POST', `${CONTROL}/clock`, { advance: '1h' });
  const position = sandbox.events.log.positionOf(cursor);
  await restart();
  await createAccount('Second');
  const after = sandbox.events.log.after(position);
  if (after === undefined) throw new Error('The position is refused.');
  const next = sandbox.events.log.next(after, () => true);
  expect(next?.topic).toBe('/data/AccountChangeEvent');
  expect(sandbox.events.log.next(after, () => true)).toBeUndefined();
});

test('who was logged in still is, and who was logged out is not', async () => {
  const { accessToken, refreshToken, clientId, clientSecret, orgId, password, ca } = sandbox;
  const ended = sandbox.org.openSession(sandbox.org.user(sandbox.username)?.id ?? '');
  await call('DELETE', `${CONTROL}/sessions`, { accessToken: ended.accessToken });
  await restart();
  expect(sandbox).toMatchObject({ refreshToken, clientId, clientSecret, orgId, password, ca });
  expect(sandbox.accessToken).not.toBe(accessToken);
  expect(sandbox.org.session(accessToken)).toBeDefined();
  expect(sandbox.org.session(ended.accessToken)).toBeUndefined();
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
  const response = await fetch(`${sandbox.http}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  expect(response.status).toBe(200);
});

test('the clock, another org id and the selection of change events stay', async () => {
  await call('POST', `${CONTROL}/clock`, { advance: '30m' });
  await call('PUT', `${CONTROL}/change-events`, { entities: ['Contact'] });
  await restart();
  expect(sandbox.org.clock.now() - Date.now()).toBeGreaterThan(29 * 60_000);
  expect(await call('GET', `${CONTROL}/change-events`)).toMatchObject({ entities: ['Contact'] });
  await call('POST', `${CONTROL}/org`, { id: 'new' });
  const { id } = sandbox.org;
  await restart();
  expect(sandbox.orgId).toBe(id);
});

test('channels, managed subscriptions and former schemas stay', async () => {
  const { channelConfig, managed, schemas } = sandbox.events;
  channelConfig.createChannel({ fullName: 'Sales__chn', channelType: 'data', label: 'Sales' });
  channelConfig.createMember({ eventChannel: 'Sales__chn', selectedEntity: 'AccountChangeEvent' });
  const subscription = managed.create({
    developerName: 'Mine',
    topicName: '/data/AccountChangeEvent',
  });
  await createAccount('First');
  const [event] = sandbox.events.log.newest(1, () => true);
  managed.commit(subscription.id, event?.sequence ?? 0);
  const former = schemas.schemaOf('AccountChangeEvent');
  await call('POST', `${CONTROL}/fields`, { entity: 'Account', name: 'New__c', type: 'Checkbox' });
  await restart();
  const now = sandbox.events;
  expect(now.channelConfig.members()).toEqual(channelConfig.members());
  expect(now.channelConfig.channels()).toEqual(channelConfig.channels());
  expect(now.managed.list()).toEqual([subscription]);
  expect(now.managed.committed(subscription.id)).toBe(event?.sequence);
  expect(now.schemas.schemaById(former?.id ?? '')?.json).toBe(former?.json);
  expect(now.schemas.schemaOf('AccountChangeEvent')?.id).not.toBe(former?.id);
});

test('positions that a migration made void are void after a restart', async () => {
  await createAccount('First');
  const [event] = sandbox.events.log.newest(1, () => true);
  await call('POST', `${CONTROL}/replay-ids`);
  await createAccount('Second');
  await restart();
  expect(sandbox.events.log.after(event?.sequence ?? 0)).toBeUndefined();
  expect(sandbox.events.log.newest(Infinity, () => true)).toHaveLength(1);
});

test('old logs are removed once their events are past retention', async () => {
  await restart({ state: { snapshotAfterBytes: 1 } });
  await createAccount('First');
  await call('POST', `${CONTROL}/clock`, { advance: '73h' });
  await restart({ state: { snapshotAfterBytes: 1 } });
  const { readdirSync } = await import('node:fs');
  const logs = (): string[] => readdirSync(folder).filter((name) => name.startsWith('log-'));
  const second = await createAccount('Second');
  await eventually(logs, (names) => names.length <= 3);
  await restart();
  expect(sandbox.org.record('Account', second)).toMatchObject({ Name: 'Second' });
  expect(sandbox.org.findBy('Account', 'Name', 'First')).toHaveLength(1);
});

test('a snapshot that could not be written is tried again', async () => {
  await restart({ state: { snapshotAfterBytes: 2000 } });
  const { mkdirSync, readdirSync } = await import('node:fs');
  const numbers = (kind: string): number[] =>
    readdirSync(folder).flatMap((name) =>
      Number(new RegExp(`^${kind}-(\\d+)$`).exec(name)?.[1] ?? []),
    );
  const createLarge = () =>
    call('POST', `${DATA}/sobjects/Account`, { Name: 'Large', Description: 'x'.repeat(32_000) });
  const next = Math.max(...numbers('log'));
  const obstacle = join(folder, `snapshot-${next}.partial`);
  mkdirSync(obstacle);
  await eventually(
    () => createLarge().then(() => numbers('log')),
    (names) => Math.max(...names) > next,
  );
  expect(Math.max(...numbers('snapshot'))).toBeLessThan(next);
  rmSync(obstacle, { recursive: true });
  await eventually(
    () => createLarge().then(() => numbers('snapshot')),
    (names) => Math.max(...names) > next,
  );
  const before = contents();
  await restart();
  expect(contents()).toEqual(before);
});

test('a folder that another process uses, or with a broken file, is refused by name', async () => {
  await sandbox.close();
  writeFileSync(join(folder, 'lock'), String(process.ppid));
  await expect(start()).rejects.toMatchObject({ code: 'sandbox.state.locked', kind: 'config' });
  rmSync(join(folder, 'lock'));
  writeFileSync(join(folder, 'snapshot-0'), 'garbage');
  await expect(start()).rejects.toMatchObject({ code: 'sandbox.state.unreadable' });
  rmSync(folder, { recursive: true });
  sandbox = await start();
});
