/**
 * Goal: topics and schemas are found, and platform events published, as by Salesforce.
 * Method: a bare gRPC client; avsc encodes what is published.
 */
import avsc from 'avsc';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BareClient, startTestPubSub } from '../../support/pubsub.ts';
import type { FetchResponse, TestPubSub } from '../../support/pubsub.ts';

const TOPIC = '/event/Order_Event__e';

interface PublishResponse {
  readonly results: readonly {
    readonly replay_id: Buffer;
    readonly error: { readonly code: string; readonly msg: string } | null;
    readonly correlation_key: string;
  }[];
  readonly schema_id: string;
}

let server: TestPubSub;
let client: BareClient;
let schemaId: string;
let type: avsc.Type;

beforeEach(async () => {
  server = await startTestPubSub({ settings: { publishIdleMs: 200 } });
  client = new BareClient(server);
  schemaId = String((await client.call('GetTopic', { topic_name: TOPIC }))['schema_id']);
  const { schema_json } = await client.call('GetSchema', { schema_id: schemaId });
  type = avsc.Type.forSchema(JSON.parse(String(schema_json)) as avsc.Schema);
});
afterEach(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

function order(id: string, units = 1): object {
  const fields = { CreatedDate: 1, CreatedById: '005', Order_Id__c: id, Units__c: units };
  return { id, schema_id: schemaId, payload: type.toBuffer(fields) };
}

describe('GetTopic', () => {
  test('says what can be done with a topic', async () => {
    expect(await client.call('GetTopic', { topic_name: TOPIC })).toMatchObject({
      topic_name: TOPIC,
      tenant_guid: expect.stringContaining(server.org.id) as string,
      can_publish: true,
      can_subscribe: true,
      schema_id: expect.stringMatching(/^[\w-]{22}$/) as string,
    });
    expect(await client.call('GetTopic', { topic_name: '/data/AccountChangeEvent' })).toMatchObject(
      {
        can_publish: false,
        can_subscribe: true,
      },
    );
  });

  test('knows no single schema of a channel with many', async () => {
    const topic = await client.call('GetTopic', { topic_name: '/data/ChangeEvents' });
    expect(topic['schema_id']).toBe('');
  });

  test('says that a user may not subscribe, and hides what is hidden', async () => {
    server.org.putUser({ ...server.org.admin, viewAllData: false, hiddenObjects: ['Contact'] });
    const account = await client.call('GetTopic', { topic_name: '/data/AccountChangeEvent' });
    expect(account['can_subscribe']).toBe(false);
    await expect(
      client.call('GetTopic', { topic_name: '/data/ContactChangeEvent' }),
    ).rejects.toMatchObject({ code: 7 });
  });

  test.each([
    ['', 3],
    ['/data/NothingChangeEvent', 5],
  ])('of "%s" fails', async (topic_name, code) => {
    await expect(client.call('GetTopic', { topic_name })).rejects.toMatchObject({ code });
  });
});

test.each([
  ['', /^3 INVALID_ARGUMENT: The schema ID can't be blank\. rpcId: /],
  ['unknown', /^3 INVALID_ARGUMENT: There is no schema with the ID unknown\. rpcId: /],
])('GetSchema of "%s" fails', async (schema_id, message) => {
  await expect(client.call('GetSchema', { schema_id })).rejects.toThrow(message);
});

describe('Publish', () => {
  test('delivers to subscribers what was published', async () => {
    const answer = await client.call<PublishResponse>('Publish', {
      topic_name: TOPIC,
      events: [order('one', 3)],
    });
    const everything = { topic_name: TOPIC, num_requested: 10, replay_preset: 'EARLIEST' };
    const [response] = await client.subscribe(everything).first(1);
    const [event] = (response as FetchResponse).events;
    expect(answer.results).toMatchObject([{ error: null, correlation_key: 'one' }]);
    expect(answer.results[0]?.replay_id).toEqual(event?.replay_id);
    expect(answer.schema_id).toBe(schemaId);
    expect(event?.event.id).toBe('one');
    expect(type.fromBuffer(event?.event.payload ?? Buffer.alloc(0))).toMatchObject({
      Order_Id__c: 'one',
      Units__c: 3,
    });
  });

  test('refuses one bad event and takes the others', async () => {
    const bad = { id: 'bad', schema_id: schemaId, payload: Buffer.from([1]) };
    const large = { id: 'large', schema_id: schemaId, payload: Buffer.alloc(1024 * 1024 + 1) };
    const { results } = await client.call<PublishResponse>('Publish', {
      topic_name: TOPIC,
      events: [order('a'), bad, large, { ...order('b'), id: '' }],
    });
    expect(results.map((result) => result.error?.code)).toEqual([
      undefined,
      'PUBLISH',
      'PUBLISH',
      undefined,
    ]);
    expect(results[1]?.error?.msg).toContain("doesn't fit the schema");
    expect(results[3]?.correlation_key).toMatch(/^[\da-f-]{36}$/);
  });

  test.each([
    ['nothing', TOPIC, 3, 'publish.event.count.invalid'],
    ['no topic', '', 3, 'publish.topic.validation.empty'],
    ['change events', '/data/AccountChangeEvent', 7, 'topic.meta.permission'],
    ['an unknown topic', '/event/Nothing__e', 5, 'topic.not.found'],
  ])('of %s fails', async (_, topic_name, code, suffix) => {
    const events = suffix === 'publish.event.count.invalid' ? [] : [order('a')];
    const error: unknown = await client
      .call('Publish', { topic_name, events })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code });
    expect(
      (error as { metadata: { get(name: string): unknown[] } }).metadata.get('error-code'),
    ).toEqual([`sfdc.platform.eventbus.grpc.${suffix}`]);
  });
});

describe('PublishStream', () => {
  test('answers each request in order', async () => {
    const stream = client.stream<PublishResponse>('PublishStream');
    stream.send({ topic_name: TOPIC, events: [order('a'), order('b')] });
    stream.send({ events: [order('c')] });
    const answers = await stream.first(2);
    expect(answers.map(({ results }) => results.map((each) => each.correlation_key))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  test('ends with another topic, or when it is idle', async () => {
    const stream = client.stream<PublishResponse>('PublishStream');
    stream.send({ topic_name: TOPIC, events: [order('a')] });
    stream.send({ topic_name: '/event/Other__e', events: [order('b')] });
    const mismatch = await stream.ended;
    const idle = await client.stream('PublishStream').ended;
    expect(mismatch?.metadata.get('error-code')[0]).toMatch(/publish\.topic\.mismatch$/);
    expect(idle?.metadata.get('error-code')[0]).toMatch(/publish\.stream\.sweeper\.timeout$/);
    expect(idle?.metadata.get('type')).toEqual(['PublishStream']);
  });
});
