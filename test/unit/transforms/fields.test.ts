import { describe, expect, it } from 'vitest';
import {
  DATE,
  INT32,
  INT64,
  STRING,
  TIMESTAMP,
  optional,
  struct,
} from '../../../src/data/build.ts';
import type { SourceRecord } from '../../../src/data/record.ts';
import { buildTransformChain } from '../../../src/transforms/chain.ts';

const address = struct('Address', { City: STRING, Zip: optional(INT32) });
const schema = struct('Account', {
  Id: STRING,
  Revenue: optional(INT64),
  At: TIMESTAMP,
  Address: optional(address),
});
const record: SourceRecord = {
  topic: 'crm.Account',
  key: null,
  valueSchema: schema,
  value: { Id: '007', Revenue: 5n, At: 1_700_000_000_000n, Address: { City: 'Bonn', Zip: 53111 } },
  headers: [{ key: 'op', value: 'create' }],
  timestamp: 1_700_000_000_000,
};

const apply = (type: string, options: Record<string, string>, given = record) =>
  buildTransformChain({
    transforms: 't',
    'transforms.t.type': type,
    ...Object.fromEntries(
      Object.entries(options).map(([name, value]) => [`transforms.t.${name}`, value]),
    ),
  }).apply(given);

describe('transforms of fields', () => {
  it('Cast changes values and their schema', () => {
    const result = apply('Cast$Value', { spec: 'Id:int32,Revenue:string,At:string' });
    expect(result?.value).toMatchObject({ Id: 7, Revenue: '5', At: '2023-11-14T22:13:20.000Z' });
    expect(result?.valueSchema?.fields?.slice(0, 2)).toEqual([
      { name: 'Id', schema: INT32 },
      { name: 'Revenue', schema: optional(STRING) },
    ]);
    expect(() =>
      apply('Cast$Value', { spec: 'Id:int8' }, { ...record, value: { Id: '300' } }),
    ).toThrow('Value (300) was out of range for requested data type');
  });

  it('Cast wraps integers and saturates floats, with a schema or without', () => {
    const schemaless = { ...record, valueSchema: undefined };
    const of = (value: unknown) =>
      apply('Cast$Value', { spec: 'int8' }, { ...schemaless, value })?.value;
    expect([of(2 ** 31), of(300), of(2 ** 31 + 0.5), of(-1.9)]).toEqual([0, 44, -1, -1]);
  });

  it('ExtractField takes a nested field with syntax V2 alone', () => {
    const options = { field: 'Address.City', 'field.syntax.version': 'V2' };
    expect(apply('ExtractField$Value', options)).toMatchObject({
      valueSchema: STRING,
      value: 'Bonn',
    });
    expect(() => apply('ExtractField$Value', { field: 'Address.City' })).toThrow(
      'Unknown field: Address.City',
    );
  });

  it('Flatten makes fields of an optional struct optional', () => {
    const result = apply('Flatten$Value', { delimiter: '_' });
    expect(result?.value).toMatchObject({ Address_City: 'Bonn', Address_Zip: 53111 });
    const city = result?.valueSchema?.fields?.find(({ name }) => name === 'Address_City');
    expect(city?.schema).toEqual(optional(STRING));
  });

  it('HeaderFrom moves a field to a header with its schema', () => {
    const options = { fields: 'Id', headers: 'id', operation: 'move' };
    const result = apply('HeaderFrom$Value', options);
    expect(result?.headers.at(-1)).toEqual({ key: 'id', value: '007', schema: STRING });
    expect(result?.value).not.toHaveProperty('Id');
  });

  it('MaskField empties a field or writes its replacement', () => {
    expect(apply('MaskField$Value', { fields: 'Id,Revenue' })?.value).toMatchObject({
      Id: '',
      Revenue: 0n,
    });
    const options = { fields: 'Id,Revenue', replacement: '9' };
    expect(apply('MaskField$Value', options)?.value).toMatchObject({ Id: '9', Revenue: 9n });
  });

  it('ReplaceField never reads a field it was told to leave out', () => {
    const options = { exclude: 'Id', renames: 'Id:Revenue' };
    expect(apply('ReplaceField$Value', options)?.value).toMatchObject({ Revenue: 5n });
  });

  it('TimestampConverter reads and writes patterns in UTC', () => {
    const options = { field: 'At', 'target.type': 'string', format: "yyyy-MM-dd'T'HH:mm" };
    expect(apply('TimestampConverter$Value', options)?.value).toMatchObject({
      At: '2023-11-14T22:13',
    });
    const text = { ...record, valueSchema: STRING, value: '14.11.2023 and more' };
    expect(
      apply('TimestampConverter$Value', { 'target.type': 'Date', format: 'dd.MM.yyyy' }, text),
    ).toMatchObject({ valueSchema: DATE, value: 19_675 });
  });
});

describe('transforms of records', () => {
  it('InsertHeader and DropHeaders add and remove', () => {
    const added = apply('InsertHeader', { header: 'n', 'value.literal': '300' });
    expect(added?.headers.at(-1)).toMatchObject({
      key: 'n',
      value: 300,
      schema: { type: 'int16' },
    });
    expect(apply('DropHeaders', { headers: 'op,op' })?.headers).toEqual([]);
  });

  it('TimestampRouter routes by the record’s day', () => {
    expect(apply('TimestampRouter', {})?.topic).toBe('crm.Account-20231114');
    expect(() => apply('TimestampRouter', {}, { ...record, timestamp: undefined })).toThrow(
      /^Timestamp missing on record: crm\.Account$/,
    );
  });

  it('SetSchemaMetadata and HoistField make one schema per schema', () => {
    const renamed = apply('SetSchemaMetadata$Value', {
      'schema.name': 'x.Y',
      'schema.version': '2',
    });
    expect(renamed?.valueSchema).toEqual({ ...schema, name: 'x.Y', version: 2 });
    expect(apply('HoistField$Value', { field: 'line' })?.value).toEqual({ line: record.value });
  });
});
