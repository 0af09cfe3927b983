/**
 * Goal: connects are held, and clients forgotten, by Salesforce's times; nobody waits for nothing or loses events.
 * Method: the service without HTTP, on a clock that the test moves.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { Clients } from '../../../../sandbox/salesforce/streaming/clients.ts';
import { GenericChannels } from '../../../../sandbox/salesforce/streaming/generic-channels.ts';
import { Notifications } from '../../../../sandbox/salesforce/streaming/notifications.ts';
import { PushTopics } from '../../../../sandbox/salesforce/streaming/push-topics.ts';
import { StreamingService } from '../../../../sandbox/salesforce/streaming/service.ts';
import {
  DEFAULT_STREAMING_SETTINGS,
  noStreamingFaults,
} from '../../../../sandbox/salesforce/streaming/settings.ts';
import type { StreamingSettings } from '../../../../sandbox/salesforce/streaming/settings.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import type { Message } from '../../../support/streaming.ts';

let clock: ManualClock;
let org: SandboxOrg;
let events: EventBus;
let service: StreamingService;
let token: string;
let pending: boolean;

function start(changed: Partial<StreamingSettings> = {}): void {
  clock = new ManualClock();
  org = createOrg({ seed: 1 });
  events = createEventBus({ org, selection: { has: () => true }, random: org.random });
  const settings = { ...DEFAULT_STREAMING_SETTINGS, ...changed };
  const clients = new Clients(settings, clock);
  const notifications = new Notifications(org, org.random, settings);
  const topics = new PushTopics(org, notifications, settings.maxPushTopics);
  const online = (channel: string): readonly string[] => clients.usersOf(channel);
  const generic = new GenericChannels(org, notifications, online, settings.maxGenericChannels);
  const sources = { events, notifications, topics, generic };
  const faults = noStreamingFaults();
  service = new StreamingService({ org, sources, clients, settings, faults });
  token = org.openSession(org.admin.id).accessToken;
}

interface Answer {
  readonly status: number;
  readonly messages: readonly Message[];
}

async function send(message: object, signal = new AbortController().signal): Promise<Answer> {
  const caller = { token, refused: undefined, lacksCookie: undefined, signal };
  const answer = await service.answer({ messages: [{ id: '1', ...message }], ...caller });
  return { ...answer, messages: answer.messages.map((text) => JSON.parse(text) as Message) };
}

async function shakeHands(): Promise<string> {
  const { messages } = await send({ channel: '/meta/handshake' });
  return messages[0]?.clientId ?? '';
}

/** A client whose first connect is over. */
async function handshake(): Promise<string> {
  const clientId = await shakeHands();
  await connect(clientId);
  return clientId;
}

function subscribe(clientId: string, subscription: string, replay?: number): Promise<Answer> {
  const ext = replay === undefined ? {} : { ext: { replay: { [subscription]: replay } } };
  return send({ channel: '/meta/subscribe', clientId, subscription, ...ext });
}

function connect(clientId: string, timeout?: number, signal?: AbortSignal): Promise<Answer> {
  const advice = timeout === undefined ? {} : { advice: { timeout } };
  const message = { channel: '/meta/connect', connectionType: 'long-polling', clientId, ...advice };
  const answer = send(message, signal);
  pending = true;
  void answer.finally(() => (pending = false));
  return answer;
}

function insert(name: string): void {
  const values = { Name: name };
  org.write(
    { userId: org.admin.id, origin: '' },
    [{ op: 'insert', entity: 'Account', values }],
    true,
  );
}

const ACCOUNTS = '/data/AccountChangeEvent';
const names = ({ messages }: Answer): unknown[] =>
  messages.flatMap((message) => message.data?.payload?.['Name'] ?? []);

beforeEach(() => start());
afterEach(() => {
  service[Symbol.dispose]();
  events.close();
});

describe('a connect', () => {
  test('is answered at once where it is the first', async () => {
    const [reply] = (await connect(await shakeHands())).messages;
    expect(reply).toMatchObject({
      successful: true,
      advice: { reconnect: 'retry', interval: 0, timeout: 110_000 },
    });
  });

  test('is held for 110 seconds', async () => {
    const answer = connect(await handshake());
    await clock.advance(109_999);
    expect(pending).toBe(true);
    await clock.advance(1);
    expect((await answer).messages).toMatchObject([{ channel: '/meta/connect', successful: true }]);
  });

  test('is held as long as its own advice says, but not longer than 110 seconds', async () => {
    const clientId = await handshake();
    const short = connect(clientId, 500);
    await clock.advance(500);
    await short;
    const long = connect(clientId, 1e9);
    await clock.advance(110_000);
    expect((await long).messages).toHaveLength(1);
  });

  test('ends with the first event, and what comes meanwhile is in the next', async () => {
    const clientId = await handshake();
    await subscribe(clientId, ACCOUNTS);
    const answer = connect(clientId);
    insert('one');
    expect(names(await answer)).toEqual(['one']);
    insert('two');
    insert('three');
    expect(names(await connect(clientId))).toEqual(['two', 'three']);
  });

  test('is woken by a subscription with something to replay, not by one without', async () => {
    const clientId = await handshake();
    insert('one');
    const answer = connect(clientId);
    await subscribe(clientId, '/data/ContactChangeEvent', -2);
    await clock.advance(1000);
    expect(pending).toBe(true);
    await subscribe(clientId, ACCOUNTS, -2);
    expect(names(await answer)).toEqual(['one']);
  });

  test('gives way to a newer one of the same client', async () => {
    const clientId = await handshake();
    await subscribe(clientId, ACCOUNTS);
    const first = connect(clientId);
    const second = connect(clientId);
    expect(await first).toMatchObject({ status: 408, messages: [] });
    insert('one');
    expect(names(await second)).toEqual(['one']);
  });

  test('whose caller hung up leaves its events to the next', async () => {
    const clientId = await handshake();
    await subscribe(clientId, ACCOUNTS);
    const hangUp = new AbortController();
    const first = connect(clientId, undefined, hangUp.signal);
    hangUp.abort();
    insert('one');
    expect(names(await first)).toEqual([]);
    expect(names(await connect(clientId))).toEqual(['one']);
  });

  test('is answered when its session is revoked', async () => {
    const answer = connect(await handshake());
    org.endSessions({});
    await clock.advance(DEFAULT_STREAMING_SETTINGS.sessionCheckMs);
    expect((await answer).messages).toMatchObject([
      { error: '401::Authentication invalid', advice: { reconnect: 'none', interval: 0 } },
    ]);
  });

  test('is answered by a disconnect', async () => {
    const clientId = await handshake();
    const answer = connect(clientId);
    await send({ channel: '/meta/disconnect', clientId });
    expect((await answer).messages).toMatchObject([{ advice: { reconnect: 'none' } }]);
  });
});

describe('a session that expires', () => {
  test.each([
    [false, true],
    [true, false],
  ])('with expiryEndsClients %s', async (expiryEndsClients, successful) => {
    start({ expiryEndsClients });
    const clientId = await handshake();
    org.clock.advance(3 * 3600 * 1000);
    expect((await connect(clientId, 0)).messages).toMatchObject([{ successful }]);
  });
});

describe('a client', () => {
  const unknown = { error: '403::Unknown client', advice: { reconnect: 'handshake', interval: 0 } };

  test('that does not connect within 40 seconds of its handshake is forgotten', async () => {
    const clientId = await shakeHands();
    await clock.advance(40_000);
    expect((await connect(clientId, 0)).messages).toMatchObject([unknown]);
  });

  test('that does not come back within 40 seconds of an answer is forgotten', async () => {
    const clientId = await handshake();
    for (let i = 0; i < 3; i++) {
      await clock.advance(39_999);
      expect((await connect(clientId, 0)).messages).toMatchObject([{ successful: true }]);
    }
    await clock.advance(40_000);
    expect((await connect(clientId, 0)).messages).toMatchObject([unknown]);
  });

  test('is not forgotten while its connect is held, whatever else it sends', async () => {
    const clientId = await handshake();
    const first = connect(clientId);
    const second = connect(clientId);
    await first;
    await send({ channel: '/meta/connect', connectionType: 'websocket', clientId });
    await clock.advance(110_000);
    expect((await second).messages).toMatchObject([{ advice: { reconnect: 'retry' } }]);
  });

  test('over the limit is refused, until another has gone', async () => {
    start({ maxClients: 2 });
    const first = await handshake();
    await handshake();
    expect((await send({ channel: '/meta/handshake' })).messages).toMatchObject([
      { ext: { sfdc: { failureReason: '403::Organization concurrent user limit exceeded' } } },
    ]);
    await send({ channel: '/meta/disconnect', clientId: first });
    expect(await handshake()).not.toBe('');
  });

  test('has a bounded number of subscriptions', async () => {
    start({ maxSubscriptionsPerClient: 2 });
    const clientId = await handshake();
    await subscribe(clientId, ACCOUNTS);
    await subscribe(clientId, '/data/ContactChangeEvent');
    const more = await subscribe(clientId, '/data/ChangeEvents');
    expect(more.messages).toMatchObject([
      { error: '403::Subscription limit exceeded for this topic', successful: false },
    ]);
    expect((await subscribe(clientId, ACCOUNTS, -2)).messages).toMatchObject([
      { successful: true },
    ]);
  });

  test('that reads slowly gets bounded answers, and everything in the end', async () => {
    start({ maxResponseBytes: 2000 });
    const clientId = await handshake();
    await subscribe(clientId, ACCOUNTS);
    const all = Array.from({ length: 50 }, (_, i) => `number ${i}`);
    all.forEach(insert);
    const got: unknown[] = [];
    while (got.length < all.length) {
      const answer = await connect(clientId, 0);
      const some = names(answer);
      expect(some.length).toBeGreaterThan(0);
      expect(JSON.stringify(answer.messages).length).toBeLessThan(4000);
      got.push(...some);
    }
    expect(got).toEqual(all);
  });
});

test('a closed service answers what it held', async () => {
  const answer = connect(await handshake());
  service[Symbol.dispose]();
  expect((await answer).messages).toMatchObject([{ advice: { reconnect: 'none' } }]);
  expect(clock.pending).toBe(0);
});
