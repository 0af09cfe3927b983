/** Goal: bytes that are Avro already reach the topic untouched, under the schema of whoever wrote them; or not at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { avroConverter } from '../../../src/converters/avro.ts';
import { createConverter } from '../../../src/converters/catalog.ts';
import { jsonSchemaConverter } from '../../../src/converters/json-schema-converter.ts';
import { encodedAvro } from '../../../src/data/encoded-avro.ts';
import type { SchemaRegistry } from '../../../src/registry/port.ts';

const NAME = 'com.sforce.eventbus.AccountChangeEvent';
const TOPIC = 'org.Account';

/** Salesforce's order of properties, which a schema made anew wouldn't keep. */
const json = (doc: string): string =>
  JSON.stringify({
    doc,
    name: 'AccountChangeEvent',
    namespace: 'com.sforce.eventbus',
    type: 'record',
    fields: [{ doc: 'Data:Text', name: 'Phone', type: ['null', 'string'], default: null }],
  });

class Registry implements SchemaRegistry {
  readonly registered: [subject: string, schema: string][] = [];
  readonly #firstId: number;

  constructor(firstId = 1) {
    this.#firstId = firstId;
  }
  register(subject: string, schema: string): Promise<number> {
    this.registered.push([subject, schema]);
    return Promise.resolve(this.#firstId + this.registered.length - 1);
  }
  lookup(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  byId(): Promise<string> {
    return Promise.resolve(json(''));
  }
  latest(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  versions(): Promise<[]> {
    return Promise.resolve([]);
  }
}

const converter = (registry: SchemaRegistry, properties: Record<string, string> = {}) =>
  avroConverter({ isKey: false, properties }, registry);

describe('AvroConverter', () => {
  test('puts the wire header before the bytes and changes none of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        async (payload, id) => {
          // A view into something larger, as it comes from the network.
          const around = Buffer.concat([Buffer.from('before'), payload, Buffer.from('after')]);
          const view = around.subarray(6, 6 + payload.length);
          const avro = converter(new Registry(id));
          const first = await avro.encode(TOPIC, encodedAvro(NAME, json('')), view);
          const header = Buffer.alloc(5);
          header.writeInt32BE(id, 1);
          expect(Buffer.from(first ?? [])).toEqual(Buffer.concat([header, payload]));
        },
      ),
    );
  });

  test('registers the writer’s schema as it stands, once, and is synchronous from then on', async () => {
    const registry = new Registry();
    const avro = converter(registry);
    const schema = encodedAvro(NAME, json('a'));
    await avro.encode(TOPIC, schema, Buffer.from([0]));
    expect(avro.encode(TOPIC, schema, Buffer.from([0]))).toEqual(Buffer.from([0, 0, 0, 0, 1, 0]));
    expect(avro.encode(TOPIC, encodedAvro(NAME, json('a')), Buffer.from([0]))).toBeInstanceOf(
      Buffer,
    );
    expect(registry.registered).toEqual([[`${TOPIC}-value`, json('a')]]);
  });

  test('gives each writer schema of one topic its own id', async () => {
    const avro = converter(new Registry());
    const [one, two] = [encodedAvro(NAME, json('a')), encodedAvro(NAME, json('b'))];
    const ids: number[] = [];
    for (const schema of [one, two, one]) {
      const bytes = await avro.encode(TOPIC, schema, Buffer.from([0]));
      ids.push(Buffer.from(bytes ?? []).readInt32BE(1));
    }
    expect(ids).toEqual([1, 2, 1]);
  });

  test.each([
    ['TopicNameStrategy', `${TOPIC}-value`],
    ['RecordNameStrategy', NAME],
    ['TopicRecordNameStrategy', `${TOPIC}-${NAME}`],
  ])('%s finds the writer’s record name', async (strategy, subject) => {
    const registry = new Registry();
    const avro = converter(registry, { 'value.subject.name.strategy': strategy });
    await avro.encode(TOPIC, encodedAvro(NAME, json('')), Buffer.from([0]));
    expect(registry.registered.map(([name]) => name)).toEqual([subject]);
  });

  test('refuses to write them with the latest schema', async () => {
    const options = { 'auto.register.schemas': 'false', 'use.latest.version': 'true' };
    const avro = converter(new Registry(), options);
    await expect(
      avro.encode(TOPIC, encodedAvro(NAME, json('')), Buffer.from([0])),
    ).rejects.toMatchObject({ kind: 'config', path: 'use.latest.version' });
  });

  test('a value that isn’t bytes is a data error, and not told', async () => {
    const avro = converter(new Registry());
    await expect(avro.encode(TOPIC, encodedAvro(NAME, json('')), 'secret')).rejects.toMatchObject({
      kind: 'data',
      message: expect.not.stringContaining('secret') as string,
    });
  });

  test('null is a tombstone', () => {
    expect(converter(new Registry()).encode(TOPIC, encodedAvro(NAME, json('')), null)).toBeNull();
  });
});

test('JsonSchemaConverter refuses encoded Avro as well', async () => {
  const other = jsonSchemaConverter({ isKey: false, properties: {} }, new Registry());
  const encode = async () => other.encode(TOPIC, encodedAvro(NAME, json('')), Buffer.from([0]));
  await expect(encode()).rejects.toMatchObject({ kind: 'config', path: 'value.converter' });
});

test.each(['JsonConverter', 'StringConverter', 'ByteArrayConverter'])(
  '%s refuses encoded Avro as a configuration error, which no tolerance skips',
  (name) => {
    const other = createConverter(name, { isKey: false, properties: {} });
    const encode = (): unknown =>
      other.encode(TOPIC, encodedAvro(NAME, json('')), Buffer.from([0]));
    expect(encode).toThrow(
      expect.objectContaining({
        kind: 'config',
        path: 'value.converter',
        suggestion: expect.stringContaining('AvroConverter') as string,
      }),
    );
  },
);
