/**
 * Goal: the Streaming API answers as Salesforce does, message by message.
 * Method: hand-made Bayeux messages over HTTP; every refusal is compared to the letter.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BareBayeux, startTestStreaming } from '../../../support/streaming.ts';
import type { TestStreaming } from '../../../support/streaming.ts';

let server: TestStreaming;
let client: BareBayeux;
const ACCOUNTS = '/data/AccountChangeEvent';

beforeEach(async () => {
  server = await startTestStreaming();
  client = new BareBayeux(server);
});
afterEach(() => server[Symbol.asyncDispose]());

describe('a handshake', () => {
  test('gives a client, the replay extension and cookies', async () => {
    const reply = await client.handshake();
    expect(reply).toEqual({
      ext: { replay: true, 'payload.format': true },
      minimumVersion: '1.0',
      clientId: expect.stringMatching(/^[0-9a-z]{20,30}$/),
      supportedConnectionTypes: ['long-polling'],
      channel: '/meta/handshake',
      id: '1',
      version: '1.0',
      successful: true,
    });
    expect([...client.cookies.keys()]).toEqual(['BrowserId', 't', 'BAYEUX_BROWSER', 'sfdc-stream']);
  });

  test.each([
    ['no token', undefined, '401::Request requires authentication'],
    ['a token that is none', 'nonsense', '401::Authentication invalid'],
  ])('with %s is denied', async (_what, token, failureReason) => {
    const reply = await new BareBayeux({ ...server, accessToken: token ?? '' }, token).handshake();
    expect(reply).toEqual({
      ext: { sfdc: { failureReason }, replay: true },
      advice: { reconnect: 'none' },
      channel: '/meta/handshake',
      id: '1',
      error: '403::Handshake denied',
      successful: false,
    });
  });

  test.each(['Bearer T', 'bearer T', 'OAuth T', 'T'])('takes the header %s', async (header) => {
    client.headers['Authorization'] = header.replace('T', server.accessToken);
    expect((await client.handshake()).successful).toBe(true);
  });

  test.each([
    ['/cometd/67.0/', undefined],
    ['/cometd/37.0/handshake', undefined],
    ['/cometd/replay/36.0', undefined],
    ['/cometd/replay/67.0/handshake', undefined],
    ['/cometd', "400::API version in the URI is mandatory. URI format: '/cometd/67.0'"],
    [
      '/cometd/36.0',
      "400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: '/cometd/67.0'",
    ],
    [
      '/cometd/99.0',
      "400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: '/cometd/67.0'",
    ],
  ])('at %s', async (path, failureReason) => {
    client.path = path;
    const reply = await client.handshake();
    expect(reply.ext?.sfdc?.failureReason).toBe(failureReason);
    expect(reply.successful).toBe(failureReason === undefined);
  });

  test('without long polling is denied', async () => {
    const types = { supportedConnectionTypes: ['websocket'] };
    const [reply] = await client.send({ channel: '/meta/handshake', version: '1.0', ...types });
    expect(reply?.ext?.sfdc?.failureReason).toBe('400::Invalid connection type websocket');
  });
});

describe('ids', () => {
  test.each(['a1', 7, '007'])('come back as they came: %s', async (id) => {
    const [reply] = await client.send({ channel: '/meta/handshake', version: '1.0', id });
    expect(reply?.['id']).toBe(id);
  });
});

describe('a connect', () => {
  beforeEach(() => client.handshake());

  test('tells the timeout and what to do', async () => {
    expect(await client.connect(0)).toEqual([
      {
        clientId: client.clientId,
        advice: { reconnect: 'retry', interval: 0, timeout: 110_000 },
        channel: '/meta/connect',
        id: '2',
        successful: true,
      },
    ]);
  });

  test('is held until there is an event, which comes before the reply', async () => {
    await client.subscribe(ACCOUNTS);
    await client.connect();
    const answer = client.connect();
    server.insert('Account', { Name: 'Acme' });
    const [event, reply] = await answer;
    expect(event).toMatchObject({ channel: ACCOUNTS, data: { payload: { Name: 'Acme' } } });
    expect(reply).toMatchObject({ channel: '/meta/connect', successful: true });
  });

  test('in a batch is not held', async () => {
    const replies = await client.send(
      { channel: '/meta/subscribe', subscription: ACCOUNTS },
      { channel: '/meta/connect', connectionType: 'long-polling' },
    );
    expect(replies.map(({ channel, successful }) => [channel, successful])).toEqual([
      ['/meta/subscribe', true],
      ['/meta/connect', true],
    ]);
  });

  test('of an unknown client asks for a handshake', async () => {
    client.clientId = 'unknown';
    expect(await client.connect(0)).toEqual([
      {
        advice: { reconnect: 'handshake', interval: 0 },
        channel: '/meta/connect',
        id: '2',
        error: '403::Unknown client',
        successful: false,
      },
    ]);
  });

  test('of another type is refused', async () => {
    const [reply] = await client.send({ channel: '/meta/connect', connectionType: 'websocket' });
    expect(reply?.error).toBe('400::Invalid connection type websocket');
  });

  test('without the cookie of the handshake is refused', async () => {
    client.cookies.clear();
    const [reply] = await client.connect(0);
    expect(reply?.error).toBe(
      `400::Client ${client.clientId} has established a session, but no BAYEUX_BROWSER cookie present`,
    );
  });

  test('before a handshake is refused', async () => {
    const [reply] = await new BareBayeux(server).connect(0);
    expect(reply?.error).toBe('403::Client has not completed handshake');
  });
});

describe('a session', () => {
  beforeEach(() => client.handshake());

  test('that is revoked ends the client with its next message', async () => {
    server.org.endSessions({});
    expect(await client.connect(0)).toEqual([
      {
        clientId: client.clientId,
        advice: { reconnect: 'none', interval: 0 },
        channel: '/meta/connect',
        id: '2',
        error: '401::Authentication invalid',
        successful: false,
      },
    ]);
    const again = new BareBayeux(server, server.org.openSession(server.org.admin.id).accessToken);
    again.clientId = client.clientId;
    client.cookies.forEach((value, name) => again.cookies.set(name, value));
    expect((await again.connect(0))[0]?.error).toBe('403::Unknown client');
  });

  test('that expires leaves a live client alone', async () => {
    await client.subscribe(ACCOUNTS, -1);
    server.org.clock.advance(3 * 3600 * 1000);
    server.insert('Account', { Name: 'Acme' });
    expect(await client.connect(0)).toHaveLength(2);
    expect((await new BareBayeux(server).handshake()).ext?.sfdc?.failureReason).toBe(
      '401::Authentication invalid',
    );
  });

  test('of another user is refused', async () => {
    const id = server.insert('User', {
      Username: 'other@example.com',
      LastName: 'Other',
      Email: 'other@example.com',
      Alias: 'other',
      IsActive: true,
    });
    client.headers['Authorization'] = `Bearer ${server.org.openSession(id).accessToken}`;
    expect((await client.connect(0))[0]?.error).toBe(
      "400::Authenticated user id does not match the session's user id",
    );
  });

  test('that is renewed goes on', async () => {
    const { accessToken } = server.org.openSession(server.org.admin.id);
    client.headers['Authorization'] = `OAuth ${accessToken}`;
    server.org.endSessions({ accessToken: server.accessToken });
    expect((await client.connect(0))[0]?.successful).toBe(true);
  });

  test('ends with a disconnect', async () => {
    const [reply] = await client.send({ channel: '/meta/disconnect' });
    expect(reply).toMatchObject({ channel: '/meta/disconnect', successful: true });
    expect((await client.connect(0))[0]?.error).toBe('403::Unknown client');
  });
});

describe('a subscription', () => {
  beforeEach(() => client.handshake());

  test.each([
    ['/topic/None', "400::The channel you requested to subscribe to doesn't exist {/topic/None}"],
    ['/u/none', '404::Unknown channel'],
    ['/data/NoneChangeEvent', '403:denied_by_security_policy:create_denied'],
    ['/data/accountchangeevent', '403:denied_by_security_policy:create_denied'],
    ['/event/None__e', '403:denied_by_security_policy:create_denied'],
    ['/data/None__chn', '403:denied_by_security_policy:create_denied'],
    ['/meta/connect', '403::Restricted channel'],
    ['/other', '403::Cannot create channel {/other}'],
    ['/**', '403::Cannot create channel {/**}'],
    ['topic/None', "400::Channel subscriptions must start with a leading '/'"],
    ['', '400::Channel name not specified'],
  ])('to %s is refused', async (subscription, error) => {
    expect(await client.subscribe(subscription)).toEqual({
      clientId: client.clientId,
      subscription,
      channel: '/meta/subscribe',
      id: '2',
      error,
      successful: false,
    });
  });

  test.each([12, 0, -3, 1.5, 'soon', 1e300, {}])('after %s is refused', async (replayId) => {
    const reply = await client.subscribe(ACCOUNTS, replayId);
    const shown = typeof replayId === 'string' ? replayId : JSON.stringify(replayId);
    expect(reply.error).toBe(
      `400::The replayId {${shown}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
    );
  });

  test('begins with new events, all retained ones, or after one', async () => {
    server.insert('Account', { Name: 'one' });
    server.insert('Account', { Name: 'two' });
    await client.subscribe(ACCOUNTS, -2);
    const all = await client.drain();
    expect(all.map((event) => event.data?.payload?.['Name'])).toEqual(['one', 'two']);
    await client.subscribe(ACCOUNTS, all[0]?.data?.event?.replayId);
    expect(await client.drain()).toEqual(all.slice(1));
    await client.subscribe(ACCOUNTS, -1);
    expect(await client.drain()).toEqual([]);
    server.insert('Account', { Name: 'three' });
    expect(await client.drain()).toHaveLength(1);
  });

  test('to several channels at once gets the events of each, in order', async () => {
    const [reply] = await client.send({
      channel: '/meta/subscribe',
      subscription: [ACCOUNTS, '/data/ChangeEvents'],
    });
    expect(reply?.successful).toBe(true);
    const id = server.insert('Account', { Name: 'Acme' });
    server.remove(id);
    const events = await client.drain();
    expect(events.map((event) => event.channel)).toEqual([
      ACCOUNTS,
      '/data/ChangeEvents',
      ACCOUNTS,
      '/data/ChangeEvents',
    ]);
  });

  test('ends with an unsubscription', async () => {
    await client.subscribe(ACCOUNTS);
    const [reply] = await client.send({ channel: '/meta/unsubscribe', subscription: ACCOUNTS });
    expect(reply).toMatchObject({ subscription: ACCOUNTS, successful: true });
    server.insert('Account', { Name: 'Acme' });
    expect(await client.drain()).toEqual([]);
  });

  test('to change events needs View All Data; to all of them it is the event that needs it', async () => {
    server.org.putUser({ ...server.org.admin, viewAllData: false });
    expect((await client.subscribe(ACCOUNTS)).error).toBe(
      '403::User not allowed to subscribe CDC without View All Data permissions',
    );
    expect((await client.subscribe('/data/ChangeEvents')).successful).toBe(true);
    server.insert('Account', { Name: 'Acme' });
    expect(await client.drain()).toEqual([]);
  });
});

describe('retention', () => {
  test('of 72 hours: what is older is neither replayed nor a position', async () => {
    await client.handshake();
    server.insert('Account', { Name: 'old' });
    await client.subscribe(ACCOUNTS, -2);
    const [old] = await client.drain();
    server.org.clock.advance(73 * 3600 * 1000);
    client = new BareBayeux(server, server.org.openSession(server.org.admin.id).accessToken);
    await client.handshake();
    server.insert('Account', { Name: 'new' });
    const reply = await client.subscribe(ACCOUNTS, old?.data?.event?.replayId);
    expect(reply.error).toMatch(/^400::The replayId \{\d+\} you provided was invalid\. {2}Please/);
    await client.subscribe(ACCOUNTS, -2);
    const names = (await client.drain()).map((event) => event.data?.payload?.['Name']);
    expect(names).toEqual(['new']);
  });

  test('that runs out before an event is delivered ends the client', async () => {
    await client.handshake();
    await client.subscribe(ACCOUNTS);
    server.insert('Account', { Name: 'old' });
    server.org.clock.advance(73 * 3600 * 1000);
    expect((await client.connect(0))[0]).toMatchObject({
      error: '403::Unknown client',
      advice: { reconnect: 'handshake' },
    });
  });
});

describe('faults', () => {
  test('deny a handshake, and refuse connects', async () => {
    server.faults.unavailable = 1;
    const busy = '503::Server is too busy. Please try your request again later.';
    expect((await client.handshake()).ext?.sfdc?.failureReason).toBe(busy);
    await client.handshake();
    server.faults.eventLimitExceeded = true;
    expect((await client.connect(0))[0]?.error).toBe(
      '403::Organization total events daily limit exceeded',
    );
  });
});

describe('HTTP', () => {
  test('bodies over 32,768 bytes are refused, packed ones too', async () => {
    const large = JSON.stringify([{ channel: '/meta/handshake', pad: 'x'.repeat(32_768) }]);
    const refusal = [{ error: '413::Maximum Request Size Exceeded', successful: false }];
    const plain = await client.post(large);
    expect([plain.status, await plain.json()]).toEqual([413, refusal]);
    client.headers['Content-Encoding'] = 'gzip';
    const packed = await client.post(new Uint8Array(gzipSync(large)));
    expect([packed.status, await packed.json()]).toEqual([413, refusal]);
  });

  test('packed bodies are taken, and large answers packed', async () => {
    await client.handshake();
    server.insert('Account', { Name: 'Acme', Description: 'x'.repeat(5000) });
    await client.subscribe(ACCOUNTS, -2);
    client.headers['Content-Encoding'] = 'gzip';
    const body = JSON.stringify([
      { channel: '/meta/connect', connectionType: 'long-polling', clientId: client.clientId },
    ]);
    const { url, cookies, headers, path } = Object.assign(client, { url: server.url });
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await new Promise<{ encoding: string; text: string }>((resolve, reject) => {
      const request = httpRequest(
        url + path,
        { method: 'POST', headers: { ...headers, cookie, 'accept-encoding': 'gzip' } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const encoding = String(response.headers['content-encoding']);
            resolve({ encoding, text: gunzipSync(Buffer.concat(chunks)).toString() });
          });
        },
      );
      request.on('error', reject);
      request.end(gzipSync(body));
    });
    expect(answer.encoding).toBe('gzip');
    expect(JSON.parse(answer.text)).toHaveLength(2);
  });

  test('forms carry messages, other types none', async () => {
    client.headers['Content-Type'] = 'application/x-www-form-urlencoded';
    const message = JSON.stringify({ channel: '/meta/handshake', version: '1.0' });
    const form = await client.post(new URLSearchParams({ message }).toString());
    expect(await form.json()).toMatchObject([{ successful: true }]);
    client.headers['Content-Type'] = 'text/plain';
    expect((await client.post(`[${message}]`)).status).toBe(400);
  });

  test.each(['', '{', '[]', '[1]', 'null', '"x"', '[[]]', '['.repeat(10_000)])(
    'what is no message is refused: %.20s',
    async (body) => {
      expect((await client.post(body)).status).toBe(400);
    },
  );

  test.each([
    [{}, '400::Channel name not specified'],
    [{ channel: 7 }, '400::Channel name not specified'],
    [{ channel: '/meta/none' }, '404::Unknown channel'],
    [{ channel: '/event/Order_Event__e' }, '403:denied_by_security_policy:publish_denied'],
    [{ channel: '/meta/subscribe', clientId: {} }, '403::Client has not completed handshake'],
  ])('what is no message of ours is refused in a reply: %j', async (message, error) => {
    const [reply] = await client.send(message);
    expect(reply).toMatchObject({ error, successful: false });
  });

  test('polling by GET is refused', async () => {
    expect((await fetch(`${server.url}/cometd/67.0`)).status).toBe(400);
  });
});
