/**
 * Goal: a connection that swallows everything is noticed within 30 s, and one that is cut at once (Invariant 10); nothing is
 * delivered twice or left out over it (Invariant 3).
 * Method: the Pub/Sub client behind a TCP relay that the test makes deaf or cuts. Real time: it is HTTP/2's pings that count.
 */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { PubSubClient } from '../../../connectors/salesforce/pubsub/client.ts';
import { Subscription } from '../../../connectors/salesforce/pubsub/subscription.ts';
import { systemClock } from '../../../src/sdk/index.ts';
import { startTestPubSub } from '../../support/pubsub.ts';
import type { TestPubSub } from '../../support/pubsub.ts';

/** Forwards both ways, until told otherwise. */
class Relay implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server;
  #deaf = false;

  constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes) => {
          if (!this.#deaf) to.write(bytes);
        });
        from.on('error', () => undefined);
        from.on('close', () => to.destroy());
      }
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** What is sent from now on is lost, and nobody is told. */
  goDeaf(): void {
    this.#deaf = true;
  }

  hearAgain(): void {
    this.#deaf = false;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Rig {
  readonly server: TestPubSub;
  readonly relay: Relay;
  readonly subscription: Subscription;
  /** Replay ids of the events received so far. */
  readonly received: string[];
  readonly keepalives: () => number;
}

async function rig(cleanup: AsyncDisposableStack): Promise<Rig> {
  const server = cleanup.use(await startTestPubSub({ settings: { keepaliveMs: 200 } }));
  const relay = cleanup.use(new Relay(server.plainPort));
  const port = await relay.listen();
  const client = cleanup.use(
    new PubSubClient({
      endpoint: `http://127.0.0.1:${port}`,
      clock: systemClock,
      identity: () => ({
        accessToken: server.accessToken,
        instanceUrl: 'https://127.0.0.1',
        orgId: server.org.id,
      }),
    }),
  );
  const received: string[] = [];
  let keepalives = 0;
  const drain = (): void => {
    const items = subscription?.peek(1000) ?? [];
    for (const item of items) {
      if ('keepalive' in item) keepalives += 1;
      else received.push(item.replayId.toString('base64'));
    }
    if (items.length > 0) subscription?.advance(items.length);
  };
  let subscription: Subscription | undefined = undefined;
  subscription = new Subscription({
    client,
    topic: '/data/AccountChangeEvent',
    start: { preset: 'LATEST' },
    clock: systemClock,
    capacity: 500,
    backoff: () => 200,
    refresh: () => Promise.resolve(),
    changed: drain,
  });
  cleanup.use(subscription);
  await vi.waitFor(() => expect(keepalives).toBeGreaterThan(0), 10_000);
  return { server, relay, subscription, received, keepalives: () => keepalives };
}

test('a connection that swallows everything is told within 30 s, and its events come over the next', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, relay, subscription, received } = await rig(cleanup);
  server.insert('Account', { Name: 'Before' });
  await vi.waitFor(() => expect(received).toHaveLength(1), 10_000);
  relay.goDeaf();
  const since = systemClock.monotonic();
  server.insert('Account', { Name: 'Meanwhile' });
  await vi.waitFor(() => expect(subscription.reason).toBeDefined(), {
    timeout: 30_000,
    interval: 100,
  });
  expect(systemClock.monotonic() - since).toBeLessThan(30_000);
  relay.hearAgain();
  relay.cut();
  await vi.waitFor(() => expect(subscription.reason).toBeUndefined(), 30_000);
  await vi.waitFor(() => expect(received).toHaveLength(2), 10_000);
  server.insert('Account', { Name: 'After' });
  await vi.waitFor(() => expect(received).toHaveLength(3), 10_000);
  expect(new Set(received).size).toBe(3);
}, 90_000);

test('a connection that is cut is opened again, and what happened meanwhile is delivered once', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, relay, received } = await rig(cleanup);
  for (let round = 1; round <= 5; round += 1) {
    server.insert('Account', { Name: `Round ${round}` });
    relay.cut();
    server.insert('Account', { Name: `Round ${round}, cut` });
    await vi.waitFor(() => expect(received).toHaveLength(2 * round), 20_000);
  }
  expect(new Set(received).size).toBe(10);
}, 90_000);
