/**
 * Goal: a subscription delivers every event once and in order whatever happens to its stream, and tells the truth about
 * itself.
 * Method: a Pub/Sub client whose streams the test holds in its hand, and a clock that only the test moves.
 */
import { describe, expect, test } from 'vitest';
import type { StreamListener } from '../../../../../connectors/salesforce/pubsub/client.ts';
import { PubSubError } from '../../../../../connectors/salesforce/pubsub/errors.ts';
import type { Start, WireEvent } from '../../../../../connectors/salesforce/pubsub/messages.ts';
import {
  ACCEPTS_WITHIN_S,
  Subscription,
  WATCHDOG_MS,
} from '../../../../../connectors/salesforce/pubsub/subscription.ts';
import type { Received } from '../../../../../connectors/salesforce/pubsub/subscription.ts';
import { ManualClock, turn } from '../../../../support/manual-clock.ts';

const BACKOFF_MS = 1000;

interface OpenStream {
  readonly start: Start;
  readonly listener: StreamListener;
  /** Events on order, as the server counts. */
  credit: number;
  cancelled: boolean;
}

/** A server that does what the test says. */
class Harness {
  readonly clock = new ManualClock();
  readonly streams: OpenStream[] = [];
  readonly subscription: Subscription;
  refresh: () => Promise<void> = () => Promise.resolve();
  isConnected = true;
  #next = 1;

  constructor(start: Start = { preset: 'LATEST' }, capacity = 500) {
    const isConnected = (): boolean => this.isConnected;
    this.subscription = new Subscription({
      client: {
        get isConnected() {
          return isConnected();
        },
        subscribe: (_topic, from, credit, listener) => {
          const stream: OpenStream = { start: from, listener, credit, cancelled: false };
          this.streams.push(stream);
          return {
            request: (more) => {
              stream.credit += more;
            },
            cancel: () => {
              stream.cancelled = true;
            },
          };
        },
      },
      topic: '/data/AccountChangeEvent',
      start,
      clock: this.clock,
      capacity,
      backoff: () => BACKOFF_MS,
      refresh: () => this.refresh(),
      changed: () => undefined,
    });
  }

  get stream(): OpenStream {
    const last = this.streams.at(-1);
    if (last === undefined) throw new Error('no stream was opened');
    return last;
  }

  send(count: number): void {
    const events = Array.from({ length: count }, (): WireEvent => {
      const replayId = replayIdOf(this.#next++);
      return { id: '', schemaId: 's', payload: Buffer.alloc(0), replayId };
    });
    this.stream.credit -= count;
    this.stream.listener.message({
      events,
      latestReplayId: replayIdOf(this.#next - 1),
      pending: this.stream.credit,
    });
  }

  keepalive(): void {
    const latestReplayId = replayIdOf(this.#next - 1);
    this.stream.listener.message({ events: [], latestReplayId, pending: this.stream.credit });
  }

  fail(errorClass: PubSubError['class']): void {
    this.stream.listener.ended(new PubSubError(errorClass, 'code', `it is ${errorClass}`));
  }

  take(max = 1000): readonly number[] {
    const taken = this.subscription.peek(max);
    this.subscription.advance(taken.length);
    return taken.map(numberOf);
  }
}

function replayIdOf(sequence: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64BE(BigInt(sequence));
  return bytes;
}

const numberOf = ({ replayId }: Received): number => Number(replayId.readBigUInt64BE());

describe('a stream that breaks', () => {
  test('is reopened after its last event, and nothing is delivered twice or left out (Invariant 3)', async () => {
    const server = new Harness();
    server.send(3);
    expect(server.take(2)).toEqual([1, 2]);
    server.fail('retriable');
    expect(server.subscription.reason).toBe('it is retriable');
    await server.clock.advance(BACKOFF_MS);
    expect(server.streams).toHaveLength(2);
    expect(server.stream.start).toEqual({ preset: 'CUSTOM', replayId: replayIdOf(3) });
    server.send(2);
    expect(server.take()).toEqual([3, 4, 5]);
    expect(server.subscription.reason).toBeUndefined();
  });

  test('before it had a position is reopened from the start, never at a later LATEST (Invariant 4)', async () => {
    const server = new Harness({ preset: 'LATEST' });
    server.subscription.reopenFrom({ preset: 'EARLIEST' });
    server.fail('retriable');
    await server.clock.advance(BACKOFF_MS);
    expect(server.streams.map(({ start }) => start.preset)).toEqual(['LATEST', 'EARLIEST']);
  });

  test('is not heard any more once another took its place', async () => {
    const server = new Harness();
    const { listener } = server.stream;
    server.fail('retriable');
    await server.clock.advance(BACKOFF_MS);
    listener.message({ events: [], latestReplayId: replayIdOf(99), pending: 1 });
    expect(server.take()).toEqual([]);
  });

  test('without a usable position ends the subscription: no preset is tried (Invariant 4)', async () => {
    const server = new Harness({ preset: 'CUSTOM', replayId: replayIdOf(1) });
    server.fail('position-lost');
    await server.clock.advance(WATCHDOG_MS);
    expect(server.streams).toHaveLength(1);
    expect(server.subscription.failure?.class).toBe('position-lost');
  });
});

describe('a stream is accepted', () => {
  async function isAccepted({ subscription }: Harness): Promise<boolean> {
    let accepted = false;
    subscription.accepted.then(
      () => (accepted = true),
      () => undefined,
    );
    await turn();
    return accepted;
  }

  test.each([
    ['headers', (server: Harness) => server.stream.listener.accepted?.()],
    ['first message', (server: Harness) => server.keepalive()],
  ])('with the server’s %s', async (_what, happens) => {
    const server = new Harness();
    expect(await isAccepted(server)).toBe(false);
    happens(server);
    expect(await isAccepted(server)).toBe(true);
  });

  test('when a connected server has not refused it for some seconds, and not before', async () => {
    const server = new Harness();
    server.isConnected = false;
    await server.clock.advance(60_000);
    server.isConnected = true;
    await server.clock.advance(ACCEPTS_WITHIN_S * 1_000 - 1);
    expect(await isAccepted(server)).toBe(false);
    await server.clock.advance(1);
    expect(await isAccepted(server)).toBe(true);
  });

  test('not while it is refused; for good, it rejects with the failure', async () => {
    const server = new Harness();
    server.fail('retriable');
    await server.clock.advance(BACKOFF_MS - 1);
    expect(await isAccepted(server)).toBe(false);
    await server.clock.advance(1);
    server.fail('fatal');
    await expect(server.subscription.accepted).rejects.toBe(server.subscription.failure);
  });

  test('and a quiet channel is well again without a message (Invariant 10)', async () => {
    const server = new Harness();
    server.fail('retriable');
    await server.clock.advance(BACKOFF_MS);
    expect(server.subscription.reason).toBe('it is retriable');
    server.stream.listener.accepted?.();
    expect(server.subscription.reason).toBeUndefined();
  });
});

describe('back-pressure', () => {
  test('a buffer that nobody empties fills once and asks for no more (Invariant 8)', () => {
    const server = new Harness({ preset: 'LATEST' }, 150);
    server.send(100);
    expect(server.stream.credit).toBe(50);
    server.send(50);
    expect(server.stream.credit).toBe(0);
    expect(server.take(60)).toHaveLength(60);
    expect(server.stream.credit).toBe(60);
    expect(server.take()).toHaveLength(90);
    expect(server.stream.credit).toBe(100);
  });

  test('a close for want of credit waits for room, then goes on from the position, in silence (Invariant 10)', () => {
    const server = new Harness({ preset: 'LATEST' }, 10);
    server.send(10);
    server.stream.listener.ended(undefined);
    expect(server.streams).toHaveLength(1);
    expect(server.subscription.reason).toBeUndefined();
    expect(server.take()).toHaveLength(10);
    expect(server.stream.start).toEqual({ preset: 'CUSTOM', replayId: replayIdOf(10) });
  });
});

describe('silence', () => {
  test('longer than a keepalive’s interval with credit outstanding is a dead peer (Invariant 10)', async () => {
    const server = new Harness();
    server.send(1);
    await server.clock.advance(WATCHDOG_MS - 1);
    expect(server.subscription.reason).toBeUndefined();
    await server.clock.advance(1);
    expect(server.subscription.reason).toMatch(/sent nothing/);
    expect(server.streams[0]?.cancelled).toBe(true);
    await server.clock.advance(BACKOFF_MS);
    expect(server.streams).toHaveLength(2);
  });

  test('with a keepalive each 270 s is a quiet channel, never flagged (Invariant 10)', async () => {
    const server = new Harness();
    for (let hours = 0; hours < 13; hours += 1) {
      await server.clock.advance(270_000);
      server.keepalive();
    }
    expect(server.streams).toHaveLength(1);
    expect(server.subscription.reason).toBeUndefined();
  });
});

describe('keepalives', () => {
  test('are positions after what came before; of several the newest counts', () => {
    const server = new Harness();
    server.send(2);
    server.keepalive();
    server.keepalive();
    const received = server.subscription.peek(10);
    expect(received).toHaveLength(3);
    expect(received.at(-1)).toMatchObject({ keepalive: true, replayId: replayIdOf(2) });
  });
});

describe('an expired session', () => {
  test('is renewed once and the stream goes on from its position', async () => {
    const server = new Harness();
    server.send(4);
    server.fail('auth');
    await turn();
    expect(server.stream.start).toEqual({ preset: 'CUSTOM', replayId: replayIdOf(4) });
    server.send(1);
    expect(server.take()).toEqual([1, 2, 3, 4, 5]);
  });

  test('that cannot be renewed ends the subscription with the login’s own error', async () => {
    const server = new Harness();
    server.refresh = () => Promise.reject(new Error('user is inactive'));
    server.fail('auth');
    await turn();
    expect(server.subscription.failure).toMatchObject({
      class: 'auth',
      message: 'user is inactive',
    });
  });
});

test('disposed, it cancels its stream and hears nothing more', async () => {
  const server = new Harness();
  server.subscription[Symbol.dispose]();
  expect(server.stream.cancelled).toBe(true);
  await server.clock.advance(2 * WATCHDOG_MS);
  expect(server.streams).toHaveLength(1);
  expect(server.clock.pending).toBe(0);
});
