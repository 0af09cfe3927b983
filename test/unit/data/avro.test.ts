import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avroJson, compileAvro, fromAvroJson, toAvro } from '../../../src/data/avro.ts';
import * as build from '../../../src/data/build.ts';
import type { Schema } from '../../../src/data/schema.ts';

const roundTrip = (schema: Schema, value: unknown): unknown => {
  const codec = compileAvro(avroJson(schema));
  return codec.decode(codec.encode(value));
};

const encodeError = (schema: Schema, value: unknown): unknown => {
  try {
    compileAvro(avroJson(schema)).encode(value);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('a Connect schema as Avro', () => {
  it('writes an optional field as a union with null first and null as default', () => {
    expect(toAvro(build.struct('com.acme.Key', { Id: build.optional(build.STRING) }))).toEqual({
      type: 'record',
      name: 'Key',
      namespace: 'com.acme',
      fields: [{ name: 'Id', type: ['null', 'string'], default: null }],
      'connect.name': 'com.acme.Key',
    });
  });

  it('writes logical types with the properties AvroData gives them', () => {
    expect(avroJson(build.TIMESTAMP)).toBe(
      '{"type":"long","connect.version":1,"connect.name":"org.apache.kafka.connect.data.Timestamp","logicalType":"timestamp-millis"}',
    );
    expect(toAvro(build.DATE)).toMatchObject({ type: 'int', logicalType: 'date' });
    expect(toAvro(build.TIME)).toMatchObject({ type: 'int', logicalType: 'time-millis' });
    expect(toAvro(build.decimal(2, 18))).toMatchObject({
      type: 'bytes',
      scale: 2,
      precision: 18,
      logicalType: 'decimal',
      'connect.parameters': { scale: '2', 'connect.decimal.precision': '18' },
    });
  });

  it('puts a default before null in the union, because Avro takes it from the first branch', () => {
    const schema = build.struct('R', { n: { type: 'int64', optional: true, default: 5n } });
    expect(JSON.parse(avroJson(schema))).toMatchObject({
      fields: [{ name: 'n', type: [{ type: 'long', 'connect.default': 5 }, 'null'], default: 5 }],
    });
    expect(fromAvroJson(avroJson(schema))).toMatchObject({ fields: schema.fields });
  });

  it('defines a struct once and refers to it by name afterwards', () => {
    const address = build.struct('com.acme.Address', { City: build.optional(build.STRING) });
    const schema = build.struct('com.acme.Account', {
      Billing: build.optional(address),
      Shipping: build.optional(address),
    });
    expect(toAvro(schema)).toMatchObject({
      fields: [{ type: ['null', { name: 'Address' }] }, { type: ['null', 'com.acme.Address'] }],
    });
    const value = { Billing: { City: 'Bern' }, Shipping: { City: 'Biel' } };
    expect(roundTrip(schema, value)).toEqual(value);
  });

  it('refuses two different structs of one name', () => {
    const schema = build.struct('Outer', {
      a: build.struct('Inner', { x: build.INT32 }),
      b: build.struct('Inner', { y: build.INT32 }),
    });
    expect(() => toAvro(schema)).toThrow('Two different structs are both named Inner');
  });

  it('reads back as the schema it was written from', () => {
    const schema = build.struct('com.acme.All', {
      i8: build.INT8,
      i16: build.optional(build.INT16),
      i32: build.INT32,
      i64: build.INT64,
      f32: build.FLOAT32,
      f64: build.FLOAT64,
      flag: build.BOOLEAN,
      text: { ...build.STRING, doc: 'free text' },
      bytes: build.BYTES,
      date: build.optional(build.DATE),
      time: build.TIME,
      at: build.optional(build.TIMESTAMP),
      amount: build.decimal(2),
      tags: build.array(build.optional(build.STRING)),
      counts: build.map(build.INT64),
      byNumber: { type: 'map', optional: false, keys: build.INT32, items: build.STRING },
      inner: build.optional(build.struct('com.acme.Inner', { x: build.FLOAT64 })),
    });
    expect(fromAvroJson(avroJson(schema))).toEqual(schema);
  });
});

describe('an Avro codec', () => {
  it('carries every 64-bit number exactly, inside and outside unions and logical types', () => {
    const schema = build.struct('N', {
      plain: build.INT64,
      maybe: build.optional(build.INT64),
      at: build.optional(build.TIMESTAMP),
      list: build.array(build.INT64),
    });
    const codec = compileAvro(avroJson(schema));
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        const value = { plain: n, maybe: n, at: n, list: [n, -n === 2n ** 63n ? n : -n] };
        expect(codec.decode(codec.encode(value))).toEqual(value);
      }),
    );
    for (const n of [
      0n,
      -1n,
      2n ** 52n,
      -(2n ** 52n),
      2n ** 53n + 1n,
      -(2n ** 53n) - 1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ]) {
      expect(roundTrip(build.INT64, n)).toBe(n);
    }
  });

  it('writes the bytes plain avsc writes for values both can hold', () => {
    const schema = build.struct('N', {
      n: build.INT64,
      s: build.optional(build.STRING),
      l: build.array(build.INT32),
    });
    const plain = avsc.Type.forSchema(JSON.parse(avroJson(schema)) as avsc.Schema);
    const ours = compileAvro(avroJson(schema));
    fc.assert(
      fc.property(
        // avsc itself rounds below -(2^52): what our own long is for.
        fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
        fc.option(fc.string()),
        fc.array(fc.integer()),
        (n, s, l) => {
          expect(Buffer.from(ours.encode({ n: BigInt(n), s, l }))).toEqual(
            plain.toBuffer({ n, s, l }),
          );
        },
      ),
    );
  });

  it('reads a missing property as null and writes it so', () => {
    const schema = build.struct('R', {
      a: build.optional(build.STRING),
      b: build.optional(build.INT64),
    });
    expect(roundTrip(schema, { b: 7n })).toEqual({ a: null, b: 7n });
  });

  it('holds maps as Map, with string keys and with others', () => {
    const value = new Map([['a', 1n]]);
    expect(roundTrip(build.map(build.INT64), value)).toEqual(value);
    const byNumber: Schema = {
      type: 'map',
      optional: true,
      keys: build.INT32,
      items: build.STRING,
    };
    expect(
      roundTrip(
        byNumber,
        new Map([
          [1, 'x'],
          [2, 'y'],
        ]),
      ),
    ).toEqual(
      new Map([
        [1, 'x'],
        [2, 'y'],
      ]),
    );
  });

  it('puts a prefix before the record and decodes behind it', () => {
    const codec = compileAvro('"string"');
    const bytes = codec.encode('hi', Uint8Array.of(0, 0, 0, 0, 9));
    expect([...bytes]).toEqual([0, 0, 0, 0, 9, 4, 104, 105]);
    expect(codec.decode(bytes, 5)).toBe('hi');
  });

  it('encodes a record larger than its scratch buffer', () => {
    const long = 'é'.repeat(300_000);
    expect(roundTrip(build.optional(build.STRING), long)).toBe(long);
    expect(roundTrip(build.array(build.STRING), [long, 'a', long])).toEqual([long, 'a', long]);
  });

  it('keeps no reference from one result to the next', () => {
    const codec = compileAvro('"string"');
    const first = codec.encode('first');
    codec.encode('other');
    expect(codec.decode(first)).toBe('first');
  });
});

describe('an encoding error', () => {
  const schema = build.struct('Value', {
    op: build.STRING,
    record: build.optional(
      build.struct('Record', {
        AnnualRevenue: build.optional(build.FLOAT64),
        Tags: build.optional(build.array(build.STRING)),
        Size: build.optional(build.INT16),
        At: build.optional(build.TIMESTAMP),
        More: build.optional(build.map(build.INT32)),
      }),
    ),
  });

  it.each([
    [
      { op: 'x', record: { AnnualRevenue: 'lots' } },
      'record.AnnualRevenue: expected double, got string',
    ],
    [{ op: 'x', record: { Tags: ['a', 5] } }, 'record.Tags.1: expected string, got number'],
    [{ op: 'x', record: { Size: 40_000 } }, 'record.Size: expected int, got a number out of range'],
    [{ op: 'x', record: { Size: 1.5 } }, 'record.Size: expected int, got a number with a fraction'],
    [{ op: 'x', record: { At: 1700000000000 } }, 'record.At: expected long, got number'],
    [{ op: 'x', record: { At: 2n ** 63n } }, 'record.At: expected long, got a bigint out of range'],
    [
      { op: 'x', record: { More: new Map([['k', 'v']]) } },
      'record.More.k: expected int, got string',
    ],
    [{ op: 'x', record: { More: { k: 1 } } }, 'record.More: expected map, got struct'],
    [{ record: null }, 'op: expected string, got null'],
    [null, 'value: expected record, got null'],
  ])('names the field of %o', (value, message) => {
    expect(encodeError(schema, value)).toMatchObject({ kind: 'data', message });
  });

  it('refuses text that UTF-8 can’t hold instead of changing it', () => {
    expect(roundTrip(build.STRING, 'a\u{1f600}b')).toBe('a\u{1f600}b');
    expect(encodeError(build.STRING, 'a\ud83d')).toMatchObject({
      message: 'value: expected string, got text with half a surrogate pair',
    });
  });

  it('never shows the value', () => {
    expect(String(encodeError(build.INT32, 'secret-thing'))).not.toContain('secret-thing');
  });
});

describe('Avro written by others', () => {
  it('reads a union of several types as a struct with one field per branch', () => {
    const person =
      '{"type":"record","name":"PersonName","namespace":"sf","fields":[{"name":"LastName","type":["null","string"]}]}';
    const codec = compileAvro(
      `{"type":"record","name":"C","fields":[{"name":"Name","type":["null","string",${person}]},{"name":"n","type":["null","double","long"]}]}`,
    );
    const name = codec.schema.fields?.[0]?.schema;
    expect(name).toMatchObject({
      type: 'struct',
      optional: true,
      name: 'io.confluent.connect.avro.Union',
    });
    expect(name?.fields?.map((field) => field.name)).toEqual(['string', 'PersonName']);
    for (const value of [
      { Name: { string: 'Ada' }, n: { long: 2n ** 60n } },
      { Name: { PersonName: { LastName: 'Byron' } }, n: { double: 0.5 } },
      { Name: null, n: null },
    ]) {
      expect(codec.decode(codec.encode(value))).toEqual(value);
    }
    const again = compileAvro(avroJson(codec.schema));
    expect(again.schema).toEqual(codec.schema);
  });

  it('reads enums as strings, fixed as bytes, docs and connect properties', () => {
    const codec = compileAvro(
      JSON.stringify({
        type: 'record',
        name: 'r.R',
        fields: [
          { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] }, doc: 'a letter' },
          { name: 'f', type: { type: 'fixed', name: 'F', size: 2 } },
          { name: 'x', type: { type: 'int', 'connect.type': 'int8', 'connect.version': 3 } },
        ],
      }),
    );
    expect(codec.schema.fields?.map(({ schema }) => [schema.type, schema.name])).toEqual([
      ['string', 'r.E'],
      ['bytes', 'r.F'],
      ['int8', undefined],
    ]);
    expect(codec.schema.fields?.[0]?.schema.doc).toBe('a letter');
    expect(codec.schema.fields?.[2]?.schema.version).toBe(3);
    const bytes = codec.encode({ e: 'B', f: Buffer.from([1, 2]), x: -5 });
    expect(codec.decode(bytes)).toEqual({ e: 'B', f: Buffer.from([1, 2]), x: -5 });
  });

  it('reads a record that contains itself', () => {
    const codec = compileAvro(
      '{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]},{"name":"n","type":"int"}]}',
    );
    const value = { next: { next: null, n: 2 }, n: 1 };
    expect(codec.decode(codec.encode(value))).toEqual(value);
    expect(codec.schema.fields?.[0]?.schema.fields).toBe(codec.schema.fields);
    expect(JSON.parse(avroJson(codec.schema))).toMatchObject({ name: 'Node' });
  });

  it('refuses bytes that end early or go on, and counts no buffer can hold', () => {
    const codec = compileAvro('{"type":"array","items":"long"}');
    expect(() => codec.decode(Uint8Array.of(4, 2))).toThrow('they end too early');
    expect(() => codec.decode(Uint8Array.of(0, 1))).toThrow('1 bytes are left over');
    expect(() => codec.decode(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff, 0x7f))).toThrow(
      'truncated',
    );
  });

  it('refuses what is not a schema', () => {
    expect(() =>
      compileAvro('{"type":"record","name":"R","fields":[{"name":"a-b","type":"int"}]}'),
    ).toThrow('The Avro schema is not valid: invalid field name: a-b.');
    expect(() => compileAvro('nonsense')).toThrow('The Avro schema is not JSON.');
    expect(() =>
      compileAvro('{"type":"record","name":"R","fields":[{"name":"a","type":"Missing"}]}'),
    ).toThrow('refers to Missing');
  });
});
