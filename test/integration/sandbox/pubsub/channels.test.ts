/**
 * Goal: the Pub/Sub and the Streaming API deliver custom channels alike: to whom they are for, filtered, enriched, and
 * without what is hidden.
 * Method: a bare gRPC client and bare Bayeux messages; what is read is decoded with avsc, or is JSON.
 */
import { expect, test } from 'vitest';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { BareClient, startTestPubSub } from '../../../support/pubsub.ts';
import { BareBayeux, startTestStreaming } from '../../../support/streaming.ts';

const ORDERS = '/event/Orders__chn';
const SALES = '/data/Sales__chn';

function configure({ channelConfig: config }: EventBus): void {
  config.createChannel({ fullName: 'Orders__chn', channelType: 'event', label: 'Orders' });
  config.createMember({
    eventChannel: 'Orders__chn',
    selectedEntity: 'Order_Event__e',
    filterExpression: 'Units__c >= 2',
  });
  config.createChannel({ fullName: 'Sales__chn', channelType: 'data', label: 'Sales' });
  config.createMember({
    eventChannel: 'Sales__chn',
    selectedEntity: 'AccountChangeEvent',
    filterExpression: "Industry = 'Banking'",
    enrichedFields: ['BillingAddress', 'Fax'],
  });
}

test('platform events on a custom channel need no View All Data over gRPC', async () => {
  await using server = await startTestPubSub();
  using client = new BareClient(server);
  configure(server.events);
  server.org.putUser({ ...server.org.admin, viewAllData: false });
  expect(await client.call('GetTopic', { topic_name: ORDERS })).toMatchObject({
    can_subscribe: true,
    can_publish: false,
    schema_id: '',
  });
  const [orders, sales] = [ORDERS, SALES].map((topic_name) =>
    client.subscribe({ topic_name, num_requested: 10, replay_preset: 'EARLIEST' }),
  );
  await Promise.all([orders?.opened, sales?.opened]);
  server.insert('Account', { Name: 'Acme', Industry: 'Banking' });
  for (const Units__c of [1, 2]) {
    server.events.publish('Order_Event__e', { Units__c }, server.actor);
  }
  const [response] = (await orders?.first(1)) ?? [];
  expect(response?.events).toHaveLength(1);
  await client.call('GetTopic', { topic_name: SALES });
  expect(sales?.received).toEqual([]);
});

test('the Streaming API filters, enriches and hides', async () => {
  await using server = await startTestStreaming();
  configure(server.events);
  const client = new BareBayeux(server);
  await client.handshake();
  await client.subscribe(SALES);
  const id = server.insert('Account', { Name: 'A', Industry: 'Banking', Fax: '1', Phone: '2' });
  server.insert('Account', { Name: 'B', Industry: 'Retail' });
  const admin = server.org.admin;
  server.org.putUser({ ...admin, hiddenFields: ['Account.Phone', 'Account.Industry'] });
  const update = { op: 'update', entity: 'Account', id, values: { Phone: '3' } } as const;
  server.org.write(server.actor, [update], true);
  const messages = await client.drain();
  const [created, updated] = messages.map((message) => message.data?.payload);
  expect(messages).toHaveLength(2);
  expect(created).toMatchObject({ Name: 'A', Fax: '1' });
  expect(created).not.toHaveProperty('Phone');
  expect(Object.keys(updated ?? {}).toSorted()).toEqual([
    'ChangeEventHeader',
    'Fax',
    'LastModifiedDate',
  ]);
  expect(updated?.['ChangeEventHeader']).toMatchObject({ changedFields: ['LastModifiedDate'] });
});
