/**
 * Goal: an event's schema becomes the topic's, and its bytes arrive in those types, exactly.
 * Method: a schema as Salesforce writes them, its events encoded by plain avsc; describe as the source of dates.
 */
import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import { compileEventSchema } from '../../../../../connectors/salesforce/pubsub/decode.ts';
import { deriveFields } from '../../../../../connectors/salesforce/source/derive.ts';
import { compileProjection } from '../../../../../connectors/salesforce/source/projection.ts';
import { LOGICAL, type Struct } from '../../../../../src/sdk/index.ts';

const PERSON = {
  type: 'record',
  name: 'Switchable_PersonName',
  fields: ['FirstName', 'LastName'].map((name) => optional(name, 'string')),
};
const ADDRESS = {
  type: 'record',
  name: 'Address',
  fields: [optional('Street', 'string'), optional('Latitude', 'double')],
};

function optional(name: string, type: unknown, doc = ''): object {
  return { name, type: ['null', type], default: null, doc };
}

const JSON_TEXT = JSON.stringify({
  type: 'record',
  name: 'AccountChangeEvent',
  namespace: 'com.sforce.eventbus',
  fields: [
    {
      name: 'Name',
      type: ['null', 'string', PERSON],
      default: null,
      doc: 'Data:Switchable_PersonName',
    },
    optional('BillingAddress', ADDRESS),
    optional('ShippingAddress', 'Address'),
    optional('Founded__c', 'long', 'Data:Text'),
    optional('Gone__c', 'long', 'Data:DateOnly:00N'),
    optional('Retyped__c', 'long', 'Data:DateTime:00N'),
    optional('Opens__c', 'long'),
    optional('CreatedDate', 'long', 'CreatedDate:DateTime'),
    optional('Big__c', 'long'),
  ],
});
const TYPES = new Map([
  ['Name', 'string'],
  ['Founded__c', 'date'],
  ['Opens__c', 'time'],
  ['Retyped__c', 'date'],
  ['CreatedDate', 'datetime'],
  ['Big__c', 'long'],
]);
const schema = compileEventSchema('s', JSON_TEXT);
const fields = deriveFields(schema, 'acme-eu.2.Account', TYPES);
const project = compileProjection(schema.fields, fields);
const writer = avro.Type.forSchema(JSON.parse(JSON_TEXT) as avro.Schema, { wrapUnions: 'never' });
const EMPTY = Object.fromEntries(schema.fields.map(({ name }) => [name, null]));
const DAY_MS = 86_400_000;

function published(values: object): Struct {
  return project(schema.decode(writer.toBuffer({ ...EMPTY, ...values })));
}

describe('the schema', () => {
  const byName = new Map(fields.map((field) => [field.name, field.schema]));

  test('has every field optional, and a name in two ways', () => {
    expect([...byName.keys()].slice(0, 3)).toEqual(['Name', 'NameParts', 'BillingAddress']);
    expect([...byName.values()].every((each) => each.optional)).toBe(true);
    expect(byName.get('Name')?.type).toBe('string');
    expect(byName.get('NameParts')?.type).toBe('struct');
  });

  test('has dates and times as describe tells them, and plain longs where it tells none', () => {
    expect(byName.get('Founded__c')?.name).toBe(LOGICAL.date);
    expect(byName.get('Opens__c')?.name).toBe(LOGICAL.time);
    expect(byName.get('CreatedDate')?.name).toBe(LOGICAL.timestamp);
    expect(byName.get('Big__c')?.name).toBeUndefined();
  });

  test('takes the event’s own word for fields that describe has no more, or knows as retyped since', () => {
    expect(byName.get('Gone__c')?.name).toBe(LOGICAL.date);
    expect(byName.get('Retyped__c')?.name).toBe(LOGICAL.timestamp);
  });

  test('names records by the topic, made a valid name, and defines a compound once', () => {
    const billing = byName.get('BillingAddress');
    expect(billing?.name).toBe('acme_eu._2.Account.Address');
    expect(byName.get('ShippingAddress')?.fields).toBe(billing?.fields);
  });
});

describe('values', () => {
  test('dates are days, times milliseconds of the day, instants and longs 64-bit numbers', () => {
    const record = published({
      Founded__c: -3 * DAY_MS,
      Opens__c: 30_600_000,
      CreatedDate: 1_770_000_000_000,
      Big__c: 2 ** 50,
    });
    expect(record).toMatchObject({
      Founded__c: -3,
      Opens__c: 30_600_000,
      CreatedDate: 1_770_000_000_000n,
      Big__c: 2n ** 50n,
    });
  });

  test('a date that is no midnight is an error with the field’s name, never rounded (Invariant 6)', () => {
    expect(() => published({ Founded__c: 3 * DAY_MS + 1 })).toThrow(
      expect.objectContaining({ kind: 'data', path: 'Founded__c' }),
    );
  });

  test('a name is a text or parts, never both', () => {
    expect(published({ Name: 'Acme' })).toMatchObject({ Name: 'Acme', NameParts: null });
    const parts = { FirstName: 'Ada', LastName: 'Byron' };
    expect(published({ Name: parts })).toMatchObject({ Name: null, NameParts: parts });
  });

  test('a compound keeps its parts, an absent one is null', () => {
    const record = published({ BillingAddress: { Street: 'X 1', Latitude: null } });
    expect(record).toMatchObject({
      BillingAddress: { Street: 'X 1', Latitude: null },
      ShippingAddress: null,
    });
  });
});
