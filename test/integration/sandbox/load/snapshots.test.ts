/**
 * Goal: an org goes back to how it was at a snapshot, in memory and in a folder, and events are then as after a refresh.
 * Method: one process; what is seen at the snapshot is compared with what is seen after going back.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../../../../sandbox/index.ts';

const DATA = '/services/data/v60.0';
const CONTROL = '/__sandbox/v1';
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanup.splice(0).reverse()) await each();
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed: 5, ...options });
  cleanup.push(() => sandbox.close());
  return sandbox;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'headwater-snapshots-'));
  cleanup.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function call<T = unknown>(
  { http, accessToken }: Sandbox,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${http}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

const contents = ({ org }: Sandbox): object => ({
  definitions: JSON.parse(JSON.stringify(org.objects())) as object,
  users: org.users(),
  rows: Object.fromEntries(org.objects().map(({ name }) => [name, [...org.records(name, true)]])),
});

/** Changes of each kind of thing that a snapshot holds. */
async function change(sandbox: Sandbox): Promise<void> {
  const [first, second] = [...sandbox.org.records('Account')].map((row) => String(row['Id']));
  await call(sandbox, 'PATCH', `${DATA}/sobjects/Account/${first}`, { Name: 'Changed' });
  await call(sandbox, 'DELETE', `${DATA}/sobjects/Account/${second}`);
  await call(sandbox, 'POST', `${DATA}/sobjects/Lead`, { LastName: 'New', Company: 'New' });
  const field = { entity: 'Account', name: 'Later__c', type: 'Text', length: 20 };
  await call(sandbox, 'POST', `${CONTROL}/fields`, field);
  await call(sandbox, 'POST', `${CONTROL}/users`, { username: 'later@example.com' });
  await call(sandbox, 'PUT', `${CONTROL}/change-events`, { entities: ['Lead'] });
}

test.each([
  ['in memory', false],
  ['in a folder', true],
])('everything is as it was at the snapshot, %s', async (_where, kept) => {
  const stateDir = kept ? folder() : undefined;
  const sandbox = await start({ seedRecords: 300, stateDir });
  const before = contents(sandbox);
  const taken = await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  expect(taken).toMatchObject({ status: 201, body: { name: 'clean' } });
  await change(sandbox);
  expect(contents(sandbox)).not.toEqual(before);
  const restored = await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  expect(restored).toEqual({ status: 200, body: taken.body });
  expect(contents(sandbox)).toEqual(before);
  const selected = await call(sandbox, 'GET', `${CONTROL}/change-events`);
  expect(selected.body).toMatchObject({
    entities: expect.arrayContaining(['Account']) as string[],
  });
  const fields = await call<{ fields: { name: string }[] }>(
    sandbox,
    'GET',
    `${DATA}/sobjects/Account/describe`,
  );
  expect(fields.body.fields.map(({ name }) => name)).not.toContain('Later__c');
  const soql = encodeURIComponent("SELECT COUNT() FROM Account WHERE Name = 'Changed'");
  const found = await call(sandbox, 'GET', `${DATA}/query?q=${soql}`);
  expect(found.body).toMatchObject({ totalSize: 0 });
});

test('the same record gets the same id each time that a test begins anew', async () => {
  const sandbox = await start();
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  const create = () => call(sandbox, 'POST', `${DATA}/sobjects/Account`, { Name: 'Test' });
  const first = await create();
  await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  expect(await create()).toEqual(first);
});

test('no event of before is retained, and all positions given out before are refused', async () => {
  const sandbox = await start({ seedRecords: 100 });
  const old = sandbox.events.log.last;
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  await change(sandbox);
  const later = sandbox.events.log.last;
  await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  expect(sandbox.events.log.newest(10, () => true)).toEqual([]);
  expect([old, later].map((at) => sandbox.events.log.after(at))).toEqual([undefined, undefined]);
  await call(sandbox, 'POST', `${DATA}/sobjects/Account`, { Name: 'After' });
  const [event] = sandbox.events.log.newest(10, () => true);
  expect(event?.sequence).toBeGreaterThan(later);
});

test('the log of commits has what came after going back alone', async () => {
  const sandbox = await start({ seedRecords: 20 });
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  await call(sandbox, 'POST', `${DATA}/sobjects/Account`, { Name: 'After' });
  const forgotten = await call<{ message: string }>(sandbox, 'GET', `${CONTROL}/log`);
  const since = Number(/oldest transaction is (\d+)/.exec(forgotten.body.message)?.[1]) - 1;
  const { body } = await call(sandbox, 'GET', `${CONTROL}/log?since=${since}`);
  expect(body).toMatchObject({ transactions: [{ changes: [{ after: { Name: 'After' } }] }] });
});

test('a load goes on with the records of then', async () => {
  const sandbox = await start({ seedRecords: 200 });
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  await call(sandbox, 'PUT', `${CONTROL}/load`, { rate: 2000 });
  await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  const { body } = await call(sandbox, 'PUT', `${CONTROL}/load`, { rate: 0 });
  expect(body).toMatchObject({ failed: 0 });
});

test.each([
  ['POST', '/snapshots', { name: 'clean' }, 409, 'There is a snapshot "clean" already.'],
  ['POST', '/snapshots', { name: '../x' }, 400, 'body/name must match pattern'],
  ['POST', '/snapshots/other/restore', undefined, 404, 'There is no snapshot "other".'],
  ['DELETE', '/snapshots/other', undefined, 404, 'There is no snapshot "other".'],
])('%s %s %o is refused with %i', async (method, path, body, status, message) => {
  const sandbox = await start();
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  const answer = await call<{ message: string }>(sandbox, method, CONTROL + path, body);
  expect(answer.status).toBe(status);
  expect(answer.body.message).toContain(message);
});

test('snapshots are listed, deleted, and 20 at most', async () => {
  const sandbox = await start();
  const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
  for (const name of names) await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name });
  const one = await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'more' });
  expect(one).toMatchObject({ status: 400, body: { code: 'LIMIT_EXCEEDED' } });
  expect((await call(sandbox, 'DELETE', `${CONTROL}/snapshots/s0`)).status).toBe(204);
  const { body } = await call<{ snapshots: { name: string }[] }>(
    sandbox,
    'GET',
    `${CONTROL}/snapshots`,
  );
  expect(body.snapshots.map(({ name }) => name)).toEqual(names.slice(1));
});

test('in a folder, what was restored and what came after is there after a restart', async () => {
  const stateDir = folder();
  const sandbox = await start({ seedRecords: 100, stateDir });
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  await change(sandbox);
  await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  await call(sandbox, 'POST', `${DATA}/sobjects/Account`, { Name: 'After' });
  const before = contents(sandbox);
  const copy = folder();
  cpSync(stateDir, copy, { recursive: true });
  rmSync(join(copy, 'lock'));
  const again = await start({ stateDir: copy });
  expect(contents(again)).toEqual(before);
  expect(again.events.log.newest(10, () => true)).toHaveLength(1);
});

test('a kill between going back and its snapshot leaves the org of before', async () => {
  const stateDir = folder();
  const sandbox = await start({ seedRecords: 100, stateDir });
  await call(sandbox, 'POST', `${CONTROL}/snapshots`, { name: 'clean' });
  await change(sandbox);
  const before = contents(sandbox);
  const copy = folder();
  cpSync(stateDir, copy, { recursive: true });
  await call(sandbox, 'POST', `${CONTROL}/snapshots/clean/restore`);
  await call(sandbox, 'POST', `${DATA}/sobjects/Account`, { Name: 'Unknown' });
  // What a kill would leave: the logs of after, and not the snapshot that they go on from.
  cpSync(stateDir, copy, { recursive: true, filter: (from) => !/snapshot-[1-9]|lock/.test(from) });
  rmSync(join(copy, 'lock'));
  const again = await start({ stateDir: copy });
  expect(contents(again)).toEqual(before);
});
