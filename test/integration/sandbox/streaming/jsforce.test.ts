/**
 * Goal: jsforce streams from the sandbox as from Salesforce.
 * Method: jsforce and the Faye client inside it, unmodified: topics, generic channels, its two extensions.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { StreamingExtension } from 'jsforce/lib/api/streaming.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { startTestStreaming } from '../../../support/streaming.ts';
import type { Message, TestStreaming } from '../../../support/streaming.ts';

type Data = NonNullable<Message['data']>;
/** What jsforce hands out of Faye, which it doesn't describe. */
interface FayeClient {
  subscribe(
    channel: string,
    listener: (data: Data) => void,
  ): PromiseLike<void> & { cancel(): void };
  disconnect(): void;
}

const ACCOUNTS = '/data/AccountChangeEvent';
let server: TestStreaming;
let conn: Connection;
let received: Data[];
const clients: FayeClient[] = [];

beforeEach(async () => {
  server = await startTestStreaming();
  const { url: instanceUrl, accessToken } = server;
  conn = new jsforce.Connection({ instanceUrl, accessToken, version: '67.0' });
  received = [];
});
afterEach(async () => {
  const own = Object.values(conn.streaming._fayeClients) as unknown as FayeClient[];
  for (const client of [...clients.splice(0), ...own]) client.disconnect();
  await server[Symbol.asyncDispose]();
});

function createClient(extensions: readonly object[]): FayeClient {
  const client = conn.streaming.createClient([...extensions]) as unknown as FayeClient;
  clients.push(client);
  return client;
}

const listener = (data: Data): void => void received.push(data);
const count = (wanted: number): Promise<number> =>
  eventually(
    () => received.length,
    (length) => length === wanted,
  );

describe('a PushTopic', () => {
  test('notifies of what its query finds, until it is unsubscribed', async () => {
    const { id } = await conn.sobject('PushTopic').create({
      Name: 'BigAccounts',
      Query: 'SELECT Id, Name, NumberOfEmployees FROM Account WHERE NumberOfEmployees > 10',
      ApiVersion: 67.0,
    });
    expect(id).toMatch(/^0IF/);
    const topic = conn.streaming.topic('BigAccounts');
    const subscription = topic.subscribe(listener);
    await subscription;
    const [big] = await conn.sobject('Account').create([
      { Name: 'Big', NumberOfEmployees: 11 },
      { Name: 'Small', NumberOfEmployees: 9 },
    ]);
    await conn.sobject('Account').update({ Id: big?.id ?? '', NumberOfEmployees: 12 });
    await conn.sobject('Account').delete(big?.id ?? '');
    await count(3);
    const Id = big?.id;
    const event = {
      createdDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      replayId: expect.any(Number),
    };
    expect(received).toEqual([
      { event: { ...event, type: 'created' }, sobject: { Id, Name: 'Big', NumberOfEmployees: 11 } },
      { event: { ...event, type: 'updated' }, sobject: { Id, Name: 'Big', NumberOfEmployees: 12 } },
      { event: { ...event, type: 'deleted' }, sobject: { Id } },
    ]);
    topic.unsubscribe(subscription);
  });

  test('that there is not fails the subscription', async () => {
    await expect(conn.streaming.topic('None').subscribe(listener)).rejects.toMatchObject({
      message: "400::The channel you requested to subscribe to doesn't exist {/topic/None}",
    });
  });
});

describe('a generic channel', () => {
  test('carries what is pushed over REST to all, or to some users', async () => {
    const { id = '' } = await conn
      .sobject('StreamingChannel')
      .create({ Name: '/u/notifications/all' });
    expect(id).toMatch(/^0M6/);
    const channel = conn.streaming.channel('/u/notifications/all');
    expect(await channel.push({ payload: 'nobody', userIds: [] })).toEqual({
      fanoutCount: 0,
      userOnlineStatus: {},
    });
    await channel.subscribe(listener);
    expect(await channel.push({ payload: 'hello', userIds: [] })).toEqual({
      fanoutCount: -1,
      userOnlineStatus: {},
    });
    const stranger = '005000000000001AAA';
    expect(await channel.push({ payload: 'not you', userIds: [stranger] })).toEqual({
      fanoutCount: 0,
      userOnlineStatus: { [stranger]: false },
    });
    const me = server.org.admin.id;
    expect(await channel.push({ payload: 'you', userIds: [me] })).toEqual({
      fanoutCount: 1,
      userOnlineStatus: { [me]: true },
    });
    await count(2);
    expect(received.map((data) => data.payload)).toEqual(['hello', 'you']);
    expect(await conn.request(`/sobjects/StreamingChannel/${id}/push`)).toEqual({
      OnlineUserIds: [me],
      ChannelName: '/u/notifications/all',
    });
  });
});

describe('the Replay extension', () => {
  test('gets all retained events, and goes on behind the last one', async () => {
    server.insert('Account', { Name: 'before' });
    const first = createClient([new StreamingExtension.Replay(ACCOUNTS, -2)]);
    await first.subscribe(ACCOUNTS, listener);
    server.insert('Account', { Name: 'after' });
    await count(2);
    const last = received.at(-1)?.event?.replayId;
    first.disconnect();
    server.insert('Account', { Name: 'meanwhile' });
    await createClient([new StreamingExtension.Replay(ACCOUNTS, last ?? null)]).subscribe(
      ACCOUNTS,
      listener,
    );
    await count(3);
    const names = received.map((data) => data.payload?.['Name']);
    expect(names).toEqual(['before', 'after', 'meanwhile']);
  });

  test('misses nothing and repeats nothing when the server loses the client', async () => {
    await createClient([new StreamingExtension.Replay(ACCOUNTS, -2)]).subscribe(ACCOUNTS, listener);
    for (let i = 1; i <= 3; i++) {
      server.faults.unknownClient = 1;
      server.insert('Account', { Name: `number ${i}` });
      await count(i);
      await eventually(
        () => server.faults.unknownClient,
        (left) => left === 0,
      );
    }
    const names = received.map((data) => data.payload?.['Name']);
    expect(names).toEqual(['number 1', 'number 2', 'number 3']);
  });

  test('with an id that is none fails the subscription', async () => {
    const client = createClient([new StreamingExtension.Replay(ACCOUNTS, 12)]);
    await expect(client.subscribe(ACCOUNTS, listener)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^400::The replayId \{12\} you provided was invalid\. {2}Please/,
      ),
    });
  });
});

describe('the AuthFailure extension', () => {
  test('hears of a token that is none', async () => {
    conn.accessToken = 'nonsense';
    const failure = await new Promise<Message>((resolve) => {
      const extension = new StreamingExtension.AuthFailure(resolve);
      void createClient([extension]).subscribe(ACCOUNTS, listener);
    });
    expect(failure).toMatchObject({
      channel: '/meta/handshake',
      error: '403::Handshake denied',
      ext: { sfdc: { failureReason: '401::Authentication invalid' } },
    });
  });

  test('hears of a session that is revoked while it streams', async () => {
    const failure = Promise.withResolvers<Message>();
    const client = createClient([new StreamingExtension.AuthFailure(failure.resolve)]);
    await client.subscribe(ACCOUNTS, listener);
    server.org.endSessions({});
    expect(await failure.promise).toMatchObject({
      channel: '/meta/connect',
      error: '401::Authentication invalid',
      advice: { reconnect: 'none', interval: 0 },
    });
  });
});

test('platform events come with their UUID, empty fields and all', async () => {
  await createClient([]).subscribe('/event/Order_Event__e', listener);
  const result = await conn.sobject('Order_Event__e').create({ Order_Id__c: '1' });
  await count(1);
  expect(received).toEqual([
    {
      schema: server.events.schemaOf('Order_Event__e')?.id,
      payload: {
        CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        CreatedById: server.org.admin.id,
        Order_Id__c: '1',
        Units__c: null,
      },
      event: {
        EventUuid: (result as { errors: readonly { message: string }[] }).errors[0]?.message,
        replayId: expect.any(Number),
        EventApiName: 'Order_Event__e',
      },
    },
  ]);
});
