import { randomUUID } from 'node:crypto';
import { SchemaRegistry as KafkajsRegistry } from '@kafkajs/confluent-schema-registry';
import { describe, expect, it } from 'vitest';
import { createConverter } from '../../../src/converters/catalog.ts';
import { avroJson } from '../../../src/data/avro.ts';
import { BYTES, INT64, STRING, TIMESTAMP, optional, struct } from '../../../src/data/build.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { createSchemaRegistry } from '../../../src/registry/registry.ts';

const url = process.env['SCHEMA_REGISTRY_URL'] ?? '';

describe.skipIf(url === '')('AvroConverter against a real registry', () => {
  const converter = (properties: Record<string, string> = {}, isKey = false) =>
    createConverter('AvroConverter', {
      isKey,
      properties: { 'schema.registry.url': url, ...properties },
    });
  const topicName = (): string => `registry-${randomUUID()}`;
  const account = struct('com.acme.Account', {
    Id: STRING,
    Revenue: optional(INT64),
    At: optional(TIMESTAMP),
    Raw: optional(BYTES),
  });
  const value = {
    Id: '001',
    Revenue: 2n ** 62n + 1n,
    At: 1_700_000_000_000n,
    Raw: Buffer.from('x'),
  };

  it('asks the registry once and is synchronous from then on', async () => {
    const topic = topicName();
    const avro = converter();
    const first = avro.encode(topic, account, value);
    expect(first).toBeInstanceOf(Promise);
    const bytes = await first;
    const second = avro.encode(topic, account, value);
    expect(second).toEqual(bytes);
    // The same schema made anew asks nothing either.
    expect(avro.encode(topic, { ...account }, value)).toEqual(bytes);

    const decoded = await avro.decode(topic, bytes);
    expect(decoded.value).toEqual(value);
    expect(decoded.schema).toEqual(account);
    const again = avro.decode(topic, bytes);
    expect(again).not.toBeInstanceOf(Promise);
    expect(again).toMatchObject({ schema: decoded.schema });
  });

  it('writes what @kafkajs/confluent-schema-registry reads', async () => {
    const topic = topicName();
    const schema = struct('com.acme.Note', { Id: STRING, Text: optional(STRING) });
    const bytes = await converter().encode(topic, schema, { Id: '1', Text: 'tea' });
    const other = new KafkajsRegistry({ host: url });
    expect(await other.decode(Buffer.from(bytes ?? []))).toEqual({ Id: '1', Text: 'tea' });
  });

  it('registers under the topic, the record or both', async () => {
    const topic = topicName();
    const name = `com.acme.R${randomUUID().replaceAll('-', '')}`;
    const schema = struct(name, { Id: STRING });
    const registry = createSchemaRegistry({ urls: [url] });
    for (const [strategy, subject] of [
      ['io.confluent.kafka.serializers.subject.TopicNameStrategy', `${topic}-value`],
      ['io.confluent.kafka.serializers.subject.RecordNameStrategy', name],
      ['TopicRecordNameStrategy', `${topic}-${name}`],
    ] as const) {
      expect(await registry.latest(subject)).toBeUndefined();
      await converter({ 'value.subject.name.strategy': strategy }).encode(topic, schema, {
        Id: '1',
      });
      expect((await registry.latest(subject))?.schema).toBe(avroJson(schema));
    }
    await converter({}, true).encode(topic, STRING, 'k');
    expect(await registry.latest(`${topic}-key`)).toMatchObject({ version: 1, schema: '"string"' });
  });

  it('gives the newest schema of a topic, or none', async () => {
    const topic = topicName();
    const avro = converter();
    expect(await avro.latest?.(topic)).toBeUndefined();
    const bytes = await avro.encode(topic, account, value);
    const restarted = converter();
    const latest = await restarted.latest?.(topic);
    expect(latest).toEqual(account);
    // Known by its id from then on: nothing is registered again.
    expect(restarted.encode(topic, latest, value)).toEqual(bytes);
  });

  it('gives all schemas of a topic, oldest first, or none', async () => {
    const topic = topicName();
    const avro = converter();
    expect(await avro.versions?.(topic)).toEqual([]);
    const schemas = ['A', 'B', 'C'].map((field) =>
      struct('com.acme.Growing', { [field]: optional(STRING) }),
    );
    for (const schema of schemas) await avro.encode(topic, schema, {});
    expect(await avro.versions?.(topic)).toEqual(schemas);
    const named = converter({ 'value.subject.name.strategy': 'RecordNameStrategy' });
    expect(await named.versions?.(topic)).toEqual([]);
  });

  it('names the subject and the registry’s reason when a schema is incompatible', async () => {
    const topic = topicName();
    const avro = converter();
    await avro.encode(topic, struct('R', { n: INT64 }), { n: 1n });
    await expect(avro.encode(topic, struct('R', { n: STRING }), { n: 'x' })).rejects.toMatchObject({
      kind: 'data',
      code: 'registry.incompatible',
      path: `${topic}-value`,
      message: expect.stringMatching(/STRING|string/) as string,
    });
    // Refused once is not refused for ever, and the first schema still works.
    expect(await avro.encode(topic, struct('R', { n: INT64 }), { n: 2n })).not.toBeNull();
  });

  it('with auto-registration off finds a registered schema and refuses another', async () => {
    const topic = topicName();
    const off = converter({ 'auto.register.schemas': 'false' });
    await expect(off.encode(topic, account, value)).rejects.toMatchObject({
      kind: 'data',
      code: 'registry.subject.missing',
    });
    const bytes = await converter().encode(topic, account, value);
    expect(await off.encode(topic, account, value)).toEqual(bytes);
  });

  it('with use.latest.version writes with the registered schema', async () => {
    const topic = topicName();
    const wide = struct('R', { a: optional(STRING), b: optional(STRING) });
    const narrow = struct('R', { a: optional(STRING) });
    await converter().encode(topic, wide, { a: '1', b: '2' });
    const latest = converter({ 'auto.register.schemas': 'false', 'use.latest.version': 'true' });
    const bytes = await latest.encode(topic, narrow, { a: 'x' });
    expect((await latest.decode(topic, bytes)).value).toEqual({ a: 'x', b: null });

    const other = struct('R', { a: INT64 });
    await expect(latest.encode(topic, other, { a: 1n })).rejects.toMatchObject({
      code: 'registry.incompatible',
    });
    const lenient = converter({
      'auto.register.schemas': 'false',
      'use.latest.version': 'true',
      'latest.compatibility.strict': 'false',
    });
    expect(await lenient.encode(topic, other, { b: 'x' })).toBeInstanceOf(Uint8Array);
  });

  it('with use.schema.id writes with that schema', async () => {
    const topic = topicName();
    const wide = struct('R', { a: optional(STRING), b: optional(STRING) });
    const first = (await converter().encode(topic, wide, { a: '1' })) as Uint8Array;
    const id = new DataView(first.buffer, first.byteOffset).getInt32(1);
    const prescribed = converter({
      'auto.register.schemas': 'false',
      'use.schema.id': String(id),
    });
    const narrow = struct('R', { a: optional(STRING) });
    expect(await prescribed.encode(topic, narrow, { a: '1' })).toEqual(first);
    expect(() => converter({ 'use.schema.id': '5' })).toThrow('auto.register.schemas=false');
  });

  it('leaves Connect’s properties out and writes enumerations where it is told to', async () => {
    const topic = topicName();
    const enumeration: Schema = {
      type: 'string',
      optional: false,
      name: 'com.acme.Size',
      parameters: {
        'io.confluent.connect.avro.Enum': 'com.acme.Size',
        'io.confluent.connect.avro.Enum.S': 'S',
        'io.confluent.connect.avro.Enum.L': 'L',
      },
    };
    const schema = struct('com.acme.Shirt', { size: enumeration, other: optional(enumeration) });
    const avro = converter({
      'connect.meta.data': 'false',
      'enhanced.avro.schema.support': 'true',
    });
    const bytes = await avro.encode(topic, schema, { size: 'L', other: 'S' });
    const registry = createSchemaRegistry({ urls: [url] });
    expect(JSON.parse((await registry.latest(`${topic}-value`))?.schema ?? '')).toEqual({
      type: 'record',
      name: 'Shirt',
      namespace: 'com.acme',
      fields: [
        {
          name: 'size',
          type: { type: 'enum', name: 'Size', namespace: 'com.acme', symbols: ['S', 'L'] },
        },
        { name: 'other', type: ['null', 'com.acme.Size'], default: null },
      ],
    });
    expect((await avro.decode(topic, bytes)).value).toEqual({ size: 'L', other: 'S' });
  });

  it('names the field of a value that does not fit, after the schema is known', async () => {
    const topic = topicName();
    const avro = converter();
    await avro.encode(topic, account, value);
    expect(() => avro.encode(topic, account, { Id: 5 })).toThrow('Id: expected string, got number');
  });

  it('says what a record is that is not in the wire format, and an id nobody knows', async () => {
    const avro = converter();
    expect(() => avro.decode('t', Buffer.from('{"a":1}'))).toThrow(
      'not in the schema registry’s wire format'.replace('’', "'"),
    );
    await expect(
      avro.decode('t', Uint8Array.of(0, 0x7f, 0xff, 0xff, 0xf0, 0)),
    ).rejects.toMatchObject({
      kind: 'data',
      code: 'registry.schema.missing',
    });
  });
});
