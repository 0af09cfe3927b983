/** Goal: a topic's schema is recognised when the registry gives it back, and a retyped field is found by name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileEventSchema } from '../../../../../connectors/salesforce/pubsub/decode.ts';
import {
  retyped,
  typesOfEvent,
  typesOfRegistered,
  type TypesByPath,
} from '../../../../../connectors/salesforce/source/raw-types.ts';
import { fromAvroJson } from '../../../../../src/data/avro.ts';
import { EVENT } from '../../../../support/change-event.ts';

const shared =
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../../../shared');
const captures = join(shared, 'data/captures');

const typesOf = (json: string): TypesByPath => typesOfEvent(compileEventSchema('a', json).fields);

function withType(field: string, type: unknown): string {
  const fields = EVENT.fields.map((each) => (each.name === field ? { ...each, type } : each));
  return JSON.stringify({ ...EVENT, fields });
}

test('an event’s schema has the same types when it comes back from the registry', () => {
  const json = JSON.stringify(EVENT);
  const types = typesOf(json);
  expect(typesOfRegistered(fromAvroJson(json))).toEqual(types);
  expect(Object.fromEntries(types)).toMatchObject({
    ChangeEventHeader: 'record',
    'ChangeEventHeader.commitNumber': 'long',
    Name: 'string',
    Employees: 'int',
    'ShippingAddress.Latitude': 'double',
    'Flags[]': 'string',
  });
});

describe.skipIf(!existsSync(captures))('of a real org', () => {
  test.each(['AccountChangeEvent', 'ContactChangeEvent'])('so has %s', (name) => {
    const json = readFileSync(join(captures, `${name}.avsc`), 'utf8');
    expect(typesOfRegistered(fromAvroJson(json))).toEqual(typesOf(json));
  });
});

describe('a field', () => {
  const before = typesOf(JSON.stringify(EVENT));

  test('that is gained or lost doesn’t matter', () => {
    const without = EVENT.fields.filter(({ name }) => name !== 'Phone');
    const after = typesOf(JSON.stringify({ ...EVENT, fields: without }));
    expect(retyped(before, after)).toBeUndefined();
    expect(retyped(after, before)).toBeUndefined();
  });

  test.each([
    ['Phone', ['null', 'double'], { field: 'Phone', was: 'string', is: 'double' }],
    ['Employees', ['null', 'long'], { field: 'Employees', was: 'int', is: 'long' }],
    ['BillingAddress', ['null', 'string'], { field: 'BillingAddress', was: 'record' }],
    ['Flags', ['null', { type: 'array', items: 'int' }], { field: 'Flags[]', is: 'int' }],
  ])('%s that is retyped is named', (field, type, found) => {
    const shipping = field === 'BillingAddress' ? { name: 'ShippingAddress' } : undefined;
    const fields = EVENT.fields
      .filter(({ name }) => name !== shipping?.name)
      .map((each) => (each.name === field ? { ...each, type } : each));
    expect(retyped(before, typesOf(JSON.stringify({ ...EVENT, fields })))).toMatchObject(found);
  });

  test('that becomes a number with a fraction, or back, stays readable', () => {
    const after = typesOf(withType('Employees', ['null', 'double']));
    expect(retyped(before, after)).toBeUndefined();
    expect(retyped(after, before)).toBeUndefined();
  });

  test('whose text may be a compound from now on stays readable', () => {
    const plain = typesOf(withType('Name', ['null', 'string']));
    expect(retyped(plain, before)).toBeUndefined();
  });
});
