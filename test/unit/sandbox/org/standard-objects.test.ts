import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { standardObjects } from '../../../../sandbox/salesforce/org/objects/index.ts';
import type { ObjectDef } from '../../../../sandbox/salesforce/org/types.ts';

const shared =
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const captures = join(shared, 'data/captures');

/** Top-level fields as a change event has them. */
function eventFields(object: ObjectDef): string[] {
  return object.fields
    .filter((field) => field.leftOutOfEvents !== true && field.compoundFieldName === null)
    .map((field) => field.name);
}

function find(objects: readonly ObjectDef[], name: string): ObjectDef {
  const object = objects.find((each) => each.name === name);
  if (object === undefined) throw new Error(`no ${name}`);
  return object;
}

describe('the standard objects', () => {
  const objects = standardObjects([]);

  test('have names, prefixes and fields once each', () => {
    expect(objects.map(({ name, keyPrefix }) => `${keyPrefix} ${name}`)).toEqual([
      '001 Account',
      '003 Contact',
      '00Q Lead',
      '006 Opportunity',
      '500 Case',
      '00T Task',
      '00U Event',
      '01t Product2',
      '01s Pricebook2',
      '01u PricebookEntry',
      '801 Order',
      '802 OrderItem',
      '005 User',
      '0IF PushTopic',
      '0M6 StreamingChannel',
    ]);
    for (const object of objects) {
      const names = object.fields.map((field) => field.name.toLowerCase());
      expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    }
  });

  test('have a picklist default that is one of the values', () => {
    const wrong = objects.flatMap((object) =>
      object.fields.filter(
        (field) =>
          typeof field.defaultValue === 'string' &&
          !field.picklistValues.includes(field.defaultValue),
      ),
    );
    expect(wrong.map((field) => field.name)).toEqual([]);
  });

  test('number the bits of an Account event as Salesforce documents: 11 Industry, 22 LastModifiedDate', () => {
    const fields = ['ChangeEventHeader', ...eventFields(find(objects, 'Account'))];
    expect([fields[11], fields[22]]).toEqual(['Industry', 'LastModifiedDate']);
  });
});

describe.skipIf(!existsSync(captures))('a real org with person accounts and record types', () => {
  const objects = standardObjects(['PersonAccounts', 'RecordTypes']);

  test.each(['Account', 'Contact'])('has the fields of %s in this order', (name) => {
    const schema = JSON.parse(readFileSync(join(captures, `${name}ChangeEvent.avsc`), 'utf8')) as {
      fields: { name: string }[];
    };
    const real = schema.fields.map((field) => field.name).slice(1);
    const standard = real.filter((field) => !/__p?c$/.test(field));
    expect(eventFields(find(objects, name))).toEqual(standard);
  });
});
