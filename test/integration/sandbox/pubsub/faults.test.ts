/**
 * Goal: the service misbehaves as Salesforce does, when it is asked to.
 * Method: a bare gRPC client sees codes, trailers and cut connections; the limits of messages are the real ones.
 */
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../../sandbox/salesforce/pubsub/errors.ts';
import type { ErrorCode } from '../../../../sandbox/salesforce/pubsub/errors.ts';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import type { TestPubSub } from '../../../support/pubsub.ts';

const TOPIC = '/data/AccountChangeEvent';
const ORDERS = '/event/Order_Event__e';
const MIB = 1024 * 1024;

let server: TestPubSub;
let client: BareClient;
beforeEach(async () => {
  server = await startTestPubSub();
  client = new BareClient(server);
});
afterEach(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const getTopic = () => client.call('GetTopic', { topic_name: TOPIC });
const subscribe = (more: object = {}) =>
  client.subscribe({ topic_name: TOPIC, num_requested: 100, ...more });
const errorOf = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => {
      throw new Error('the call was answered');
    },
    (error: unknown) => error as ServiceError,
  );

test('a call fails with any code of the service, as often as asked, with its trailers', async () => {
  for (const code of ERROR_CODES as ErrorCode[]) {
    server.faults.failures = [
      { code, method: 'Subscribe', count: 1 },
      { code, count: 1 },
    ];
    const error = await errorOf(getTopic());
    expect(error.metadata.get('error-code')).toEqual([`sfdc.platform.eventbus.grpc.${code}`]);
    expect(error.metadata.get('type')).toEqual(['GetTopic']);
    expect(error.details).toContain(` rpcId: ${String(error.metadata.get('rpc-id')[0])}`);
    expect(error.code).not.toBe(status.OK);
    await getTopic();
    const failed = await subscribe().ended;
    expect(failed?.metadata.get('type')).toEqual(['Subscribe']);
  }
});

test('open streams end with an error', async () => {
  const stream = subscribe();
  await stream.opened;
  server.faults.cut({ kind: 'error', code: 'service.unavailable' });
  const error = await stream.ended;
  expect(error?.code).toBe(status.INTERNAL);
  expect(error?.metadata.get('error-code')).toEqual([
    'sfdc.platform.eventbus.grpc.service.unavailable',
  ]);
});

test('connections are told to go away, and cut; the next call takes a new one', async () => {
  const stream = subscribe();
  await stream.opened;
  server.faults.cut({ kind: 'goAway' });
  const error = await stream.ended;
  expect([status.CANCELLED, status.UNAVAILABLE]).toContain(error?.code);
  expect(error?.metadata.get('error-code')).toEqual([]);
  await getTopic();
});

test('a stream may finish on a connection that is going away', async () => {
  const stream = subscribe();
  await stream.opened;
  server.faults.cut({ kind: 'goAway', graceMs: 60_000 });
  server.insert('Account', { Name: 'A' });
  const [response] = await stream.first(1);
  expect(response?.events).toHaveLength(1);
  stream.cancel();
});

test('positions of before a migration are refused, and open streams go on', async () => {
  server.insert('Account', { Name: 'A' });
  const stream = subscribe({ replay_preset: 'EARLIEST' });
  const [first] = await stream.first(1);
  server.events.forgetEvents();
  server.insert('Account', { Name: 'B' });
  expect((await stream.first(2))[1]?.events).toHaveLength(1);
  const replay_id = first?.latest_replay_id;
  const error = await subscribe({ replay_preset: 'CUSTOM', replay_id }).ended;
  expect(error?.metadata.get('error-code')).toEqual([
    'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted',
  ]);
  const again = subscribe({ replay_preset: 'EARLIEST' });
  expect((await again.first(1))[0]?.events).toHaveLength(1);
});

test('the schema of a hidden object is hidden', async () => {
  const { schema_id } = await getTopic();
  server.org.putUser({ ...server.org.admin, hiddenObjects: ['Account'] });
  const error = await errorOf(client.call('GetSchema', { schema_id }));
  expect(error.code).toBe(status.PERMISSION_DENIED);
  expect(error.metadata.get('error-code')).toEqual([
    'sfdc.platform.eventbus.grpc.schema.meta.permission',
  ]);
});

describe('a request of more than 4 MB', () => {
  const large = {
    topic_name: ORDERS,
    events: Array.from({ length: 5 }, () => ({ id: '', payload: Buffer.alloc(MIB) })),
  };

  test('is refused by Publish', async () => {
    const error = await errorOf(client.call('Publish', large));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('ends a PublishStream', async () => {
    const stream = client.stream('PublishStream');
    stream.send(large);
    expect((await stream.ended)?.code).toBe(status.RESOURCE_EXHAUSTED);
  });
});
