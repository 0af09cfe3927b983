/**
 * Goal: event schemas are what a real org's are.
 * Method: compare with schemas captured from one; its custom fields and other features of it are left out, and the
 * two parts of an address that only orgs with state and country picklists have.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventSchemaOf } from '../../../../sandbox/salesforce/events/event-schema.ts';
import { EventSchemas } from '../../../../sandbox/salesforce/events/schemas.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { FieldDef, ObjectDef } from '../../../../sandbox/salesforce/org/types.ts';
import { customField } from '../../../../sandbox/salesforce/project/custom-field.ts';
import { ORDER_EVENT } from '../../../support/pubsub.ts';

const shared =
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const captures = join(shared, 'data/captures');

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly doc?: string;
}

const isCustom = ({ name }: Field): boolean => /__p?c$/.test(name);
const withoutCodes = (type: unknown): unknown =>
  JSON.parse(
    JSON.stringify(type, (_, value: unknown) =>
      Array.isArray(value)
        ? value.filter((each: Partial<Field>) => !/^(State|Country)Code$/.test(each?.name ?? ''))
        : value,
    ),
  );

function object(name: string): ObjectDef {
  const features = ['RecordTypes', 'PersonAccounts'] as const;
  const found = createOrg({ features: [...features] }).object(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function withFields(name: string, fields: readonly FieldDef[]): ObjectDef {
  const base = object(name);
  return { ...base, fields: [...base.fields, ...fields] };
}

describe.skipIf(!existsSync(captures))('a captured schema', () => {
  test.each(['Account', 'Contact'])('of %s has the same fields, types, docs and order', (name) => {
    const file = readFileSync(join(captures, `${name}ChangeEvent.avsc`), 'utf8');
    const real = JSON.parse(file) as { readonly name: string; readonly fields: readonly Field[] };
    const ours = eventSchemaOf(object(name)).avro;
    const standard = real.fields.filter((field) => !isCustom(field));
    expect(ours.fields.map((field) => field.name)).toEqual(standard.map((field) => field.name));
    expect(ours.fields).toEqual(
      standard.map((field) => ({ ...field, type: withoutCodes(field.type) })),
    );
    expect(ours).toMatchObject({ name: real.name, namespace: 'com.sforce.eventbus' });
  });

  test('has the docs and types of custom fields', () => {
    const file = readFileSync(join(captures, 'AccountChangeEvent.avsc'), 'utf8');
    const real = JSON.parse(file) as { readonly fields: readonly Field[] };
    const types: Readonly<Record<string, string>> = {
      Some_phone__c: 'Phone',
      Amount_Owed__c: 'Currency',
      Some_Date_Time__c: 'DateTime',
      Some_Date__c: 'Date',
      Some_Email__c: 'Email',
      Some_Geolocation__c: 'Location',
      Some_Number__c: 'Number',
      Some_Percent__c: 'Percent',
      Some_Picklist__c: 'Picklist',
      Some_Multipicklist__c: 'MultiselectPicklist',
      Some_Text__c: 'Text',
      Some_Rich_Text_Area__c: 'Html',
      Some_Time__c: 'Time',
      Some_URL__c: 'Url',
      Some_Check_Box__c: 'Checkbox',
    };
    const expected = real.fields.filter((field) => types[field.name] !== undefined);
    const custom = expected.flatMap(({ name, doc }) =>
      customField({ name, type: types[name] ?? '' }, doc?.split(':')[2] ?? ''),
    );
    const { fields } = eventSchemaOf(withFields('Account', custom)).avro;
    expect(fields.slice(-expected.length)).toEqual(expected);
    expect(expected).toHaveLength(Object.keys(types).length);
  });
});

test('a platform event starts with two fields that are never null', () => {
  expect(eventSchemaOf(ORDER_EVENT).avro).toEqual({
    type: 'record',
    name: 'Order_Event__e',
    namespace: 'com.sforce.eventbus',
    fields: [
      { name: 'CreatedDate', type: 'long', doc: 'CreatedDate:DateTime' },
      { name: 'CreatedById', type: 'string', doc: 'CreatedBy:EntityId' },
      { name: 'Order_Id__c', type: ['null', 'string'], doc: 'Data:Text', default: null },
      { name: 'Units__c', type: ['null', 'double'], doc: 'Data:Double', default: null },
    ],
  });
});

describe('a schema id', () => {
  const tier = makeField({ name: 'Tier__c', label: 'Tier', type: 'string', custom: true });

  test('changes with the fields, and former schemas are still found by theirs', () => {
    const org = createOrg();
    const schemas = new EventSchemas(org);
    const first = schemas.schemaOf('AccountChangeEvent');
    org.addField('Account', tier);
    const second = schemas.schemaOf('AccountChangeEvent');
    expect(first?.id).toMatch(/^[\w-]{22}$/);
    expect(second?.id).not.toBe(first?.id);
    expect(second?.json).toContain('Tier__c');
    org.dropField('Account', 'Tier__c');
    expect(schemas.schemaOf('AccountChangeEvent')?.id).toBe(first?.id);
    expect(schemas.schemaById(second?.id ?? '')?.json).toBe(second?.json);
  });

  test('is found by the event name in its exact case only', () => {
    const schemas = new EventSchemas(createOrg());
    expect(schemas.schemaOf('ContactChangeEvent')?.entity).toBe('Contact');
    expect(schemas.schemaOf('contactChangeEvent')).toBeUndefined();
    expect(schemas.schemaOf('Contact')).toBeUndefined();
    expect(schemas.schemaOf('NoChangeEvent')).toBeUndefined();
  });
});
