/**
 * Goal: a connection that is accepted and never answered is given up and made anew (Invariant 10); gRPC would wait for it
 * without end, and each new stream with it.
 * Method: the sandbox holds one connection; the client's own timers are the test's, HTTP/2 is real.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PubSubClient } from '../../../connectors/salesforce/pubsub/client.ts';
import type { ClientOptions } from '../../../connectors/salesforce/pubsub/client.ts';
import type { PubSubError } from '../../../connectors/salesforce/pubsub/errors.ts';
import { systemClock } from '../../../src/sdk/index.ts';
import { eventually } from '../../support/eventually.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startTestPubSub } from '../../support/pubsub.ts';
import type { TestPubSub } from '../../support/pubsub.ts';

const TOPIC = '/data/AccountChangeEvent';

let server: TestPubSub;
beforeEach(async () => {
  server = await startTestPubSub();
  server.faults.board.set('pubsub.halfOpen', [{ count: 1 }]);
});
afterEach(() => server[Symbol.asyncDispose]());

function clientWith(clock: ClientOptions['clock']): PubSubClient {
  return new PubSubClient({
    endpoint: `http://127.0.0.1:${server.plainPort}`,
    clock,
    identity: () => ({
      accessToken: server.accessToken,
      instanceUrl: 'https://127.0.0.1',
      orgId: server.org.id,
    }),
  });
}

const held = (): Promise<number> =>
  eventually(
    () => server.faults.board.left('pubsub.halfOpen'),
    (left) => left === 0,
  );

test('a stream ends after 20 s, and the next one has another connection', async () => {
  const clock = new ManualClock();
  using client = clientWith(clock);
  let ended: PubSubError | undefined;
  client.subscribe(TOPIC, { preset: 'LATEST' }, 10, {
    message: () => undefined,
    ended: (error) => (ended = error),
  });
  await held();
  await clock.advance(19_999);
  expect(ended).toBeUndefined();
  await clock.advance(1);
  expect(ended).toMatchObject({ class: 'retriable', code: 'UNAVAILABLE' });

  await new Promise<void>((resolve, reject) => {
    const stream = client.subscribe(TOPIC, { preset: 'LATEST' }, 10, {
      accepted: () => {
        stream.cancel();
        resolve();
      },
      message: () => undefined,
      ended: (error) => reject(error ?? new Error('ended')),
    });
  });
  expect(clock.pending).toBe(0);
});

test('a call ends by its deadline, and the next one has another connection', async () => {
  // Deadlines are 30 s from now on: one second of it is left.
  using client = clientWith({ ...systemClock, now: () => systemClock.now() - 29_000 });
  const call = client.getTopic(TOPIC);
  await held();
  await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect((await client.getTopic(TOPIC)).canSubscribe).toBe(true);
});
