import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { standardObjects } from '../../../../sandbox/salesforce/org/objects/index.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { JsonValues, ObjectDef } from '../../../../sandbox/salesforce/org/types.ts';

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
      '701 Campaign',
      '00v CampaignMember',
      '800 Contract',
      '02i Asset',
      '0Q0 Quote',
      '0QL QuoteLineItem',
      '00k OpportunityLineItem',
      '00K OpportunityContactRole',
      '07k AccountContactRelation',
      '00a CaseComment',
      '002 Note',
      '00P Attachment',
      '069 ContentDocument',
      '068 ContentVersion',
      '00G Group',
      '011 GroupMember',
      '00E UserRole',
      '00e Profile',
      '0PS PermissionSet',
      '0Pa PermissionSetAssignment',
      '012 RecordType',
      '110 ObjectPermissions',
      '01k FieldPermissions',
      '008 OpportunityHistory',
      '06A ContentDocumentLink',
      '00l Folder',
      '015 Document',
      '00D Organization',
      '01J LeadStatus',
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

  test('refer to objects that are there, but for four', () => {
    const names = new Set(objects.map((object) => object.name));
    const dangling = objects.flatMap((object) =>
      object.fields.flatMap((field) => field.referenceTo).filter((target) => !names.has(target)),
    );
    expect(new Set(dangling)).toEqual(
      new Set(['DandBCompany', 'OperatingHours', 'Individual', 'ExternalDataSource']),
    );
  });

  test('number the bits of an Account event as Salesforce documents: 11 Industry, 22 LastModifiedDate', () => {
    const fields = ['ChangeEventHeader', ...eventFields(find(objects, 'Account'))];
    expect([fields[11], fields[22]]).toEqual(['Industry', 'LastModifiedDate']);
  });
});

describe('a line of an opportunity', () => {
  test('is priced from its price book entry, and goes and returns with its opportunity', () => {
    const org = createOrg({ seed: 1 });
    const actor = { userId: org.admin.id, origin: '' };
    const insert = (entity: string, values: JsonValues): string => {
      const [result] = org.write(actor, [{ op: 'insert', entity, values }], true);
      if (typeof result?.id !== 'string') throw new Error(result?.errors[0]?.message);
      return result.id;
    };
    const [book] = [...org.records('Pricebook2')];
    const product = insert('Product2', { Name: 'Bike', ProductCode: 'B-1' });
    const entry = insert('PricebookEntry', {
      Pricebook2Id: book?.['Id'],
      Product2Id: product,
      UnitPrice: 12.5,
    });
    const opportunity = insert('Opportunity', {
      Name: 'Fleet',
      StageName: 'Prospecting',
      CloseDate: '2030-01-31',
    });
    const line = insert('OpportunityLineItem', {
      OpportunityId: opportunity,
      PricebookEntryId: entry,
      Quantity: 3,
    });
    expect(org.record('OpportunityLineItem', line)).toMatchObject({
      UnitPrice: 12.5,
      TotalPrice: 37.5,
      Product2Id: product,
      ProductCode: 'B-1',
    });
    org.write(actor, [{ op: 'delete', id: opportunity }], true);
    expect(org.record('OpportunityLineItem', line)).toBeUndefined();
    org.write(actor, [{ op: 'undelete', id: opportunity }], true);
    expect(org.record('OpportunityLineItem', line)).toMatchObject({ IsDeleted: false });
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
