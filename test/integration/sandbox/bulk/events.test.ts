/**
 * Goal: what Bulk writes is seen by subscribers as with Salesforce.
 * Method: jsforce's bulk2 writes, its streaming client listens.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { startTestStreaming } from '../../../support/streaming.ts';
import type { Message, TestStreaming } from '../../../support/streaming.ts';

type Data = NonNullable<Message['data']>;
interface Header {
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  readonly recordIds: readonly string[];
}

let server: TestStreaming;
let conn: Connection;
const PATIENCE = { pollInterval: 20, pollTimeout: 20_000 };

beforeAll(async () => {
  server = await startTestStreaming();
  const { url: instanceUrl, accessToken } = server;
  const callOptions = { client: 'loader' };
  conn = new jsforce.Connection({ instanceUrl, accessToken, version: '66.0', callOptions });
});
afterAll(() => server[Symbol.asyncDispose]());

/** All that comes on a channel from now on. */
async function listen(channel: string): Promise<{ received: Data[]; stop: () => void }> {
  const client = conn.streaming.createClient([]) as unknown as {
    subscribe(channel: string, listener: (data: Data) => void): PromiseLike<void>;
    disconnect(): void;
  };
  const received: Data[] = [];
  await client.subscribe(channel, (data) => received.push(data));
  return { received, stop: () => client.disconnect() };
}

function headerOf({ payload }: Data): Header {
  return payload?.['ChangeEventHeader'] as Header;
}

test('change events come by transactions of 200, with the loader as their origin', async () => {
  const { received, stop } = await listen('/data/AccountChangeEvent');
  const input = Array.from({ length: 201 }, (_, i) => ({ Name: `Event ${i}` }));
  const { successfulResults } = await conn.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'insert',
    input,
    ...PATIENCE,
  });
  await eventually(
    () => received.length,
    (count) => count >= 201,
  );
  const headers = received.map(headerOf);
  expect(new Set(headers.map(({ changeOrigin }) => changeOrigin))).toEqual(
    new Set(['com/salesforce/api/bulkapi/66.0;client=loader']),
  );
  const sizes = [...Map.groupBy(headers, ({ transactionKey }) => transactionKey).values()];
  expect(sizes.map(({ length }) => length)).toEqual([200, 1]);
  expect(headers.flatMap(({ recordIds }) => recordIds)).toEqual(
    successfulResults.map(({ sf__Id }) => sf__Id),
  );

  server.org.putUser({ ...server.org.admin, bulkApiHardDelete: true });
  received.length = 0;
  const Id = successfulResults[0]?.sf__Id ?? '';
  await conn.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'hardDelete',
    input: [{ Id }],
    ...PATIENCE,
  });
  await eventually(
    () => received.length,
    (count) => count === 1,
  );
  expect(received.map(headerOf)).toMatchObject([{ changeType: 'DELETE', recordIds: [Id] }]);
  stop();
});

test('platform events are published by an insert', async () => {
  const { received, stop } = await listen('/event/Order_Event__e');
  const { successfulResults, failedResults } = await conn.bulk2.loadAndWaitForResults({
    object: 'Order_Event__e',
    operation: 'insert',
    input: 'Order_Id__c\nO-1\nO-2\n',
    ...PATIENCE,
  });
  expect(failedResults).toEqual([]);
  expect(successfulResults).toMatchObject([{ sf__Created: 'true' }, { sf__Created: 'true' }]);
  await eventually(
    () => received.length,
    (count) => count === 2,
  );
  expect(received.map(({ payload }) => payload?.['Order_Id__c'])).toEqual(['O-1', 'O-2']);
  stop();
  await expect(
    conn.bulk2.loadAndWaitForResults({
      object: 'Order_Event__e',
      operation: 'delete',
      input: 'Id\ne00000000000001\n',
      ...PATIENCE,
    }),
  ).rejects.toThrow('not supported for object: Order_Event__e');
});
