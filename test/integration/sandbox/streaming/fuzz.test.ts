/**
 * Goal: nothing that is sent to `/cometd` crashes the sandbox, hangs it, or makes it answer 500.
 * Method: random bodies and messages, half of them nearly right; then everything still works.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BareBayeux, startTestStreaming } from '../../../support/streaming.ts';
import type { TestStreaming } from '../../../support/streaming.ts';
import { fuzzLimit, fuzzTimeoutMs } from '../../../support/fuzz-limit.ts';

let server: TestStreaming;
let client: BareBayeux;

beforeAll(async () => {
  server = await startTestStreaming({ settings: { timeoutMs: 20 } });
  server.insert('Account', { Name: 'Acme' });
  server.insert('PushTopic', {
    Name: 'Topic',
    Query: 'SELECT Id, Name FROM Account',
    ApiVersion: 67,
  });
  client = new BareBayeux(server);
  await client.handshake();
});
afterAll(() => server[Symbol.asyncDispose]());

const channel = fc.oneof(
  fc.constantFrom('/meta/handshake', '/meta/connect', '/meta/subscribe', '/meta/unsubscribe'),
  fc.constantFrom('/meta/disconnect', '/data/ChangeEvents', '/event/Order_Event__e', '/', ''),
  fc.webPath(),
  fc.jsonValue({ maxDepth: 1 }),
);
const subscription = fc.oneof(
  fc.constantFrom('/data/ChangeEvents', '/topic/Topic', "/topic/Topic?Name='Acme'", '/u/none'),
  fc.constantFrom('/topic/Topic?', '/topic/Topic?&=', '/topic/', '/data/__proto__', '/event/..'),
  fc.array(fc.constantFrom('/data/ChangeEvents', '/topic/Topic', '/none'), { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 1 }),
);
const replay = fc.oneof(
  fc.dictionary(
    fc.constantFrom('/data/ChangeEvents', '/topic/Topic', '__proto__'),
    fc.oneof(fc.constantFrom(-2, -1), fc.double(), fc.jsonValue()),
  ),
  fc.jsonValue({ maxDepth: 1 }),
);
const message = fc.record(
  {
    channel,
    clientId: fc.constantFrom('ours', 'ours', 'none', 7, null),
    id: fc.jsonValue({ maxDepth: 1 }),
    connectionType: fc.constantFrom('long-polling', 'long-polling', 'websocket', null, {}),
    advice: fc.oneof(fc.record({ timeout: fc.constantFrom(0, -1, 1e308, 'x') }), fc.jsonValue()),
    supportedConnectionTypes: fc.oneof(fc.constant(['long-polling']), fc.jsonValue()),
    subscription,
    ext: fc.oneof(fc.record({ replay }), fc.jsonValue({ maxDepth: 1 })),
    data: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['channel'] },
);

const named = (each: Readonly<Record<string, unknown>>): object =>
  each['clientId'] === 'ours' ? { ...each, clientId: client.clientId } : each;

test(
  'random messages are answered, each that has a meta channel once',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), async (messages) => {
        const response = await client.post(JSON.stringify(messages.map(named)));
        expect([200, 408]).toContain(response.status);
        const replies = (await response.json()) as { successful?: boolean; data?: unknown }[];
        const own = replies.filter((reply) => reply.data === undefined);
        if (response.status === 200) expect(own).toHaveLength(messages.length);
        if (messages.some((each) => each.channel === '/meta/disconnect')) await client.handshake();
      }),
      fuzzLimit(300),
    );
  },
  fuzzTimeoutMs(60_000),
);

test(
  'random bodies are refused, or answered',
  async () => {
    const body = fc.oneof(
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((text) => new TextEncoder().encode(`[{"channel":"/meta/${text}"}]`)),
    );
    const type = fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'x/y',
      '',
    );
    const encoding = fc.constantFrom('identity', 'gzip');
    await fc.assert(
      fc.asyncProperty(body, type, encoding, async (bytes, contentType, contentEncoding) => {
        const stranger = new BareBayeux(server);
        stranger.headers['Content-Type'] = contentType;
        stranger.headers['Content-Encoding'] = contentEncoding;
        const response = await stranger.post(new Uint8Array(bytes));
        await response.arrayBuffer();
        expect([200, 400, 413, 415]).toContain(response.status);
      }),
      fuzzLimit(200),
    );
  },
  fuzzTimeoutMs(60_000),
);

test('afterwards a client is served as ever', async () => {
  const after = new BareBayeux(server);
  await after.handshake();
  await after.subscribe('/data/AccountChangeEvent', -2);
  expect(await after.drain()).toHaveLength(1);
});
