/**
 * Goal: nothing that is sent to the Pub/Sub API crashes the sandbox or hangs it, and no answer says that it failed.
 * Method: random messages to each rpc, bytes without sense and requests that are nearly right; then all still works.
 */
import { credentials, makeGenericClientConstructor, Metadata, status } from '@grpc/grpc-js';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import type { TestPubSub } from '../../../support/pubsub.ts';
import { fuzzLimit, fuzzTimeoutMs } from '../../../support/fuzz-limit.ts';

const RPCS = [
  'GetTopic',
  'GetSchema',
  'Publish',
  'Subscribe',
  'PublishStream',
  'ManagedSubscribe',
] as const;

const raw = (bytes: Buffer): Buffer => bytes;
const RawClient = makeGenericClientConstructor(
  Object.fromEntries(
    RPCS.map((rpc) => [
      rpc,
      {
        path: `/eventbus.v1.PubSub/${rpc}`,
        // The client may send any number of messages, to unary calls too.
        requestStream: true,
        responseStream: true,
        requestSerialize: raw,
        requestDeserialize: raw,
        responseSerialize: raw,
        responseDeserialize: raw,
      },
    ]),
  ),
  'PubSub',
);

let server: TestPubSub;
let bare: BareClient;
let client: InstanceType<typeof RawClient>;
const metadata = new Metadata();

beforeAll(async () => {
  server = await startTestPubSub();
  server.events.managed.create({ developerName: 'Sync', topicName: '/data/ChangeEvents' });
  server.insert('Account', { Name: 'Acme' });
  bare = new BareClient(server);
  client = new RawClient(`127.0.0.1:${server.plainPort}`, credentials.createInsecure());
  metadata.set('accesstoken', server.accessToken);
  metadata.set('instanceurl', 'https://127.0.0.1');
  metadata.set('tenantid', server.org.id);
});
afterAll(async () => {
  client.close();
  bare[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

/** The error of a call, or null where it was answered; it is given up at its first answer, and at the end. */
function send(rpc: string, messages: readonly Buffer[]): Promise<ServiceError | null> {
  const call = (client[rpc] as (metadata: Metadata) => ClientDuplexStream<Buffer, Buffer>).call(
    client,
    metadata,
  );
  return new Promise((resolve) => {
    call.on('data', () => call.cancel());
    call.on('error', (error: ServiceError) => resolve(error));
    call.on('end', () => resolve(null));
    for (const message of messages) call.write(message);
    call.end();
  });
}

const text = (value: string): Buffer => Buffer.from(value);
const varint = fc.oneof(
  fc.constantFrom([0], [1], [2], [100], [0xff, 0xff, 0xff, 0xff, 0x07]),
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 11 }),
);
const content = fc.oneof(
  fc.constantFrom('/data/ChangeEvents', '/event/Order_Event__e', 'Sync', '', '/data/').map(text),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
);
/** A field of a message, right or nearly: a number, or what has a length. */
const field = fc.oneof(
  fc
    .record({ tag: fc.integer({ min: 1, max: 6 }), value: varint })
    .map(({ tag, value }) => Buffer.from([(tag << 3) | 0, ...value])),
  fc
    .record({ tag: fc.integer({ min: 1, max: 6 }), value: content, off: fc.constantFrom(0, 0, 1) })
    .map(({ tag, value, off }) => Buffer.from([(tag << 3) | 2, value.length + off, ...value])),
);
const message = fc.oneof(
  fc.array(field, { maxLength: 5 }).map((fields) => Buffer.concat(fields)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

test(
  'random messages are refused or answered',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RPCS),
        fc.array(message, { minLength: 1, maxLength: 3 }),
        async (rpc, messages) => {
          const error = await send(rpc, messages);
          const codes = error?.metadata.get('error-code').map(String) ?? [];
          expect(codes).not.toContain('sfdc.platform.eventbus.grpc.subscription.internal.error');
          expect(error?.code).not.toBe(status.UNKNOWN);
        },
      ),
      fuzzLimit(500),
    );
    const stream = bare.subscribe({
      topic_name: '/data/ChangeEvents',
      num_requested: 1,
      replay_preset: 'EARLIEST',
    });
    expect((await stream.first(1))[0]?.events).toHaveLength(1);
    const managed = bare.managed({ developer_name: 'Sync', num_requested: 1 });
    await managed.opened;
    server.insert('Account', { Name: 'After' });
    expect((await managed.first(1))[0]?.events).toHaveLength(1);
  },
  fuzzTimeoutMs(60_000),
);
