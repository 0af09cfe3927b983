/**
 * Goal: events are late, double, out of order, and run out where Salesforce's may; positions get lost.
 * Method: a whole sandbox; events are published by REST and read over the Pub/Sub API.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BareClient } from '../../../support/pubsub.ts';
import type { BareStream, FetchResponse } from '../../../support/pubsub.ts';
import { FaultySandbox } from './support.ts';

const ORDERS = '/event/Order_Event__e';
const ACCOUNTS = '/data/AccountChangeEvent';

let faulty: FaultySandbox;
let client: BareClient;
beforeAll(async () => {
  faulty = await FaultySandbox.start();
});
beforeEach(() => {
  const { pubsubPlain, orgId, org } = faulty.sandbox;
  const { accessToken } = org.openSession(org.users()[0]?.id ?? '');
  const plainPort = Number(pubsubPlain.split(':')[1]);
  client = BareClient.of({ plainPort, accessToken, orgId });
});
afterEach(async () => {
  client[Symbol.dispose]();
  await faulty.clear();
});
afterAll(() => faulty[Symbol.asyncDispose]());

const publish = (id: string): Promise<{ status: number; text: string }> =>
  faulty.rest('POST', '/sobjects/Order_Event__e', { Order_Id__c: id, Units__c: 1 });

async function subscribe(topic: string, more: object = {}): Promise<BareStream<FetchResponse>> {
  const stream = client.subscribe({ topic_name: topic, num_requested: 100, ...more });
  await stream.opened;
  return stream;
}

/** Once there are so many. */
async function eventsOf(
  stream: BareStream<FetchResponse>,
  count: number,
): Promise<FetchResponse['events']> {
  const all = (): FetchResponse['events'] => stream.received.flatMap(({ events }) => events);
  await expect.poll(() => all().length, { timeout: 5000 }).toBe(count);
  return all();
}

test('a platform event comes twice: one id, two replay ids', async () => {
  const stream = await subscribe(ORDERS);
  await faulty.set({ events: { duplicate: 1 } });
  await publish('1');
  await publish('2');
  const events = await eventsOf(stream, 3);
  expect(new Set(events.map(({ event }) => event.id)).size).toBe(2);
  expect(events[0]?.event.id).toBe(events[1]?.event.id);
  expect(new Set(events.map(({ replay_id: id }) => id.toString('hex'))).size).toBe(3);
  stream.cancel();
});

test('an event lets the next one go first', async () => {
  const stream = await subscribe(ORDERS);
  await faulty.set({ events: { reorder: { count: 1, holdMs: 60_000 } } });
  for (const id of ['first', 'second']) await publish(id);
  const payloads = (await eventsOf(stream, 2)).map(({ event }) => event.payload.toString('latin1'));
  expect(payloads[0]).toContain('second');
  expect(payloads[1]).toContain('first');
  stream.cancel();
});

test('change events are late and keep their order', async () => {
  const stream = await subscribe(ACCOUNTS);
  await faulty.set({ events: { delay: { ms: 300, jitterMs: 100 } } });
  const start = performance.now();
  for (const name of ['One', 'Two', 'Three']) faulty.addAccount(name);
  const events = await eventsOf(stream, 3);
  expect(performance.now() - start).toBeGreaterThan(290);
  for (const [i, name] of ['One', 'Two', 'Three'].entries()) {
    expect(events[i]?.event.payload.toString('latin1')).toContain(name);
  }
  stream.cancel();
});

describe('an allocation', () => {
  test('of deliveries ends streams, and is told by /limits', async () => {
    const stream = await subscribe(ACCOUNTS);
    await faulty.set({ events: { deliveryAllocation: { remaining: 2 } } });
    for (const name of ['One', 'Two', 'Three']) faulty.addAccount(name);
    expect((await stream.ended)?.metadata.get('error-code')).toEqual([
      'sfdc.platform.eventbus.grpc.subscription.limit.exceeded',
    ]);
    expect(stream.received.flatMap(({ events }) => events)).toHaveLength(2);
    expect(JSON.parse((await faulty.rest('GET', '/limits')).text)).toMatchObject({
      DailyDeliveredPlatformEvents: { Max: 50_000, Remaining: 0 },
    });
    const refused = client.subscribe({ topic_name: ACCOUNTS, num_requested: 1 });
    expect((await refused.ended)?.code).toBe(8);
  });

  test('of publications refuses events', async () => {
    await faulty.set({ events: { publishAllocation: { remaining: 1 } } });
    expect((await publish('1')).status).toBe(201);
    const refused = await publish('2');
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('LIMIT_EXCEEDED'),
    ]);
    expect(JSON.parse((await faulty.rest('GET', '/limits')).text)).toMatchObject({
      HourlyPublishedPlatformEvents: { Max: 250_000, Remaining: 0 },
    });
    const { schema_id: schemaId } = await client.call<{ schema_id: string }>('GetTopic', {
      topic_name: ORDERS,
    });
    const answer = await client.call<{ results: { error: { code: string } | null }[] }>('Publish', {
      topic_name: ORDERS,
      events: [{ id: '', schema_id: schemaId, payload: Buffer.alloc(0) }],
    });
    expect(answer.results[0]?.error).not.toBeNull();
  });
});

test.each(['expire', 'migrate'])('positions of before are refused: %s', async (fault) => {
  faulty.addAccount('Before');
  const stream = await subscribe(ACCOUNTS, { replay_preset: 'EARLIEST' });
  const [response] = await stream.first(1);
  stream.cancel();
  await faulty.set({ events: { [fault]: true } });
  faulty.addAccount('After');
  const refused = client.subscribe({
    topic_name: ACCOUNTS,
    num_requested: 1,
    replay_preset: 'CUSTOM',
    replay_id: response?.latest_replay_id,
  });
  expect((await refused.ended)?.metadata.get('error-code')).toEqual([
    'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted',
  ]);
  const earliest = await subscribe(ACCOUNTS, { replay_preset: 'EARLIEST' });
  const [kept] = await eventsOf(earliest, 1);
  expect(kept?.event.payload.toString('latin1')).toContain('After');
  earliest.cancel();
});

describe('the org', () => {
  test('takes another release: a version more, schemas of other ids and the same fields', async () => {
    const stream = await subscribe(ACCOUNTS);
    faulty.addAccount('Before');
    await eventsOf(stream, 1);
    const versions = async (): Promise<string[]> =>
      (JSON.parse((await faulty.call('GET', '/services/data')).text) as { version: string }[]).map(
        ({ version }) => version,
      );
    const before = await versions();
    expect((await faulty.call('GET', '/services/data/v68.0/limits')).status).toBe(404);
    await faulty.set({ org: { release: true } });
    expect(await versions()).toEqual([...before, '68.0']);
    expect((await faulty.call('GET', '/services/data/v68.0/limits')).status).toBe(200);
    faulty.addAccount('After');
    const [first, second] = (await eventsOf(stream, 2)).map(({ event }) => event.schema_id);
    expect(second).not.toBe(first);
    const schemas = await Promise.all(
      [first, second].map((id) =>
        client.call<{ schema_json: string; schema_id: string }>('GetSchema', { schema_id: id }),
      ),
    );
    expect(schemas.map(({ schema_id: id }) => id)).toEqual([first, second]);
    expect(schemas[1]?.schema_json).toBe(schemas[0]?.schema_json);
    stream.cancel();
  });

  test('is refreshed: another id, and no session of before', async () => {
    const { org, orgId } = faulty.sandbox;
    const { accessToken } = org.openSession(org.users()[0]?.id ?? '');
    await faulty.set({ org: { refresh: true } });
    expect(org.id).not.toBe(orgId);
    expect(org.session(accessToken)).toBeUndefined();
    await expect(faulty.set({ org: { refresh: { id: 'x' } } })).rejects.toThrow('00D');
  });
});

test('CometD: what is left of the allocation is delivered, then connects are refused', async () => {
  const { http, org } = faulty.sandbox;
  const { accessToken } = org.openSession(org.users()[0]?.id ?? '');
  const send = async (message: object): Promise<readonly Record<string, unknown>[]> => {
    const answer = await fetch(`${http}/cometd/60.0`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify([message]),
    });
    return (await answer.json()) as readonly Record<string, unknown>[];
  };
  const handshake = { supportedConnectionTypes: ['long-polling'], version: '1.0' };
  const [opened] = await send({ channel: '/meta/handshake', ...handshake });
  const clientId = opened?.['clientId'];
  await send({ channel: '/meta/subscribe', clientId, subscription: ACCOUNTS });
  await faulty.set({ events: { deliveryAllocation: { remaining: 1 } } });
  faulty.addAccount('Last');
  const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling' };
  const delivered = await send(connect);
  expect(delivered.map(({ channel }) => channel)).toEqual([ACCOUNTS, '/meta/connect']);
  const [refused] = await send(connect);
  expect(refused).toMatchObject({
    successful: false,
    error: '403::Organization total events daily limit exceeded',
  });
});
