/**
 * Goal: `startSandbox` is one Salesforce: what is loaded, and what is written by REST, streams from Pub/Sub.
 * Method: the ebikes project, jsforce and salesforce-pubsub-api-client, both unmodified, over TLS where they can.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import jsforce from 'jsforce';
import PubSubApiClient from 'salesforce-pubsub-api-client';
import { fetch } from 'undici';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../../sandbox/index.ts';

const shared = process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const ebikes = join(shared, 'data/ebikes');
const silent = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

interface Received {
  readonly payload: {
    readonly MSRP__c: number | null;
    readonly ChangeEventHeader: {
      readonly changeType: string;
      readonly changedFields: readonly string[];
      readonly nulledFields: readonly string[];
      readonly changeOrigin: string;
    };
  };
}

describe.skipIf(!existsSync(ebikes))('a sandbox of the ebikes project', () => {
  test('streams the records of its plan and what jsforce changes', async () => {
    await using cleanup = new AsyncDisposableStack();
    const sandbox = await startSandbox({
      project: ebikes,
      data: join(ebikes, 'data/sample-data-plan.json'),
    });
    cleanup.defer(() => sandbox.close());
    const connection = new jsforce.Connection({ loginUrl: sandbox.http, version: '66.0' });
    await connection.login(sandbox.username, sandbox.password);
    const bikes = await connection.query(
      "SELECT Id, Product_Family__r.Name FROM Product__c WHERE Name = 'FUSE X1'",
    );
    const [bike] = bikes.records;
    expect(bike?.['Product_Family__r']).toMatchObject({ Name: 'Fuse' });
    const update = { Id: bike?.Id ?? '', MSRP__c: 2600, Fork__c: null };
    await connection.sobject('Product__c').update(update);
    await connection.sobject('Product__c').destroy(update.Id);

    const client = new PubSubApiClient(
      {
        authType: 'user-supplied',
        accessToken: sandbox.accessToken,
        instanceUrl: sandbox.https,
        pubSubEndpoint: sandbox.pubsub,
        rejectUnauthorizedSsl: false,
      },
      silent,
    );
    await client.connect();
    const ended = Promise.withResolvers<void>();
    const received = await new Promise<Received[]>((resolve, reject) => {
      const found: Received[] = [];
      const take = (_info: unknown, type: string, data?: unknown): void => {
        if (type === 'event') found.push(data as Received);
        if (type === 'error') reject(data instanceof Error ? data : new Error(String(data)));
        if (type === 'end') ended.resolve();
        if (found.length === 18) resolve(found);
      };
      client.subscribeFromEarliestEvent('/data/Product__ChangeEvent', take, 100);
    });
    const headers = received.map((event) => event.payload.ChangeEventHeader);
    expect(headers.slice(0, 16).map((header) => header.changeType)).toEqual(
      Array.from({ length: 16 }, () => 'CREATE'),
    );
    expect(headers.slice(16)).toMatchObject([
      {
        changeType: 'UPDATE',
        changedFields: ['LastModifiedDate', 'Fork__c', 'MSRP__c'],
        nulledFields: ['Fork__c'],
      },
      { changeType: 'DELETE' },
    ]);
    expect(received[16]?.payload.MSRP__c).toBe(2600);
    await sandbox.close();
    await ended.promise;
    client.close();
  });
});

describe('the control API', () => {
  test('tells gap, wildcard and overflow events through the control API', async () => {
    await using cleanup = new AsyncDisposableStack();
    const sandbox = await startSandbox({ changeEvents: ['Account'] });
    cleanup.defer(() => sandbox.close());
    const { log } = sandbox.events;
    const cursor = log.latest();
    for (const body of [
      { entity: 'Account', ids: ['001Hw0000000001'] },
      { entity: 'Account', ids: '*' },
      { entity: 'Account', type: 'GAP_OVERFLOW' },
    ]) {
      const response = await fetch(`${sandbox.http}/__sandbox/v1/gap`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      expect(response.status).toBe(202);
    }
    const entities = Array.from({ length: 4 }, () => log.next(cursor, () => true)?.entity);
    expect(entities).toEqual(['Account', 'Account', 'Account', undefined]);
  });
});

describe('ports', () => {
  test('a taken one is named, and nothing stays open', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startSandbox({ port: port - 2 })).rejects.toThrow(
      `Port ${port} is already in use.`,
    );
    await new Promise((resolve) => taken.close(resolve));
  });
});

test('files of a closed sandbox are gone, and its key was for its owner alone', async () => {
  const sandbox = await startSandbox();
  expect(readFileSync(sandbox.privateKey, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  await sandbox.close();
  expect(existsSync(sandbox.privateKey)).toBe(false);
});
