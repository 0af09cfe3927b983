/**
 * Goal: platform events come whole, in order, on one partition unless the user keys them.
 * Method: the ebikes project's event, published in the sandbox.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import { connection, harness, Poller } from '../../support/source-task.ts';

const shared = process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const project = join(shared, 'data/ebikes');
const CHANNEL = '/event/Manufacturing_Event__e';

async function started(cleanup: AsyncDisposableStack): Promise<Sandbox> {
  const sandbox = await startSandbox({ project, seed: 3, pubsub: { keepaliveMs: 100 } });
  cleanup.defer(() => sandbox.close());
  return sandbox;
}

function publish(sandbox: Sandbox, order: string): string {
  const [admin] = sandbox.org.users();
  const actor = { userId: admin?.id ?? '', origin: 'test' };
  const values = { Order_Id__c: order, Status__c: 'Approved' };
  return sandbox.events.publish('Manufacturing_Event__e', values, actor).eventUuid;
}

describe.skipIf(!existsSync(project))('platform events', () => {
  test('carry their fields and where they came from, keyed by their UUID on one partition', async () => {
    await using cleanup = new AsyncDisposableStack();
    const sandbox = await started(cleanup);
    const config = connection(sandbox, { 'salesforce.channels': CHANNEL });
    const poller = cleanup.use(await Poller.open(config, harness()));
    await poller.once();
    const uuids = ['1', '2', '3'].map((order) => publish(sandbox, order));
    const records = await poller.until(3);
    expect(records.map((record) => record.key)).toEqual(uuids.map((EventUuid) => ({ EventUuid })));
    expect(new Set(records.map((record) => record.kafkaPartition))).toEqual(new Set([0]));
    expect(records[0]).toMatchObject({
      topic: 'org.Manufacturing_Event__e',
      value: {
        Order_Id__c: '1',
        Status__c: 'Approved',
        source: { org: sandbox.orgId, channel: CHANNEL },
      },
      position: { partition: { org: sandbox.orgId, channel: CHANNEL } },
    });
  });

  test('keyed by a field of theirs are spread as its values are', async () => {
    await using cleanup = new AsyncDisposableStack();
    const sandbox = await started(cleanup);
    const config = connection(sandbox, {
      'salesforce.channels': CHANNEL,
      'event.key.field': 'Order_Id__c',
    });
    const poller = cleanup.use(await Poller.open(config, harness()));
    await poller.once();
    publish(sandbox, 'A7');
    const [record] = await poller.until(1);
    expect(record).toMatchObject({ key: { Order_Id__c: 'A7' } });
    expect(record?.kafkaPartition).toBeUndefined();
  });
});
