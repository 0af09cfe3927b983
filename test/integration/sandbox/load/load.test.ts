/**
 * Goal: a sandbox is filled and kept busy by options and by the control API.
 * Method: one process; what the log of commits says is compared with what the load says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../../../../sandbox/index.ts';
import { eventually } from '../../../support/eventually.ts';

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
});

async function start(options: SandboxOptions): Promise<Sandbox> {
  sandbox = await startSandbox(options);
  return sandbox;
}

interface Status {
  readonly rate: number;
  readonly mix: object;
  readonly done: number;
  readonly failed: number;
}

async function load({ http }: Sandbox, body?: object): Promise<{ status: number; body: Status }> {
  const response = await fetch(`${http}/__sandbox/v1/load`, {
    method: body === undefined ? 'GET' : 'PUT',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Status };
}

const KINDS = new Set(['Account', 'Contact', 'Opportunity', 'Case', 'Lead', 'Task']);

/** Changes of users' records; what the org writes beside them isn't an edit. */
async function committed({ http }: Sandbox, client: string): Promise<string[]> {
  const response = await fetch(`${http}/__sandbox/v1/log?limit=10000`);
  const { transactions } = (await response.json()) as {
    transactions: { origin: string; changes: { entity: string; type: string }[] }[];
  };
  return transactions
    .filter(({ origin }) => origin.endsWith(`client=${client}`))
    .flatMap(({ changes }) => changes)
    .filter(({ entity }) => KINDS.has(entity))
    .map(({ type }) => type);
}

test('seeded records are there when it starts, with a change event each', async () => {
  const org = await start({ seedRecords: 400 });
  expect(await committed(org, 'headwater-seed')).toEqual(Array(400).fill('CREATE'));
  expect(org.events.log.newest(1000, () => true).length).toBeGreaterThan(350);
});

test('seeded records and their events are there again after a restart, and not seeded twice', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'headwater-seed-'));
  try {
    const seen = (org: Sandbox): unknown => [
      [...org.org.records('Account')],
      org.events.log.newest(10_000, () => true).map(({ id, sequence }) => [id, sequence]),
    ];
    const first = await start({ seedRecords: 3000, stateDir });
    const before = seen(first);
    await first.close();
    expect(seen(await start({ seedRecords: 3000, stateDir }))).toEqual(before);
  } finally {
    await sandbox?.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
});

test('a rate from the start, another by the control API, and none', async () => {
  const org = await start({ seedRecords: 400, rate: 200, rateMix: { update: 1 } });
  await eventually(
    () => load(org),
    ({ body }) => body.done > 100,
  );
  const changed = await load(org, { rate: 300, mix: { create: 1, delete: 1 } });
  expect(changed.body).toMatchObject({
    rate: 300,
    mix: { create: 1, update: 0, delete: 1, undelete: 0 },
  });
  await eventually(
    () => load(org),
    ({ body }) => body.done > changed.body.done + 100,
  );
  const stopped = await load(org, { rate: 0 });
  const types = await committed(org, 'headwater-load');
  expect(types.length).toBe(stopped.body.done - stopped.body.failed);
  expect(stopped.body.failed).toBe(0);
  expect(new Set(types)).toEqual(new Set(['UPDATE', 'CREATE', 'DELETE']));
  expect(await load(org)).toEqual(stopped);
});

test.each([
  [{ rate: -1 }, 'body/rate must be >= 0'],
  [{ rate: 20_001 }, 'body/rate must be <= 20000'],
  [{}, "body must have required property 'rate'"],
  [{ rate: 1, mix: { merge: 1 } }, 'must NOT have additional properties: merge'],
  [{ rate: 1, mix: { create: 0 } }, 'A mix needs a kind of edit above 0.'],
])('%o is refused with 400', async (body, message) => {
  const answer = await load(await start({}), body);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ message: expect.stringContaining(message) as string });
});
