/** Goal: what JsonSchemaConverter writes it reads, schema and value; schemas of others are read or refused by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSchemaConverter } from '../../../src/converters/json-schema-converter.ts';
import { INT32, INT64, STRING, decimal, map, optional, struct } from '../../../src/data/build.ts';
import type { Schema, SchemaAndValue } from '../../../src/data/schema.ts';
import type { SchemaRegistry } from '../../../src/registry/port.ts';
import { schemas, structs, values } from '../../support/jvm-transforms/data.ts';
import { schemaToWire, valueToWire } from '../../support/jvm-transforms/wire.ts';

class Registry implements SchemaRegistry {
  readonly texts: string[] = [];

  register(_subject: string, text: string): Promise<number> {
    return Promise.resolve(this.texts.push(text) - 1);
  }
  lookup(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  byId(id: number): Promise<string> {
    return Promise.resolve(this.texts[id] ?? '');
  }
  latest(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  versions(): Promise<readonly []> {
    return Promise.resolve([]);
  }
}

const made = (properties: Record<string, string> = {}) => {
  const registry = new Registry();
  return { registry, converter: jsonSchemaConverter({ isKey: false, properties }, registry) };
};

async function through(schema: Schema, value: unknown, properties = {}): Promise<SchemaAndValue> {
  const { converter } = made(properties);
  const bytes = await converter.encode('t', schema, value);
  return converter.decode('t', bytes);
}

const read = async (schema: unknown, json: unknown, properties = {}): Promise<SchemaAndValue> => {
  const { registry, converter } = made(properties);
  const id = await registry.register('', JSON.stringify(schema));
  const bytes = Buffer.concat([Buffer.of(0, 0, 0, 0, id), Buffer.from(JSON.stringify(json))]);
  return converter.decode('t', bytes);
};

describe('JsonSchemaConverter', () => {
  it('reads back every schema and value that it wrote', async () => {
    const data = fc
      .oneof(schemas(2), structs(schemas(2)))
      .chain((schema) => values(schema).map((value) => ({ schema, value })))
      .filter(({ value }) => value !== null);
    await fc.assert(
      fc.asyncProperty(data, fc.boolean(), async ({ schema, value }, oneOf) => {
        const back = await through(schema, value, {
          'json.oneof.for.nullables': String(oneOf),
          'replace.null.with.default': 'false',
          'decimal.format': oneOf ? 'BASE64' : 'NUMERIC',
        }).catch((error: Error) => error);
        // A required field with a default may be null in a test's record, but not in JSON.
        if (back instanceof Error) {
          expect(back.message).toMatch(/expected \w+, got null/);
          return;
        }
        expect(schemaToWire(back.schema)).toEqual(schemaToWire(schema));
        expect(valueToWire(back.schema, back.value)).toEqual(valueToWire(schema, value));
      }),
      { seed: 45, numRuns: 200 },
    );
  });

  it('writes the schema as Confluent’s does', async () => {
    const { registry, converter } = made();
    const schema = struct('com.acme.R', {
      id: STRING,
      n: optional(INT64),
      amount: decimal(2),
      counts: map(INT32),
    });
    const value = { id: 'x', n: null, amount: Buffer.of(1), counts: new Map([['a', 1]]) };
    const bytes = (await converter.encode('t', schema, value)) as Uint8Array;
    expect(JSON.parse(registry.texts[0] ?? '')).toEqual({
      type: 'object',
      title: 'com.acme.R',
      properties: {
        id: { type: 'string', 'connect.index': 0 },
        n: {
          oneOf: [{ type: 'null' }, { type: 'integer', 'connect.type': 'int64' }],
          'connect.index': 1,
        },
        amount: {
          type: 'number',
          title: 'org.apache.kafka.connect.data.Decimal',
          'connect.type': 'bytes',
          'connect.version': 1,
          'connect.parameters': { scale: '2' },
          'connect.index': 2,
        },
        counts: {
          type: 'object',
          'connect.type': 'map',
          additionalProperties: { type: 'integer', 'connect.type': 'int32' },
          'connect.index': 3,
        },
      },
    });
    expect(Buffer.from(bytes.subarray(5)).toString()).toBe(
      '{"id":"x","n":null,"amount":"AQ==","counts":{"a":1}}',
    );
  });

  it('reads schemas that others wrote, references within them too', async () => {
    const schema = {
      $defs: { Place: { type: 'object', properties: { city: { type: 'string' } } } },
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'integer' },
        at: { $ref: '#/$defs/Place' },
        size: { enum: ['S', 'L'] },
      },
    };
    const optionally = { 'use.optional.for.nonrequired': 'true' };
    const { schema: found, value } = await read(
      schema,
      { id: 1, at: { city: 'Bonn' } },
      optionally,
    );
    expect(value).toEqual({ id: 1n, at: { city: 'Bonn' }, size: null });
    expect(found?.fields?.map(({ schema: of }) => of.optional)).toEqual([false, true, true]);
  });

  it.each([
    [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, 'union of several types'],
    [{ type: 'array', items: { $ref: '#' } }, 'refers to itself'],
    [{ $ref: '#' }, 'refers to itself'],
    [{ type: 'array', items: { $ref: 'http://other' } }, 'another document'],
    [{ type: 'array' }, 'is no schema'],
    [{}, 'has no type'],
  ])('refuses %j by name', async (schema, message) => {
    await expect(read(schema, [])).rejects.toThrow(message);
  });
});
