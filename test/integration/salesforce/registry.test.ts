/**
 * Goal: the records encode, and after a restart the schema in a real registry is the one that goes on.
 * Method: records of a sandbox through AvroConverter; a second converter, which remembers nothing, says what is registered.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import type { Converter } from '../../../src/converters/converter.ts';
import { createConverter } from '../../../src/converters/catalog.ts';
import type { SourceRecord } from '../../../src/sdk/index.ts';
import { connection, harness, Poller } from '../../support/source-task.ts';

const url = process.env['SCHEMA_REGISTRY_URL'] ?? '';

describe.skipIf(url === '')('with a real registry', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ pubsub: { keepaliveMs: 100 } });
  });
  afterAll(() => sandbox.close());

  const converter = (): Converter =>
    createConverter('AvroConverter', {
      isKey: false,
      properties: { 'schema.registry.url': url },
    });

  function insert(entity: string, values: Record<string, string>): void {
    const [user] = sandbox.org.users();
    const actor = { userId: user?.id ?? '', origin: '' };
    sandbox.org.write(actor, [{ op: 'insert', entity, values }], true);
  }

  const encode = async (avro: Converter, { topic, valueSchema, value }: SourceRecord) =>
    avro.encode(topic, valueSchema, value);

  test.each([
    ['Account', { Name: 'Acme', BillingStreet: 'First', ShippingCity: 'Oslo' }],
    ['Contact', { LastName: 'Doe', Birthdate: '1969-12-31' }],
  ])('%s round-trips, and a restart keeps its registered schema', async (entity, values) => {
    const prefix = `source-${randomUUID()}`;
    const config = connection(sandbox, {
      'topic.prefix': prefix,
      'salesforce.channels': `/data/${entity}ChangeEvent`,
    });
    const made = harness();
    const first = await Poller.open(config, made);
    await first.once();
    insert(entity, values);
    const [record] = await first.until(1);
    await first[Symbol.asyncDispose]();
    if (record === undefined) throw new Error('no record');
    const bytes = await encode(converter(), record);
    const decoded = await converter().decode(record.topic, bytes);
    expect(decoded.value).toEqual(record.value);

    const registered = await converter().latest?.(record.topic);
    if (registered === undefined) throw new Error('nothing is registered');
    made.schemas.set(record.topic, registered);
    await using second = await Poller.open(config, made);
    insert(entity, values);
    const [later] = await second.until(1);
    expect(later?.valueSchema).toBe(registered);
  });
});
