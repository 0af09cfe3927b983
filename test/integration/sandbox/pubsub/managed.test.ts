/**
 * Goal: managed subscriptions keep a client's position as Salesforce does, and refuse what it refuses.
 * Method: a bare gRPC client against the real server; records as the Tooling API would write them.
 */
import type { ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManagedSubscription } from '../../../../sandbox/salesforce/events/managed-subscriptions.ts';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import type { BareStream, ManagedFetchResponse, TestPubSub } from '../../../support/pubsub.ts';

const TOPIC = '/data/AccountChangeEvent';
const HOUR_MS = 3_600_000;

let server: TestPubSub;
let client: BareClient;
let record: ManagedSubscription;

beforeEach(async () => {
  server = await startTestPubSub();
  client = new BareClient(server);
  record = server.events.managed.create({
    developerName: 'Nightly_Sync',
    topicName: TOPIC,
    defaultReplay: 'EARLIEST',
    errorRecoveryReplay: 'EARLIEST',
  });
});
afterEach(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const named = (more: object = {}) => ({
  developer_name: 'Nightly_Sync',
  num_requested: 100,
  ...more,
});
const insertAccounts = (...names: readonly string[]): void =>
  names.forEach((Name) => void server.insert('Account', { Name }));
const commit = (replayId: Buffer, id = 'c-1') => ({
  commit_replay_id_request: { commit_request_id: id, replay_id: replayId },
});

async function events(stream: BareStream<ManagedFetchResponse>, count: number) {
  for (let responses = 1; ; responses++) {
    const received = (await stream.first(responses)).flatMap((response) => response.events);
    if (received.length >= count) return received;
  }
}
async function answerTo(stream: BareStream<ManagedFetchResponse>, id: string) {
  for (let responses = 1; ; responses++) {
    const [last] = (await stream.first(responses)).slice(-1);
    if (last?.commit_response?.commit_request_id === id) return last;
  }
}
async function closed(stream: BareStream<ManagedFetchResponse>): Promise<void> {
  stream.cancel();
  await stream.ended;
  // The server hears of it in its own time: another call is behind the cancellation.
  await client.call('GetTopic', { topic_name: TOPIC });
}
function expectError(error: ServiceError | null, code: number, suffix: string): void {
  expect(error?.metadata.get('error-code')).toEqual([
    `sfdc.platform.eventbus.grpc.managed.subscription.${suffix}`,
  ]);
  expect(error?.metadata.get('type')).toEqual(['ManagedSubscribe']);
  expect(error?.details).toMatch(/ rpcId: [\w-]{36}$/);
  expect(error?.code).toBe(code);
}

describe('a position', () => {
  test('is the committed one when the subscription starts again', async () => {
    insertAccounts('A', 'B', 'C');
    const first = client.managed(named());
    const received = await events(first, 3);
    const second = received[1]?.replay_id ?? Buffer.alloc(0);
    first.send(commit(second));
    const answer = await answerTo(first, 'c-1');
    expect(answer.commit_response).toMatchObject({ replay_id: second, error: null });
    const { process_time: time } = answer.commit_response ?? {};
    expect(Math.abs((time?.toNumber() ?? 0) - server.org.clock.now())).toBeLessThan(60_000);
    expect(answer.events).toEqual([]);
    expect(answer.latest_replay_id.length).toBeGreaterThanOrEqual(8);
    expect(answer.pending_num_requested).toBe(97);
    await closed(first);
    const again = client.managed({ subscription_id: record.id, num_requested: 10 });
    expect((await events(again, 1)).map((each) => each.replay_id)).toEqual([
      received[2]?.replay_id,
    ]);
  });

  test.each([
    ['EARLIEST', ['A', 'B']],
    ['LATEST', ['B']],
  ] as const)('that was never committed is %s', async (defaultReplay, expected) => {
    server.events.managed.update(record.id, { defaultReplay });
    insertAccounts('A');
    const stream = client.managed(named(), named({ commit_replay_id_request: undefined }));
    await answerTo(opened(stream), 'open');
    insertAccounts('B');
    expect(await events(stream, expected.length)).toHaveLength(expected.length);
  });

  test('that fell out of retention gives way to errorRecoveryReplay', async () => {
    insertAccounts('A');
    const first = client.managed(named());
    const [only] = await events(first, 1);
    first.send(commit(only?.replay_id ?? Buffer.alloc(0)));
    await answerTo(first, 'c-1');
    await closed(first);
    server.org.clock.advance(80 * HOUR_MS);
    renewSession();
    insertAccounts('B', 'C');
    expect(await events(client.managed(named()), 2)).toHaveLength(2);
  });

  test('of an empty batch can be committed, by its first 8 bytes', async () => {
    server.events.managed.update(record.id, { defaultReplay: 'LATEST' });
    const stream = opened(client.managed(named()));
    const { latest_replay_id: latest } = await answerTo(stream, 'open');
    stream.send(commit(latest.subarray(0, 8)));
    expect((await answerTo(stream, 'c-1')).commit_response?.error).toBeNull();
    await closed(stream);
    insertAccounts('A');
    expect(await events(client.managed(named()), 1)).toHaveLength(1);
  });

  test('that is none is answered with an error, and the stream goes on', async () => {
    const stream = client.managed(named());
    stream.send(commit(Buffer.from('12345'), 'bad'));
    const answer = await answerTo(stream, 'bad');
    expect(answer.commit_response?.error).toMatchObject({ code: 'COMMIT' });
    insertAccounts('A');
    expect(await events(stream, 1)).toHaveLength(1);
  });
});

/** Sends a commit that fails, whose answer says that the stream is open. */
function opened(stream: BareStream<ManagedFetchResponse>): BareStream<ManagedFetchResponse> {
  stream.send(commit(Buffer.from('x'), 'open'));
  return stream;
}
function renewSession(): void {
  client.metadata.set('accesstoken', server.org.openSession(server.org.admin.id).accessToken);
}

describe('is refused', () => {
  test.each([
    [{ num_requested: 1 }, 3, 'id.or.developer.name.empty'],
    [named({ subscription_id: '18x000000000001AAA' }), 3, 'fetch.request.invalid'],
    [named({ developer_name: 'Other' }), 5, 'developer.name.not.found'],
    [{ subscription_id: '001000000000001', num_requested: 1 }, 3, 'subscription.id.invalid'],
    [{ subscription_id: '18x000000000001', num_requested: 1 }, 5, 'subscription.id.not.found'],
    [named({ num_requested: -1 }), 3, 'fetch.request.events.invalid'],
    [named(commit(Buffer.alloc(8))), 3, 'fetch.request.commit.request.restricted'],
    [named({ auth_refresh: 'x' }), 3, 'fetch.request.auth.request.restricted'],
  ])('a first request %j', async (request, code, suffix) => {
    expectError(await client.managed(request).ended, code, suffix);
  });

  test('a second stream, until the first is gone', async () => {
    const first = opened(client.managed(named()));
    await answerTo(first, 'open');
    expectError(await client.managed(named()).ended, 6, 'already.active');
    await closed(first);
    const next = opened(client.managed(named()));
    await answerTo(next, 'open');
  });

  test('a request that names another subscription', async () => {
    server.events.managed.create({ developerName: 'Other', topicName: TOPIC });
    const stream = client.managed(named(), named({ developer_name: 'Other' }));
    expectError(await stream.ended, 3, 'fetch.request.invalid');
  });

  test('a stopped subscription; stopping ends the stream and forgets the position', async () => {
    insertAccounts('A');
    const stream = client.managed(named());
    const [only] = await events(stream, 1);
    stream.send(commit(only?.replay_id ?? Buffer.alloc(0)));
    await answerTo(stream, 'c-1');
    server.events.managed.update(record.id, { state: 'STOP' });
    expectError(await stream.ended, 9, 'config.stopped');
    expectError(await client.managed(named()).ended, 9, 'config.stopped');
    server.events.managed.update(record.id, { state: 'RUN' });
    expect(await events(client.managed(named()), 1)).toHaveLength(1);
  });

  test('a deleted subscription', async () => {
    const stream = opened(client.managed(named()));
    await answerTo(stream, 'open');
    server.events.managed.delete(record.id);
    expectError(await stream.ended, 5, 'config.deleted');
  });
});
