import { randomUUID } from 'node:crypto';
import { SchemaRegistry as KafkajsRegistry } from '@kafkajs/confluent-schema-registry';
import { describe, expect, it } from 'vitest';
import { createConverter } from '../../../src/converters/catalog.ts';
import {
  INT32,
  INT64,
  STRING,
  TIMESTAMP,
  array,
  optional,
  struct,
} from '../../../src/data/build.ts';

const url = process.env['SCHEMA_REGISTRY_URL'] ?? '';

describe.skipIf(url === '')('JsonSchemaConverter against a real registry', () => {
  const converter = (name = 'JsonSchemaConverter') =>
    createConverter(name, { isKey: false, properties: { 'schema.registry.url': url } });
  const schema = struct('com.acme.Account', {
    Id: STRING,
    Revenue: optional(INT64),
    At: optional(TIMESTAMP),
    Lines: array(INT32),
  });
  const value = { Id: '001', Revenue: 5n, At: 1_700_000_000_000n, Lines: [1, 2] };

  it('reads what another instance wrote, and finds the latest schema', async () => {
    const topic = `registry-${randomUUID()}`;
    const bytes = (await converter().encode(topic, schema, value)) as Uint8Array;
    const other = converter();
    expect(await other.decode(topic, bytes)).toEqual({ schema, value });
    expect(await other.latest?.(topic)).toEqual(schema);
  });

  it('writes what @kafkajs/confluent-schema-registry reads', async () => {
    const topic = `registry-${randomUUID()}`;
    const bytes = (await converter().encode(topic, schema, value)) as Uint8Array;
    const theirs = new KafkajsRegistry({ host: url }, { JSON: { strict: false } });
    expect(await theirs.decode(Buffer.from(bytes))).toEqual({
      Id: '001',
      Revenue: 5,
      At: 1_700_000_000_000,
      Lines: [1, 2],
    });
  });

  it('says that a record is of another format', async () => {
    const topic = `registry-${randomUUID()}`;
    const bytes = (await converter('AvroConverter').encode(topic, schema, value)) as Uint8Array;
    await expect(converter().decode(topic, bytes)).rejects.toMatchObject({
      code: 'registry.schema.type',
    });
  });
});
