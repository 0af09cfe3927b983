/**
 * Goal: Faye streams from the sandbox as from Salesforce, with batches and without, over HTTP and TLS.
 * Method: faye from npm, unmodified, with a replay extension; a whole sandbox behind its certificate.
 */
import { readFileSync } from 'node:fs';
import faye from 'faye';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { eventually } from '../../../support/eventually.ts';
import type { Message } from '../../../support/streaming.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Puts a map of channels to replay ids into each subscription. */
function replayFrom(positions: Readonly<Record<string, number>>): object {
  return {
    outgoing: (message: Record<string, unknown>, pass: (message: object) => void): void => {
      const subscribing = message['channel'] === '/meta/subscribe';
      pass(subscribing ? { ...message, ext: { replay: positions } } : message);
    },
  };
}

interface FayeClient {
  setHeader(name: string, value: string): void;
  addExtension(extension: object): void;
  disable(feature: string): void;
  subscribe(channel: string, listener: (data: unknown) => void): PromiseLike<void>;
  disconnect(): void;
}

function createClient(url: string): FayeClient {
  const options = { tls: { ca: readFileSync(sandbox.ca) } };
  const client = new faye.Client(`${url}/cometd/67.0`, options) as unknown as FayeClient;
  client.setHeader('Authorization', `Bearer ${sandbox.accessToken}`);
  client.disable('websocket');
  return client;
}

const urls = (): readonly string[] => [sandbox.http, sandbox.https];

describe.each([0, 1])('at address %i', (at) => {
  test('several channels of one client, their subscriptions in a batch', async () => {
    const client = createClient(urls()[at] ?? '');
    const channels = ['/data/AccountChangeEvent', '/data/ContactChangeEvent'];
    const received: unknown[] = [];
    client.addExtension(replayFrom({ '/data/AccountChangeEvent': -2 }));
    const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin: '' };
    const insert = (entity: string, values: Readonly<Record<string, string>>): void =>
      void sandbox.org.write(actor, [{ op: 'insert', entity, values }], true);
    insert('Account', { Name: `retained ${at}` });
    await Promise.all(
      channels.map((channel) => client.subscribe(channel, (data) => received.push(data))),
    );
    insert('Contact', { LastName: `new ${at}` });
    const has = (values: object): boolean =>
      received.some((data) => {
        const { payload } = data as NonNullable<Message['data']>;
        return Object.entries(values).every(
          ([name, value]) => JSON.stringify(payload?.[name]) === JSON.stringify(value),
        );
      });
    await eventually(
      () => has({ Name: `retained ${at}` }) && has({ Name: { LastName: `new ${at}` } }),
      Boolean,
    );
    client.disconnect();
  });

  test('a channel that there is not fails its subscription alone', async () => {
    const client = createClient(urls()[at] ?? '');
    await client.subscribe('/data/ChangeEvents', () => undefined);
    await expect(client.subscribe('/event/None__e', () => undefined)).rejects.toThrow(
      'create_denied',
    );
    client.disconnect();
  });
});

test('the control API makes it misbehave', async () => {
  const put = await fetch(`${sandbox.http}/__sandbox/v1/faults`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ streaming: { unavailable: 1 } }),
  });
  expect(await put.json()).toMatchObject({
    streaming: { unavailable: 1, unknownClient: 0, eventLimitExceeded: false },
  });
  const handshake = (): Promise<Response> =>
    fetch(`${sandbox.http}/cometd/67.0`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${sandbox.accessToken}`,
      },
      body: JSON.stringify([{ channel: '/meta/handshake', version: '1.0' }]),
    });
  expect(await (await handshake()).json()).toMatchObject([{ successful: false }]);
  expect(await (await handshake()).json()).toMatchObject([{ successful: true }]);
});
