/**
 * Goal: a stream behaves as Salesforce's does: credit, positions, keepalives, and errors with their trailers.
 * Method: a bare gRPC client against the real server.
 */
import type { ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BareClient, startTestPubSub } from '../../support/pubsub.ts';
import type { BareStream, FetchResponse, TestOptions, TestPubSub } from '../../support/pubsub.ts';

const ACCOUNTS = '/data/AccountChangeEvent';
const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/;

let server: TestPubSub;
let client: BareClient;

async function start(options: TestOptions = {}): Promise<void> {
  server = await startTestPubSub(options);
  client = new BareClient(server);
}
async function stop(): Promise<void> {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
}
async function restart(options: TestOptions): Promise<void> {
  await stop();
  await start(options);
}
beforeEach(() => start());
afterEach(stop);

function insertAccounts(count: number): void {
  for (let i = 0; i < count; i++) server.insert('Account', { Name: `A${i}` });
}
async function events(stream: BareStream<FetchResponse>, count: number) {
  for (let responses = 1; ; responses++) {
    const received = (await stream.first(responses)).flatMap((response) => response.events);
    if (received.length >= count) return received;
  }
}
function expectError(
  error: ServiceError | null,
  code: number,
  suffix: string,
  type = 'Subscribe',
): void {
  expect(error?.code).toBe(code);
  expect(error?.metadata.get('error-code')).toEqual([`sfdc.platform.eventbus.grpc.${suffix}`]);
  expect(error?.metadata.get('type')).toEqual([type]);
  expect(error?.details).toMatch(new RegExp(` rpcId: ${UUID.source}$`));
  expect(error?.details.endsWith(String(error.metadata.get('rpc-id')[0]))).toBe(true);
}
async function pendingReaches(stream: BareStream<FetchResponse>, credit: number): Promise<void> {
  let response: FetchResponse | undefined;
  for (let i = 1; response?.pending_num_requested !== credit; i++) {
    response = (await stream.first(i)).at(-1);
  }
}
const fetch = (more: object = {}) => ({ topic_name: ACCOUNTS, num_requested: 100, ...more });
const EARLIEST = { replay_preset: 'EARLIEST' };

describe('credit', () => {
  test('is spent by events and reported as pending', async () => {
    insertAccounts(5);
    const stream = client.subscribe(fetch({ ...EARLIEST, num_requested: 3 }));
    expect(await events(stream, 3)).toHaveLength(3);
    expect(stream.received.at(-1)?.pending_num_requested).toBe(0);
    stream.send({ num_requested: 10 });
    expect(await events(stream, 5)).toHaveLength(5);
    expect(stream.received.at(-1)?.pending_num_requested).toBe(8);
  });

  test('adds up, but never above 100', async () => {
    await restart({ settings: { keepaliveMs: 30 } });
    const stream = client.subscribe(fetch({ num_requested: 60 }), { num_requested: 70 });
    await pendingReaches(stream, 100);
    insertAccounts(120);
    await events(stream, 100);
    const spent = stream.received.findIndex((response) => response.pending_num_requested === 0);
    expect(stream.received.slice(0, spent + 1).flatMap((each) => each.events)).toHaveLength(100);
    stream.send({ num_requested: 1000 });
    expect(await events(stream, 120)).toHaveLength(120);
    expect(stream.received.at(-1)?.pending_num_requested).toBe(80);
  });

  test('asked for beyond 100 is an error where the sandbox is told so', async () => {
    server.faults.refuseOverflow = true;
    const stream = client.subscribe(fetch({ num_requested: 101 }));
    expectError(await stream.ended, 3, 'subscription.fetch.overflow');
  });

  test.each([0, -1])('of %i is an error', async (num_requested) => {
    const stream = client.subscribe(fetch({ num_requested }));
    expectError(await stream.ended, 3, 'subscription.fetch.requested.events.invalid');
  });

  test('at zero for too long ends the stream', async () => {
    await restart({ settings: { zeroCreditMs: 50 } });
    insertAccounts(1);
    const stream = client.subscribe(fetch({ ...EARLIEST, num_requested: 1 }));
    expect(await stream.ended).toBeNull();
    expect(stream.received).toHaveLength(1);
  });
});

describe('a position', () => {
  test('resumes strictly after the event it came with, whole or by its first 8 bytes', async () => {
    insertAccounts(4);
    const all = await events(client.subscribe(fetch(EARLIEST)), 4);
    const second = all[1]?.replay_id ?? Buffer.alloc(0);
    expect(second).toHaveLength(10);
    for (const replay_id of [second, second.subarray(0, 8)]) {
      const stream = client.subscribe(fetch({ replay_preset: 'CUSTOM', replay_id }));
      const rest = await events(stream, 2);
      expect(rest.map((each) => each.replay_id)).toEqual(
        all.slice(2).map((each) => each.replay_id),
      );
    }
  });

  test('is latest by default, and later requests do not change it', async () => {
    await restart({ settings: { keepaliveMs: 30 } });
    insertAccounts(2);
    const stream = client.subscribe(fetch({ num_requested: 1 }), { ...EARLIEST, num_requested: 1 });
    await pendingReaches(stream, 2);
    expect(stream.received.flatMap((response) => response.events)).toEqual([]);
    insertAccounts(2);
    const all = await events(client.subscribe(fetch(EARLIEST)), 4);
    expect(await events(stream, 2)).toEqual(all.slice(2));
  });

  test.each([
    ['of digits as text', Buffer.from('1545296')],
    ['from the future', Buffer.from('7FFFFFFFFFFF0000', 'hex')],
    ['older than the org', Buffer.from('00000000000000010000', 'hex')],
  ])('%s is corrupted', async (_, replay_id) => {
    const stream = client.subscribe(fetch({ replay_preset: 'CUSTOM', replay_id }));
    expectError(await stream.ended, 3, 'subscription.fetch.replayid.corrupted');
  });

  test('older than 72 hours is corrupted', async () => {
    insertAccounts(1);
    const [first] = await events(client.subscribe(fetch(EARLIEST)), 1);
    server.org.clock.advance(72 * 3_600_000);
    const client2 = new BareClient(server);
    client2.metadata.set('accesstoken', server.org.openSession(server.org.admin.id).accessToken);
    const stream = client2.subscribe(
      fetch({ replay_preset: 'CUSTOM', replay_id: first?.replay_id }),
    );
    expectError(await stream.ended, 3, 'subscription.fetch.replayid.corrupted');
    client2[Symbol.dispose]();
  });

  test('is needed with CUSTOM', async () => {
    const stream = client.subscribe(fetch({ replay_preset: 'CUSTOM' }));
    expectError(await stream.ended, 3, 'subscription.fetch.replayid.validation.failed');
  });
});

test('a keepalive carries a position, keeps the credit and can be resumed from', async () => {
  await restart({ settings: { keepaliveMs: 50 } });
  const stream = client.subscribe(fetch({ num_requested: 7 }));
  const [first, second] = await stream.first(2);
  expect(first).toMatchObject({ events: [], pending_num_requested: 7 });
  expect(second?.latest_replay_id).toHaveLength(10);
  insertAccounts(1);
  const replay_id = second?.latest_replay_id;
  const resumed = client.subscribe(fetch({ replay_preset: 'CUSTOM', replay_id }));
  expect(await events(resumed, 1)).toHaveLength(1);
});

describe('the topic', () => {
  test('may be left out later, but not changed', async () => {
    const stream = client.subscribe(fetch(), { num_requested: 1 });
    stream.send({ topic_name: '/data/ContactChangeEvent', num_requested: 1 });
    expectError(await stream.ended, 3, 'subscription.fetch.topic.mismatch');
  });

  test.each(['/data/NothingChangeEvent', '/data/accountChangeEvent', '/event/Account', 'Account'])(
    '%s is not found',
    async (topic_name) => {
      const stream = client.subscribe(fetch({ topic_name }));
      expectError(await stream.ended, 5, 'topic.not.found');
    },
  );

  test('is not found while its object is not selected', async () => {
    server.selection.select(['Contact']);
    expectError(await client.subscribe(fetch()).ended, 5, 'topic.not.found');
    insertAccounts(1);
    server.selection.select('all');
    insertAccounts(1);
    const [response] = await client.subscribe(fetch(EARLIEST)).first(1);
    expect(response).toMatchObject({ events: [{}], pending_num_requested: 99 });
  });

  test('can be all changes, or a custom channel', async () => {
    await restart({
      events: { customChannels: new Map([['/data/People__chn', ['Contact', 'Lead']]]) },
    });
    insertAccounts(1);
    server.insert('Contact', { LastName: 'L' });
    const all = await events(
      client.subscribe(fetch({ ...EARLIEST, topic_name: '/data/ChangeEvents' })),
      2,
    );
    const chosen = await events(
      client.subscribe(fetch({ ...EARLIEST, topic_name: '/data/People__chn' })),
      1,
    );
    expect(chosen.map((each) => each.event.id)).toEqual([all.at(-1)?.event.id]);
  });
});

describe('access', () => {
  test.each(['accesstoken', 'instanceurl', 'tenantid'])('needs the header %s', async (name) => {
    client.metadata.remove(name);
    expectError(await client.subscribe(fetch()).ended, 16, 'service.auth.headers.invalid');
  });

  test.each([
    ['accesstoken', 'wrong'],
    ['tenantid', '00D000000000000AAA'],
  ])('is refused with the wrong %s', async (name, value) => {
    client.metadata.set(name, value);
    const error = await client.subscribe(fetch()).ended;
    expectError(error, 16, 'service.auth.error');
    expect(error?.details).toMatch(
      /^An authentication exception occurred\. Provide valid authentication via metadata headers\. rpcId/,
    );
  });

  test('ends with the session, at the next event', async () => {
    insertAccounts(1);
    const stream = client.subscribe(fetch(EARLIEST));
    await events(stream, 1);
    server.org.endSessions({ accessToken: server.accessToken });
    insertAccounts(1);
    expectError(await stream.ended, 16, 'service.auth.error');
    expect(stream.received.flatMap((response) => response.events)).toHaveLength(1);
  });

  test('ends with the session, at the next keepalive', async () => {
    await restart({ settings: { keepaliveMs: 30 } });
    const stream = client.subscribe(fetch());
    await stream.first(1);
    server.org.endSessions({});
    expectError(await stream.ended, 16, 'service.auth.error');
  });

  test('needs View All Data on a channel with one entity', async () => {
    server.org.putUser({ ...server.org.admin, viewAllData: false });
    expectError(await client.subscribe(fetch()).ended, 7, 'subscription.topic.cannot.subscribe');
  });

  test('taken away ends the stream', async () => {
    insertAccounts(1);
    const stream = client.subscribe(fetch(EARLIEST));
    await events(stream, 1);
    server.org.putUser({ ...server.org.admin, hiddenObjects: ['Account'] });
    insertAccounts(1);
    expectError(await stream.ended, 7, 'subscription.topic.cannot.subscribe');
  });

  test('filters what a channel with many entities delivers', async () => {
    server.org.putUser({ ...server.org.admin, hiddenObjects: ['Contact'] });
    server.insert('Contact', { LastName: 'L' });
    insertAccounts(1);
    const stream = client.subscribe(fetch({ ...EARLIEST, topic_name: '/data/ChangeEvents' }));
    const [only] = await events(stream, 1);
    const topic = await client.call('GetTopic', { topic_name: ACCOUNTS });
    expect(only?.event.schema_id).toBe(topic['schema_id']);
  });
});

describe('told to misbehave', () => {
  test('it is unavailable for so many calls', async () => {
    server.faults.unavailable = 1;
    const error = await client.subscribe(fetch()).ended;
    expectError(error, 13, 'service.unavailable');
    expect(error?.details).toContain('The service is unavailable. Try again later. rpcId: ');
    await client.call('GetTopic', { topic_name: ACCOUNTS });
  });

  test('it is silent: no events until it speaks again', async () => {
    insertAccounts(1);
    const stream = client.subscribe(fetch(EARLIEST));
    await events(stream, 1);
    server.faults.silent = true;
    insertAccounts(1);
    // An event would have been written before this answer.
    await client.call('GetTopic', { topic_name: ACCOUNTS });
    expect(stream.received).toHaveLength(1);
    server.faults.silent = false;
    insertAccounts(1);
    expect(await events(stream, 3)).toHaveLength(3);
  });

  test('the delivery allocation is used up', async () => {
    server.faults.deliveryLimitExceeded = true;
    const error = await client.subscribe(fetch()).ended;
    expectError(error, 8, 'subscription.limit.exceeded');
    expect(error?.details).toContain('You have exceeded the event delivery limit for your org.');
  });
});

test('a cancelled stream does not hinder the others', async () => {
  insertAccounts(1);
  const [stream, other] = [client.subscribe(fetch(EARLIEST)), client.subscribe(fetch(EARLIEST))];
  await events(stream, 1);
  stream.cancel();
  expect((await stream.ended)?.code).toBe(1);
  insertAccounts(3);
  expect(await events(other, 4)).toHaveLength(4);
  expect(stream.received.flatMap((response) => response.events)).toHaveLength(1);
});
