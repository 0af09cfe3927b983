/**
 * Goal: what an org takes away while a source runs is one clear sentence in its trace, the position stays, and once it is
 * mended everything that was committed meanwhile comes, in order, once.
 * Method: one real worker; each case has an org of its own, hurt through its control API.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import { createClock } from '../../../sandbox/salesforce/org/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { control, Site } from '../../support/site.ts';

const READER = {
  'salesforce.grant.type': 'PASSWORD',
  'salesforce.username': 'reader@shop.example',
  'salesforce.password': 'right',
};
const REFUSED =
  'Salesforce refused the login by PASSWORD (invalid_grant: authentication failure). Check salesforce.password.';

let site: Site;
let sandbox: Sandbox;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site[Symbol.asyncDispose]());

const HOURS = 3_600_000;
const GONE_AFTER = 80;

beforeEach(async () => {
  // Moved on later, its clock isn't ahead of the broker's, which refuses records from the future.
  sandbox = await startSandbox({ clock: createClock(() => Date.now() - GONE_AFTER * HOURS) });
  const reader = { username: 'reader@shop.example', password: 'right', viewAllData: true };
  await control(sandbox, 'POST', '/users', reader);
});
afterEach(async () => {
  for (const name of (await site.line.worker.states()).keys()) await site.remove(name);
  await sandbox.close();
});

/** As somebody whose session never ends. */
function create(Name: string): void {
  const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin: '' };
  sandbox.org.write(actor, [{ op: 'insert', entity: 'Account', values: { Name } }], true);
}

function reader(settings: object): Promise<void> {
  return control(sandbox, 'PATCH', '/users/reader@shop.example', settings);
}

/** A source that published an account called "before", and stored its position. */
async function running(name: string, more: Record<string, string> = READER): Promise<void> {
  await site.put(site.make.source(name, { ...(await site.connectionTo(sandbox)), ...more }));
  await site.until(name, 'RUNNING');
  create('before');
  await eventually(
    () => position(name),
    (stored) => stored?.['commitTimestamp'] !== undefined,
  );
}

async function position(name: string): Promise<Readonly<Record<string, unknown>> | null> {
  return (await site.line.storedOffsets(name))[0]?.offset ?? null;
}

test('a permission that is taken away', async () => {
  await running('permission');
  const before = await position('permission');
  await reader({ viewAllData: false });
  create('without');
  expect((await site.until('permission', 'FAILED')).why).toBe(
    "/data/AccountChangeEvent: You don't have permission to subscribe to the topic /data/AccountChangeEvent. The user needs View All on the object, or Read on the event; then restart the task.",
  );
  create('meanwhile');
  expect(await position('permission')).toEqual(before);
  await reader({ viewAllData: true });
  await site.restart('permission');
  expect(await site.names('permission', 3)).toEqual(['before', 'without', 'meanwhile']);
  await site.until('permission', 'RUNNING');
});

test('a session that ends and cannot be renewed, for the password was changed', async () => {
  await running('password');
  await reader({ password: 'another' });
  await control(sandbox, 'DELETE', '/sessions');
  create('without');
  expect((await site.until('password', 'FAILED')).why).toBe(REFUSED);
  create('meanwhile');
  await reader({ password: 'right' });
  await site.restart('password');
  expect(await site.names('password', 3)).toEqual(['before', 'without', 'meanwhile']);
});

test('a refresh token that is worth nothing any more', async () => {
  await running('token', {
    'salesforce.grant.type': 'REFRESH_TOKEN',
    'salesforce.refresh.token': sandbox.refreshToken,
  });
  await control(sandbox, 'PATCH', `/users/${sandbox.username}`, { active: false });
  await control(sandbox, 'DELETE', '/sessions');
  create('without');
  expect((await site.until('token', 'FAILED')).why).toMatch(
    /^Salesforce refused the login by REFRESH_TOKEN \(.+\)\. Check salesforce\.refresh\.token\.$/,
  );
  await control(sandbox, 'PATCH', `/users/${sandbox.username}`, { active: true });
  await site.restart('token');
  expect(await site.names('token', 2)).toEqual(['before', 'without']);
});

test('a login service that is away for a while is waited for', async () => {
  await running('login');
  await control(sandbox, 'PUT', '/faults', { loginUnavailable: 2 });
  await control(sandbox, 'DELETE', '/sessions');
  create('without');
  const { why } = await site.until('login', 'RESTARTING', 'HTTP 503');
  expect(why).toBe('/data/AccountChangeEvent: Salesforce answered the login with HTTP 503.');
  create('meanwhile');
  await site.until('login', 'RUNNING');
  expect(await site.names('login', 3)).toEqual(['before', 'without', 'meanwhile']);
});

test('a position older than what is kept fails, stays, and is mended as its message says', async () => {
  await running('retention');
  const before = await position('retention');
  await site.line.call('PUT', '/connectors/retention/stop');
  create('lost');
  await control(sandbox, 'POST', '/clock', { advanceMs: GONE_AFTER * HOURS });
  create('kept');
  await site.line.call('PUT', '/connectors/retention/resume');
  const { why } = await site.until('retention', 'FAILED');
  const since = new Date(Number(before?.['commitTimestamp'])).toISOString();
  expect(why).toBe(
    `/data/AccountChangeEvent: the stored position is invalid or older than the 72 hours Salesforce keeps. Events since ${since} may be missing. Stop the connector, reset the channel's offset and set salesforce.initial.start=all to read what is still kept; reload what is older from the org.`,
  );
  expect(await position('retention')).toEqual(before);

  await site.line.call('PUT', '/connectors/retention/stop');
  await site.line.call('DELETE', '/connectors/retention/offsets');
  const connection = await site.connectionTo(sandbox);
  const all = { ...connection, ...READER, 'salesforce.initial.start': 'all' };
  await site.put(site.make.source('retention', all));
  await site.line.call('PUT', '/connectors/retention/resume');
  expect(await site.names('retention', 2)).toEqual(['before', 'kept']);
});

test('another org behind the same prefix is refused, and nothing of it is published', async () => {
  const first = sandbox.orgId;
  await running('refreshed');
  const before = await position('refreshed');
  await control(sandbox, 'POST', '/org', { id: 'new' });
  const other = sandbox.org.id;
  create('other');
  // While it runs: the renewed login leads elsewhere.
  expect((await site.until('refreshed', 'FAILED')).why).toBe(
    `The login now leads to org ${other}, it was ${first}. Give the new org a connector and a topic prefix of its own.`,
  );
  await site.restart('refreshed');
  const prefix = site.make.source('refreshed')['topic.prefix'];
  expect((await site.until('refreshed', 'FAILED', 'belongs to')).why).toBe(
    `topic.prefix=${prefix} belongs to org ${first}, this login is to ${other}. Give each org a prefix of its own.`,
  );
  expect(await position('refreshed')).toEqual(before);
  expect(await site.names('refreshed', 1)).toEqual(['before']);
});
