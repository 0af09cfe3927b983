/**
 * Goal: each kind of channel delivers what it should, to whom it should, for as long as it should.
 * Method: records made in the org or over REST, events read with bare Bayeux messages.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BareBayeux, startTestStreaming } from '../../../support/streaming.ts';
import type { Message, TestStreaming } from '../../../support/streaming.ts';

const HOUR = 3600 * 1000;
let server: TestStreaming;
let client: BareBayeux;

beforeEach(async () => {
  const customChannels = new Map([['/data/Sales__chn', ['Account', 'Order_Event__e']]]);
  server = await startTestStreaming({ events: { customChannels } });
  client = new BareBayeux(server);
  await client.handshake();
});
afterEach(() => server[Symbol.asyncDispose]());

const topic = (values: object): string =>
  server.insert('PushTopic', { ApiVersion: 67, Name: 'Topic', ...values });
const names = (events: readonly Message[]): unknown[] =>
  events.map(({ data }) => data?.sobject?.['Name'] ?? data?.payload?.['Name'] ?? data?.payload);

async function rest(path: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${server.url}/services/data/v67.0${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${server.accessToken}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

test('a custom channel carries the events of its members, and no others', async () => {
  await client.subscribe('/data/Sales__chn');
  server.insert('Account', { Name: 'Acme' });
  server.insert('Contact', { LastName: 'Doe' });
  server.events.publish('Order_Event__e', { Order_Id__c: '1' }, server.actor);
  const events = await client.drain();
  expect(events.map((event) => event.channel)).toEqual(['/data/Sales__chn', '/data/Sales__chn']);
  expect(events).toMatchObject([
    { data: { payload: { Name: 'Acme' } } },
    { data: { payload: { Order_Id__c: '1' }, event: { EventApiName: 'Order_Event__e' } } },
  ]);
});

test('a field that is added changes the schema id of the events that follow', async () => {
  await client.subscribe('/data/AccountChangeEvent');
  server.insert('Account', { Name: 'before' });
  const { fields = [] } = server.org.object('Account') ?? {};
  const phone = fields.find((field) => field.name === 'Phone');
  if (phone === undefined) throw new Error('no Phone');
  server.org.addField('Account', { ...phone, name: 'Other__c', custom: true });
  server.insert('Account', { Name: 'after', Other__c: '1' });
  const [before, after] = await client.drain();
  expect(after?.data?.payload).toMatchObject({ Name: 'after', Other__c: '1' });
  expect(after?.data?.schema).not.toBe(before?.data?.schema);
});

describe('a PushTopic', () => {
  test('is filtered by the channel, under whose name its events come', async () => {
    topic({ Query: 'SELECT Id, Name, Industry, ShippingCity FROM Account' });
    const channel = "/topic/Topic?Industry='Energy'&ShippingCity='San Francisco'";
    expect((await client.subscribe(channel)).successful).toBe(true);
    server.insert('Account', { Name: 'one', Industry: 'Energy' });
    server.insert('Account', { Name: 'two', Industry: 'Retail' });
    server.insert('Account', { Name: 'three', ShippingCity: 'San Francisco' });
    const events = await client.drain();
    expect(names(events)).toEqual(['one', 'three']);
    expect(new Set(events.map((event) => event.channel))).toEqual(new Set([channel]));
  });

  test('filtered by a field that it does not select is refused', async () => {
    topic({ Query: 'SELECT Id, Name FROM Account' });
    expect((await client.subscribe("/topic/Topic?Industry='Energy'")).error).toBe(
      '400::Query fields Industry do not exist on the topic entity',
    );
  });

  test('about an object that the user may not read is refused, and silent once it is hidden', async () => {
    topic({ Query: 'SELECT Id, Name FROM Account' });
    await client.subscribe('/topic/Topic');
    server.org.putUser({ ...server.org.admin, hiddenObjects: ['Account'] });
    server.insert('Account', { Name: 'Acme' });
    expect(await client.drain()).toEqual([]);
    expect((await client.subscribe('/topic/Topic', -2)).error).toBe(
      '403::Subscriber does not have access to the entity in this topic',
    );
  });

  test('whose field was dropped is refused by the name of the field', async () => {
    const { fields = [] } = server.org.object('Account') ?? {};
    const phone = fields.find((field) => field.name === 'Phone');
    if (phone === undefined) throw new Error('no Phone');
    server.org.addField('Account', { ...phone, name: 'Other__c', custom: true });
    topic({ Query: 'SELECT Id, Name, Other__c FROM Account' });
    server.org.dropField('Account', 'Other__c');
    expect((await client.subscribe('/topic/Topic')).error).toBe(
      '400::Query fields Other__c do not exist on the topic entity',
    );
  });

  test('is kept for 24 hours, change events for 72', async () => {
    topic({ Query: 'SELECT Id, Name FROM Account' });
    server.insert('Account', { Name: 'Acme' });
    await client.subscribe('/topic/Topic', -2);
    const [old] = await client.drain();
    server.org.clock.advance(25 * HOUR);
    const { accessToken } = server.org.openSession(server.org.admin.id);
    client.headers['Authorization'] = `Bearer ${accessToken}`;
    const reply = await client.subscribe('/topic/Topic', old?.data?.event?.replayId);
    expect(reply.error).toMatch(/^400::The replayId/);
    await client.subscribe('/topic/Topic', -2);
    await client.subscribe('/data/AccountChangeEvent', -2);
    const events = await client.drain();
    expect(events.map((event) => event.channel)).toEqual(['/data/AccountChangeEvent']);
  });

  test('that is not valid is refused by REST', async () => {
    const Query = 'SELECT Name FROM Account';
    const values = { Name: 'Topic', ApiVersion: 67, Query };
    expect(await rest('/sobjects/PushTopic', values)).toEqual({
      status: 400,
      json: [
        {
          errorCode: 'INVALID_FIELD',
          message: 'Invalid PushTopic query: the SELECT clause must include Id',
          fields: ['Query'],
        },
      ],
    });
  });
});

describe('a generic channel', () => {
  test('is found by its exact name', async () => {
    server.insert('StreamingChannel', { Name: '/u/News' });
    expect((await client.subscribe('/u/news')).error).toBe(
      '404::channel names may not vary only by case',
    );
    expect((await client.subscribe('/u/News')).successful).toBe(true);
  });

  test('replays texts to those whom they are for', async () => {
    const id = server.insert('StreamingChannel', { Name: '/u/News' });
    const pushEvents = [{ payload: 'all' }, { payload: 'one', userIds: ['005000000000001AAA'] }];
    expect(await rest(`/sobjects/StreamingChannel/${id}/push`, { pushEvents })).toMatchObject({
      status: 200,
      json: [{ fanoutCount: 0 }, { fanoutCount: 0 }],
    });
    await client.subscribe('/u/News', -2);
    expect((await client.drain()).map(({ data }) => data)).toEqual([
      {
        event: { createdDate: expect.stringMatching(/Z$/), replayId: expect.any(Number) },
        payload: 'all',
      },
    ]);
  });

  test.each([
    [{ pushEvents: [{ payload: 'x'.repeat(3001) }] }, 'STRING_TOO_LONG'],
    [{ pushEvents: [{ payload: 7 }] }, 'JSON_PARSER_ERROR'],
    [{ pushEvents: [7] }, 'JSON_PARSER_ERROR'],
    [{ pushEvents: {} }, 'JSON_PARSER_ERROR'],
    [{}, 'JSON_PARSER_ERROR'],
  ])('takes no push that is none: %.60j', async (body, errorCode) => {
    const id = server.insert('StreamingChannel', { Name: '/u/News' });
    const answer = await rest(`/sobjects/StreamingChannel/${id}/push`, body);
    expect(answer).toMatchObject({ status: 400, json: [{ errorCode }] });
  });

  test('that there is not takes no push', async () => {
    const answer = await rest('/sobjects/StreamingChannel/0M6000000000001/push', {});
    expect(answer).toMatchObject({ status: 404, json: [{ errorCode: 'NOT_FOUND' }] });
  });

  test.each(['News', '/u/', '/u/two words', '/topic/News'])('is not named %s', async (Name) => {
    const answer = await rest('/sobjects/StreamingChannel', { Name });
    expect(answer).toMatchObject({ status: 400, json: [{ errorCode: 'INVALID_INPUT' }] });
  });
});

test('a topic takes so many clients, each with as many filters as it likes', async () => {
  await server[Symbol.asyncDispose]();
  server = await startTestStreaming({ settings: { maxSubscribersPerTopic: 1 } });
  topic({ Query: 'SELECT Id, Name FROM Account' });
  const [first, second] = [new BareBayeux(server), new BareBayeux(server)];
  await first.handshake();
  await second.handshake();
  expect((await first.subscribe('/topic/Topic')).successful).toBe(true);
  expect((await first.subscribe("/topic/Topic?Name='Acme'")).successful).toBe(true);
  expect((await second.subscribe("/topic/Topic?Name='Acme'")).error).toBe(
    '403::Subscription limit exceeded for this topic',
  );
  await first.send({ channel: '/meta/disconnect' });
  expect((await second.subscribe('/topic/Topic')).successful).toBe(true);
});
