import { findClass } from '../../../src/config/classes.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configKeys } from '../../../src/config/keys.ts';
import {
  converterKeys,
  createConverter,
  createHeaderConverter,
  CONVERTERS,
} from '../../../src/converters/catalog.ts';
import type { Converter } from '../../../src/converters/converter.ts';
import * as build from '../../../src/data/build.ts';
import { unscaledBytes, unscaledOf } from '../../../src/data/decimal.ts';
import type { Schema, SchemaAndValue } from '../../../src/data/schema.ts';

const converter = (name: string, properties: Record<string, string> = {}): Converter =>
  createConverter(name, { isKey: false, properties });
const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString();

const schema = build.struct('com.acme.All', {
  id: build.STRING,
  n: build.optional(build.INT64),
  f: build.FLOAT64,
  raw: build.BYTES,
  at: build.TIMESTAMP,
  amount: build.decimal(2),
  tags: build.array(build.INT32),
  counts: build.map(build.INT64),
  byNumber: { type: 'map', optional: false, keys: build.INT32, items: build.STRING },
});
const value = {
  id: 'x',
  n: 2n ** 62n + 1n,
  f: 1.5,
  raw: Buffer.from([1, 2]),
  at: 1_700_000_000_000n,
  amount: Buffer.from([0x04, 0xd2]),
  tags: [1, 2],
  counts: new Map([['a', 1n]]),
  byNumber: new Map([[1, 'one']]),
};

describe('JsonConverter', () => {
  it('writes Connect’s envelope, its properties in Connect’s order', () => {
    const small = build.struct('R', { a: build.optional(build.INT64), d: build.DATE });
    expect(text(converter('JsonConverter').encode('t', small, { a: 1n, d: 5 }))).toBe(
      '{"schema":{"type":"struct","fields":[{"type":"int64","optional":true,"field":"a"},' +
        '{"type":"int32","optional":false,"name":"org.apache.kafka.connect.data.Date","version":1,"field":"d"}],' +
        '"optional":false,"name":"R"},"payload":{"a":1,"d":5}}',
    );
  });

  it('reads back what it wrote, schema and value, numbers exact', () => {
    const json = converter('org.apache.kafka.connect.json.JsonConverter');
    const bytes = json.encode('t', schema, value) as Uint8Array;
    expect(text(bytes)).toContain(`"n":${(2n ** 62n + 1n).toString()}`);
    expect(json.decode('t', bytes)).toEqual({ schema, value });
  });

  it('gives the same schema object for the same schema', () => {
    const json = converter('JsonConverter');
    const read = (bytes: unknown): Schema | undefined =>
      (json.decode('t', bytes as Uint8Array) as { schema?: Schema }).schema;
    const first = read(json.encode('t', schema, value));
    expect(read(json.encode('t', schema, { ...value, id: 'y' }))).toBe(first);
  });

  it('keeps every integer without a schema: beyond 2^53 as a bigint', () => {
    const plain = converter('JsonConverter', { 'schemas.enable': 'false' });
    const bytes = Buffer.from(
      '{"a":9223372036854775807,"b":5,"c":-9007199254740993,"d":1.5,"e":"12345678901234567890"}',
    );
    const decoded = plain.decode('t', bytes) as { value: unknown };
    expect(decoded.value).toEqual({
      a: 9223372036854775807n,
      b: 5,
      c: -9007199254740993n,
      d: 1.5,
      e: '12345678901234567890',
    });
    expect(text(plain.encode('t', undefined, decoded.value))).toBe(bytes.toString());
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        const encoded = plain.encode('t', build.INT64, n) as Uint8Array;
        expect(text(encoded)).toBe(n.toString());
        const read = plain.decode('t', encoded) as { value: bigint | number };
        expect(BigInt(read.value)).toBe(n);
      }),
    );
  });

  it('writes decimals as base64, or as numbers digit by digit', () => {
    const decimal = build.decimal(3);
    const as = (format: string, bytes: Uint8Array): string =>
      text(
        converter('JsonConverter', { 'schemas.enable': 'false', 'decimal.format': format }).encode(
          't',
          decimal,
          bytes,
        ),
      );
    expect(as('BASE64', Buffer.from([0x04, 0xd2]))).toBe('"BNI="');
    expect(as('numeric', Buffer.from([0x04, 0xd2]))).toBe('1.234');
    expect(as('NUMERIC', Buffer.from([0xff]))).toBe('-0.001');
    expect(as('NUMERIC', Buffer.from('7fffffffffffffffffff', 'hex'))).toBe(
      '604462909807314587353.087',
    );
  });

  it('reads numeric decimals', () => {
    const json = converter('JsonConverter', { 'decimal.format': 'NUMERIC' });
    const decimal = build.struct('R', { d: build.decimal(2) });
    const bytes = json.encode('t', decimal, { d: Buffer.from([0x80]) }) as Uint8Array;
    expect(text(bytes)).toContain('"payload":{"d":-1.28}');
    expect(json.decode('t', bytes)).toMatchObject({ value: { d: Buffer.from([0x80]) } });
  });

  it('reads numeric decimals of more digits than a double has', () => {
    const json = converter('JsonConverter', { 'decimal.format': 'NUMERIC' });
    for (const unscaled of [669381234567890120n, -12345678901234567890n, 5n]) {
      const bytes = json.encode('t', build.decimal(2), unscaledBytes(unscaled)) as Uint8Array;
      const { value } = json.decode('t', bytes) as SchemaAndValue;
      expect(unscaledOf(value as Uint8Array)).toBe(unscaled);
    }
  });

  it('reads every record by schema.content when that is set', () => {
    const content = '{"type":"struct","optional":false,"fields":[{"field":"n","type":"int64"}]}';
    const json = converter('JsonConverter', { 'schema.content': content });
    expect(json.decode('t', Buffer.from('{"n":5}'))).toMatchObject({
      schema: { type: 'struct' },
      value: { n: 5n },
    });
    expect(() => converter('JsonConverter', { 'schema.content': '{' })).toThrow('schema.content');
  });

  it('writes a default for null unless told not to', () => {
    const withDefault = build.struct('R', { a: { type: 'int32', optional: true, default: 7 } });
    const plain = { 'schemas.enable': 'false' };
    expect(text(converter('JsonConverter', plain).encode('t', withDefault, {}))).toBe('{"a":7}');
    const kept = converter('JsonConverter', { ...plain, 'replace.null.with.default': 'false' });
    expect(text(kept.encode('t', withDefault, {}))).toBe('{"a":null}');
  });

  const golden = join(
    process.env['HEADWATER_SHARED'] ?? '../shared',
    'golden/connect-rest/011-plugin-config-converter.txt',
  );
  it.skipIf(!existsSync(golden))('shows its properties as a real worker does', () => {
    const answer = readFileSync(golden, 'utf8');
    const body = answer.slice(answer.indexOf('\n\n', answer.indexOf('### RESPONSE')));
    expect(configKeys(findClass(CONVERTERS, 'JsonConverter')?.config ?? [])).toEqual(
      JSON.parse(body),
    );
  });

  it('takes null for a tombstone', () => {
    const json = converter('JsonConverter');
    expect(json.encode('t', schema, null)).toBeNull();
    expect(json.decode('t', null)).toEqual({ schema: undefined, value: null });
  });

  it('names the field that doesn’t fit', () => {
    const json = converter('JsonConverter');
    const inner = build.struct('O', { list: build.array(build.struct('I', { n: build.INT64 })) });
    expect(() => json.encode('t', inner, { list: [{ n: 1n }, { n: 2 }] })).toThrow(
      expect.objectContaining({ kind: 'data', message: 'list.1.n: expected int64, got number' }),
    );
    expect(() => json.encode('t', build.FLOAT64, Number.NaN)).toThrow('value: expected float64');
    expect(() => json.encode('t', build.struct('R', { a: build.STRING }), {})).toThrow(
      'a: expected string, got null',
    );
  });

  it('says what to do about plain JSON, and shows nothing of what isn’t JSON', () => {
    const json = converter('JsonConverter');
    expect(() => json.decode('t', Buffer.from('{"a":1}'))).toThrow(
      expect.objectContaining({
        suggestion: expect.stringContaining('schemas.enable=false') as string,
      }),
    );
    const broken = (): unknown => json.decode('t', Buffer.from('secret-thing'));
    expect(broken).toThrow('The record is not JSON');
    expect(broken).not.toThrow('secret-thing');
  });
});

describe('the plain converters', () => {
  it('StringConverter writes text and reads text', () => {
    const string = converter('org.apache.kafka.connect.storage.StringConverter');
    expect(text(string.encode('t', build.STRING, 'é'))).toBe('é');
    expect(text(string.encode('t', build.INT64, 2n ** 60n))).toBe((2n ** 60n).toString());
    expect(text(string.encode('t', undefined, { n: 2n ** 60n }))).toBe(`{"n":${2n ** 60n}}`);
    expect(string.decode('t', Buffer.from('a'))).toEqual({
      schema: build.optional(build.STRING),
      value: 'a',
    });
    expect(() => converter('StringConverter', { 'converter.encoding': 'EBCDIC' })).toThrow(
      'not known',
    );
  });

  it('ByteArrayConverter passes bytes and refuses the rest', () => {
    const bytes = converter('ByteArrayConverter');
    const given = Buffer.from('x');
    expect(bytes.encode('t', undefined, given)).toBe(given);
    expect(() => bytes.encode('t', undefined, 'x')).toThrow(
      'ByteArrayConverter is not compatible with objects of type class java.lang.String',
    );
  });

  it.each([
    ['ShortConverter', -2, 'fffe'],
    ['IntegerConverter', 258, '00000102'],
    ['LongConverter', -(2n ** 63n), '8000000000000000'],
    ['FloatConverter', 1.5, '3fc00000'],
    ['DoubleConverter', 1.5, '3ff8000000000000'],
    ['BooleanConverter', true, '01'],
  ])('%s writes %s big-endian and reads it back', (name, given, hex) => {
    const number = converter(`org.apache.kafka.connect.converters.${name}`);
    const bytes = number.encode('t', undefined, given) as Uint8Array;
    expect(Buffer.from(bytes).toString('hex')).toBe(hex);
    expect(number.decode('t', bytes)).toMatchObject({ value: given });
    expect(() => number.encode('t', undefined, 'x')).toThrow(
      /^(Failed to serialize to|BooleanConverter is not compatible)/,
    );
    expect(() => number.decode('t', Buffer.alloc(3))).toThrow('3 bytes');
  });
});

describe('a class name', () => {
  it('that isn’t known gets Connect’s message and the nearest name', () => {
    expect(() => converter('no.such.Conv')).toThrow(
      expect.objectContaining({
        kind: 'config',
        path: 'value.converter',
        message:
          'Invalid value no.such.Conv for configuration value.converter: Class no.such.Conv could not be found.',
      }),
    );
    expect(() => converter('JsonConvertor')).toThrow(
      expect.objectContaining({ suggestion: 'Did you mean JsonConverter?' }),
    );
    expect(() => converter('AvroConverter')).toThrow('schema.registry.url is required');
  });
});

describe('converter options in a connector', () => {
  it('are defined under the prefix of the converter they belong to', () => {
    const names = converterKeys({ 'value.converter': 'AvroConverter' }).map((key) => key.name);
    expect(names).toContain('value.converter.schema.registry.url');
    expect(names.some((name) => name.startsWith('key.'))).toBe(false);
  });
});

describe('headers', () => {
  it('are text, and read as what the text looks like', () => {
    const headers = createHeaderConverter();
    expect(headers.encode('t', { key: 'n', value: 5n })).toEqual({
      key: 'n',
      value: Buffer.from('5'),
    });
    expect(headers.encode('t', { key: 'n', value: null })).toEqual({ key: 'n', value: null });
    const read = (text: string) => headers.decode('t', { key: 'h', value: Buffer.from(text) });
    expect(read('007')).toEqual({ key: 'h', schema: build.INT8, value: 7 });
    expect(read('[1, "a"')).toEqual({ key: 'h', schema: build.STRING, value: '[1, "a"' });
    expect(read('{"a":1.5}').value).toEqual(new Map([['a', 1.5]]));
    expect(read('['.repeat(100_000)).schema).toEqual(build.STRING);
    expect(() => createHeaderConverter('SimpleHeaderConvertor')).toThrow('header.converter');
  });

  it('keep their text with StringConverter', () => {
    const headers = createHeaderConverter('StringConverter', { 'converter.encoding': 'UTF-16' });
    const { value: bytes } = headers.encode('t', { key: 'zip', value: '007' });
    expect(Buffer.from(bytes ?? []).toString('hex')).toBe('feff003000300037');
    expect(headers.decode('t', { key: 'zip', value: bytes })).toMatchObject({ value: '007' });
  });
});
