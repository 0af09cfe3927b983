/**
 * Goal: CometD's own client streams from the sandbox as from Salesforce.
 * Method: cometd and cometd-nodejs-client from npm, unmodified, with an extension as Salesforce's documents show it.
 */
import { CometD } from 'cometd';
import type { Extension, Message as CometMessage } from 'cometd';
import { adapt } from 'cometd-nodejs-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { startTestStreaming } from '../../../support/streaming.ts';
import type { Message, TestStreaming } from '../../../support/streaming.ts';

adapt();

/** Asks for events after the last one seen, where the server says that it can. */
class ReplayExtension implements Extension {
  readonly #positions: Record<string, number>;
  #enabled = false;

  constructor(positions: Record<string, number>) {
    this.#positions = positions;
  }

  incoming(message: CometMessage): CometMessage {
    if (message.channel === '/meta/handshake') {
      this.#enabled = (message.ext as { replay?: unknown } | undefined)?.replay === true;
    }
    const replayId = (message as Message).data?.event?.replayId;
    if (replayId !== undefined) this.#positions[message.channel] = replayId;
    return message;
  }

  outgoing(message: CometMessage): CometMessage {
    if (message.channel === '/meta/handshake') message.ext = { ...message.ext, replay: true };
    if (message.channel === '/meta/subscribe' && this.#enabled) {
      message.ext = { ...message.ext, replay: this.#positions };
    }
    return message;
  }
}

const ALL = '/data/ChangeEvents';
let server: TestStreaming;
let client: CometD;
let received: Message[];

beforeEach(async () => {
  server = await startTestStreaming();
  received = [];
});
afterEach(async () => {
  if (!client.isDisconnected()) {
    await new Promise<void>((resolve) => client.disconnect(() => resolve()));
  }
  await server[Symbol.asyncDispose]();
});

/** Resolves with the first handshake's reply; subscribes after each, as a client has to. */
function start(
  channel: string,
  replayId: number,
  token = server.accessToken,
): Promise<CometMessage> {
  client = new CometD();
  client.unregisterTransport('websocket');
  client.registerExtension('replay', new ReplayExtension({ [channel]: replayId }));
  client.configure({
    url: `${server.url}/cometd/67.0/`,
    appendMessageTypeToURL: false,
    logLevel: 'warn',
    requestHeaders: { Authorization: `OAuth ${token}` },
  });
  return new Promise((resolve) => {
    client.handshake((reply) => {
      if (reply.successful !== true) resolve(reply);
      client.subscribe(
        channel,
        (message) => void received.push(message as Message),
        (subscribed) => resolve(subscribed),
      );
    });
  });
}

const count = (wanted: number): Promise<number> =>
  eventually(
    () => received.length,
    (length) => length === wanted,
  );

test('gets retained and new change events in order', async () => {
  const id = server.insert('Account', { Name: 'Acme', BillingCity: 'Berlin' });
  expect(await start(ALL, -2)).toMatchObject({ channel: '/meta/subscribe', successful: true });
  server.update('Account', id, { BillingCity: 'Hamburg' });
  server.remove(id);
  server.undelete(id);
  await count(4);
  const types = received.map(({ data }) => data?.payload?.['ChangeEventHeader']);
  expect(types).toMatchObject([
    { changeType: 'CREATE', changedFields: [] },
    { changeType: 'UPDATE', changedFields: ['LastModifiedDate', 'BillingAddress.City'] },
    { changeType: 'DELETE', changedFields: [] },
    { changeType: 'UNDELETE', changedFields: [] },
  ]);
});

test('goes on behind the last event when the server loses it', async () => {
  await start(ALL, -2);
  for (let i = 1; i <= 3; i++) {
    server.faults.unknownClient = 1;
    server.insert('Account', { Name: `number ${i}` });
    await count(i);
    await eventually(
      () => server.faults.unknownClient,
      (left) => left === 0,
    );
  }
  const names = received.map(({ data }) => data?.payload?.['Name']);
  expect(names).toEqual(['number 1', 'number 2', 'number 3']);
});

test('is told why it is denied, and does not try again', async () => {
  const reply = await start(ALL, -1, 'nonsense');
  expect(reply).toMatchObject({
    error: '403::Handshake denied',
    ext: { sfdc: { failureReason: '401::Authentication invalid' } },
    advice: { reconnect: 'none' },
  });
});

test('is told of a subscription that is refused', async () => {
  expect(await start(ALL, 12)).toMatchObject({
    channel: '/meta/subscribe',
    subscription: ALL,
    error: expect.stringMatching(/^400::The replayId \{12\} you provided was invalid/),
    successful: false,
  });
});
