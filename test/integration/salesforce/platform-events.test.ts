/**
 * Goal: platform events come with their fields, keyed and ordered as configured.
 * Method: a sandbox with a project that has one; events published over REST.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import { connection, harness, Poller } from '../../support/source-task.ts';

const shared = process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const project = join(shared, 'data/ebikes');
const EVENT = 'Manufacturing_Event__e';

describe.skipIf(!existsSync(project))('platform events', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ project, pubsub: { keepaliveMs: 100 } });
  });
  afterAll(() => sandbox.close());

  async function post(path: string, body: object): Promise<void> {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${sandbox.accessToken}`,
    };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${sandbox.http}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  const publish = (values: object): Promise<void> =>
    post(`/services/data/v66.0/sobjects/${EVENT}`, values);

  async function opened(more: Record<string, string>): Promise<Poller> {
    const config = connection(sandbox, { 'salesforce.channels': `/event/${EVENT}`, ...more });
    const poller = await Poller.open(config, harness());
    await poller.once();
    return poller;
  }

  test('come in order on one partition, keyed by their UUID', async () => {
    await using poller = await opened({});
    for (const status of ['ordered', 'built', 'shipped']) await publish({ Status__c: status });
    const records = await poller.until(3);
    expect(records.map((each) => Object(each.value).Status__c)).toEqual([
      'ordered',
      'built',
      'shipped',
    ]);
    // Invariant 5
    expect(records.every((each) => each.kafkaPartition === 0)).toBe(true);
    expect(records[0]).toMatchObject({
      topic: `org.${EVENT}`,
      key: { EventUuid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      value: { source: { channel: `/event/${EVENT}` }, CreatedDate: expect.any(BigInt) },
    });
  });

  test('are keyed by a field of theirs where one is named', async () => {
    await using poller = await opened({ 'event.key.field': 'Order_Id__c' });
    await publish({ Order_Id__c: 'o-1' });
    const [record] = await poller.until(1);
    expect(record).toMatchObject({ key: { Order_Id__c: 'o-1' }, kafkaPartition: undefined });
  });
});
