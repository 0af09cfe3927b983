/**
 * Goal: other people's clients work with the sandbox as with Salesforce.
 * Method: salesforce-pubsub-api-client from npm, unmodified, over TLS.
 */
import PubSubApiClient from 'salesforce-pubsub-api-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestPubSub } from '../../support/pubsub.ts';
import type { TestPubSub } from '../../support/pubsub.ts';

interface ParsedEvent {
  readonly id: string;
  readonly replayId: number;
  readonly payload: Readonly<Record<string, unknown>> & {
    readonly ChangeEventHeader: {
      readonly changeType: string;
      readonly recordIds: readonly string[];
      readonly changedFields: readonly string[];
      readonly nulledFields: readonly string[];
      readonly commitNumber: number | bigint;
    };
  };
}

let server: TestPubSub;
let client: PubSubApiClient;
const silent = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

beforeEach(async () => {
  endings = [];
  server = await startTestPubSub();
  client = await connect();
});

async function connect(): Promise<PubSubApiClient> {
  const connected = new PubSubApiClient(
    {
      authType: 'user-supplied',
      accessToken: server.org.openSession(server.org.admin.id).accessToken,
      instanceUrl: 'https://127.0.0.1',
      organizationId: server.org.id,
      pubSubEndpoint: `localhost:${server.tlsPort}`,
      rejectUnauthorizedSsl: false,
    },
    silent,
  );
  await connected.connect();
  return connected;
}

/** Of each stream. A closed client listens no more, and would throw when its connection ends: so, that first. */
let endings: Promise<void>[];
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await Promise.all(endings);
  client.close();
});

type Callback = (info: unknown, type: string, data?: unknown) => void;

/** Collects events until there are `count`. */
function collect(count: number, subscribe: (callback: Callback) => void): Promise<ParsedEvent[]> {
  const ending = Promise.withResolvers<void>();
  endings.push(ending.promise);
  return new Promise((resolve, reject) => {
    const found: ParsedEvent[] = [];
    subscribe((_info, type, data) => {
      if (type === 'error') {
        reject(data as Error);
        ending.resolve();
      }
      if (type !== 'event') return;
      found.push(data as ParsedEvent);
      if (found.length === count) resolve(found);
    });
  });
}

function changeAccount(): string {
  const id = server.insert('Account', { Name: 'Acme', BillingStreet: 'Old', BillingCity: 'Graz' });
  server.update('Account', id, { BillingStreet: 'New', BillingCity: null, Industry: 'Banking' });
  server.remove(id);
  return id;
}

test('a create, an update of an address and a delete are decoded', async () => {
  const id = changeAccount();
  const [created, updated, deleted] = await collect(3, (callback) =>
    client.subscribeFromEarliestEvent('/data/AccountChangeEvent', callback, 3),
  );
  const header = (event: ParsedEvent | undefined) => event?.payload.ChangeEventHeader;
  expect([created, updated, deleted].map((event) => header(event)?.changeType)).toEqual([
    'CREATE',
    'UPDATE',
    'DELETE',
  ]);
  expect([created, updated, deleted].map((event) => header(event)?.recordIds)).toEqual([
    [id],
    [id],
    [id],
  ]);
  expect(created?.payload).toMatchObject({
    Name: 'Acme',
    BillingAddress: { Street: 'Old', City: 'Graz' },
  });
  expect(header(updated)?.changedFields).toEqual([
    'Industry',
    'LastModifiedDate',
    'BillingAddress.Street',
    'BillingAddress.City',
  ]);
  expect(updated?.payload).toMatchObject({ Industry: 'Banking', Name: null });
  expect(deleted?.payload['Name']).toBeNull();
  expect(header(created)?.commitNumber).toBeTypeOf('bigint');
});

test('it resumes from a replay id, of which it sends 8 bytes', async () => {
  changeAccount();
  const all = await collect(3, (callback) =>
    client.subscribeFromEarliestEvent('/data/AccountChangeEvent', callback, 3),
  );
  const rest = await collect(2, (callback) =>
    client.subscribeFromReplayId('/data/ChangeEvents', callback, 2, all[0]?.replayId ?? 0),
  );
  expect(rest.map((event) => event.replayId)).toEqual(all.slice(1).map((event) => event.replayId));
});

test('it goes on beyond its first 100 events', async () => {
  for (let i = 0; i < 250; i++) server.insert('Account', { Name: `A${i}` });
  const events = await collect(250, (callback) =>
    client.subscribeFromEarliestEvent('/data/AccountChangeEvent', callback),
  );
  expect(events.map((event) => event.payload['Name'])).toEqual(
    Array.from({ length: 250 }, (_, i) => `A${i}`),
  );
});

test('it publishes a platform event and receives it', async () => {
  const received = collect(1, (callback) =>
    client.subscribeFromEarliestEvent('/event/Order_Event__e', callback, 1),
  );
  const fields = {
    CreatedDate: Date.now(),
    CreatedById: server.actor.userId,
    Order_Id__c: { string: 'O-1' },
    Units__c: { double: 2 },
  };
  const result = await client.publish('/event/Order_Event__e', fields);
  expect(await received).toMatchObject([
    { replayId: result.replayId, payload: { Order_Id__c: 'O-1', Units__c: 2 } },
  ]);
});
