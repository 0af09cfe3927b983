/**
 * Goal: event schemas are what a real org's are.
 * Method: compare with schemas captured from one; all differences are listed: its custom fields, and the two parts of
 * an address that only orgs with state and country picklists have.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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

/** Everything in which our schemas differ from the captured ones: of an org's own making, and a feature it has. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  Account: [
    'BillingAddress lacks StateCode, CountryCode',
    ...`CustomerPriority__c SLA__c Active__c NumberofLocations__c SLASerialNumber__c
      SLAExpirationDate__c Some_phone__c Amount_Owed__c Some_Date_Time__c Some_Date__c Some_Email__c
      Some_Geolocation__c Some_Number__c Some_Percent__c Some_Picklist__c Some_Multipicklist__c
      Some_Text__c Some_Rich_Text_Area__c Some_Time__c Some_URL__c GUID__c Some_Check_Box__c
      Some_Other_Text__c Another_One__c Level__pc Languages__pc GUID__pc`.split(/\s+/),
  ],
  Contact: ['OtherAddress lacks StateCode, CountryCode', 'Level__c', 'Languages__c', 'GUID__c'],
};

/** Of a field: its record's fields that only one of the two has; or all, where there is another difference. */
function difference(real: Field, ours: Field | undefined): string | undefined {
  if (ours === undefined) return real.name;
  if (isDeepStrictEqual(real, ours)) return undefined;
  const [had, has] = [real, ours].map((field) => partNames(field.type));
  const lacking = had?.filter((name) => has?.includes(name) !== true) ?? [];
  const same = isDeepStrictEqual({ ...real, type: without(real.type, lacking) }, ours);
  return `${real.name} ${same ? `lacks ${lacking.join(', ')}` : `is ${JSON.stringify(ours)}`}`;
}

interface Part {
  readonly name?: string;
  readonly fields?: readonly Field[];
}
const partNames = (type: unknown): string[] =>
  (type as readonly Part[]).flatMap((part) => (part.fields ?? []).map((field) => field.name));
const without = (type: unknown, names: readonly string[]): unknown =>
  (type as readonly Part[]).map((part) =>
    part.fields === undefined
      ? part
      : { ...part, fields: part.fields.filter((field) => !names.includes(field.name)) },
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
  test.each(['Account', 'Contact'])('of %s is ours, but for a list of differences', (name) => {
    const file = readFileSync(join(captures, `${name}ChangeEvent.avsc`), 'utf8');
    const real = JSON.parse(file) as { readonly name: string; readonly fields: readonly Field[] };
    const ours = eventSchemaOf(object(name)).avro;
    const found = real.fields.flatMap(
      (field) =>
        difference(
          field,
          ours.fields.find((each) => each.name === field.name),
        ) ?? [],
    );
    expect(found).toEqual(DIFFERENCES[name]);
    const common = real.fields.filter((field) => !found.includes(field.name));
    expect(ours.fields.map((field) => field.name)).toEqual(common.map((field) => field.name));
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
