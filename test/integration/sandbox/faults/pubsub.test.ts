/**
 * Goal: the Pub/Sub API's connections break as networks break them: half-open, in mid-frame, stream by stream.
 * Method: a bare gRPC client with pings sees how each ends, over TLS too, and that the next call is served.
 */
import { createSecureContext, connect as connectTls } from 'node:tls';
import { connect } from 'node:net';
import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import type { TestPubSub } from '../../../support/pubsub.ts';

const TOPIC = '/data/AccountChangeEvent';
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
const subscribe = () => client.subscribe({ topic_name: TOPIC, num_requested: 100 });

test('streams end by RST_STREAM, their connection stays', async () => {
  const streams = [subscribe(), subscribe()];
  await Promise.all(streams.map(({ opened }) => opened));
  server.faults.cut({ kind: 'resetStreams', code: 'INTERNAL_ERROR' });
  for (const { ended } of streams) {
    expect(await ended).toMatchObject({
      code: status.INTERNAL,
      details: expect.stringContaining('RST_STREAM with code 2'),
    });
  }
  await getTopic();
});

test('a stream that is refused may be tried again at once', async () => {
  const stream = subscribe();
  await stream.opened;
  server.faults.cut({ kind: 'resetStreams', code: 'REFUSED_STREAM' });
  expect((await stream.ended)?.code).toBe(status.UNAVAILABLE);
});

test('connections are reset in the middle of a frame', async () => {
  const stream = subscribe();
  await stream.opened;
  server.faults.cut({ kind: 'resetConnections' });
  expect(await stream.ended).toMatchObject({
    code: status.UNAVAILABLE,
    details: expect.stringContaining('ECONNRESET'),
  });
  await getTopic();
});

test('over TLS in the middle of a record', async () => {
  const secureContext = createSecureContext();
  const socket = connectTls({
    port: server.tlsPort,
    host: '127.0.0.1',
    secureContext,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  });
  // HTTP/2's settings.
  await once(socket, 'data');
  const failed = once(socket, 'error');
  server.faults.cut({ kind: 'resetConnections' });
  const [error] = (await failed) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

test('a half-open connection is accepted and never hears anything', async () => {
  server.faults.board.set('pubsub.halfOpen', [{ count: 1 }]);
  const socket = connect(server.plainPort, '127.0.0.1');
  await once(socket, 'connect');
  let received = 0;
  socket.on('data', (data) => (received += data.length));
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  // The one after it is served.
  await getTopic();
  expect([received, socket.closed]).toEqual([0, false]);
  socket.destroy();
});

test('under maintenance streams go away and calls are refused', async () => {
  const stream = subscribe();
  await stream.opened;
  server.faults.board.set('maintenance', [{ format: 'html' }]);
  expect([status.CANCELLED, status.UNAVAILABLE]).toContain((await stream.ended)?.code);
  await expect(getTopic()).rejects.toThrow('The service is unavailable.');
  server.faults.board.set('maintenance', []);
  await getTopic();
});

test('what connects after a GOAWAY is not cut with what came before', async () => {
  const before = subscribe();
  await before.opened;
  server.faults.cut({ kind: 'goAway', graceMs: 200 });
  using other = new BareClient(server);
  const after = other.subscribe({ topic_name: TOPIC, num_requested: 100 });
  await after.opened;
  expect(await before.ended).not.toBeNull();
  server.insert('Account', { Name: 'A' });
  const [response] = await after.first(1);
  expect(response?.events).toHaveLength(1);
  after.cancel();
});
