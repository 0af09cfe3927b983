/**
 * Goal: tools that ask for the schema by queries find it.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
beforeAll(async () => {
  rest = await startRestOrg();
});
afterAll(() => rest.close());

test('objects are listed by EntityDefinition', async () => {
  const { records } = await rest.conn.query<Record<string, unknown>>(
    "SELECT QualifiedApiName, KeyPrefix, InternalSharingModel FROM EntityDefinition WHERE QualifiedApiName IN ('Account','Case') ORDER BY QualifiedApiName",
  );
  expect(records).toMatchObject([
    { QualifiedApiName: 'Account', KeyPrefix: '001', InternalSharingModel: 'ReadWrite' },
    { QualifiedApiName: 'Case', KeyPrefix: '500' },
  ]);
});

test('an object’s fields are listed by FieldDefinition, custom ones too', async () => {
  const { records } = await rest.conn.query<Record<string, unknown>>(
    "SELECT QualifiedApiName, DataType, EntityDefinition.QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Account' AND QualifiedApiName IN ('Name', 'Ext__c', 'ParentId')",
  );
  expect(records).toMatchObject([
    { QualifiedApiName: 'Name', DataType: 'Text(255)' },
    { QualifiedApiName: 'ParentId', DataType: 'Lookup(Account)' },
    { QualifiedApiName: 'Ext__c', EntityDefinition: { QualifiedApiName: 'Account' } },
  ]);
});

test('components of compounds are particles', async () => {
  const { records } = await rest.conn.query<Record<string, unknown>>(
    "SELECT QualifiedApiName, FieldDefinitionId, IsComponent FROM EntityParticle WHERE EntityDefinitionId = 'Account' AND QualifiedApiName = 'BillingCity'",
  );
  expect(records).toMatchObject([
    { QualifiedApiName: 'BillingCity', FieldDefinitionId: 'Account.BillingAddress' },
  ]);
});

test('a field that comes later is there', async () => {
  const { org, conn } = rest;
  org.dropField('Account', 'Loose__c');
  const soql = "SELECT Id FROM FieldDefinition WHERE DurableId = 'Account.Loose__c'";
  expect((await conn.query(soql)).totalSize).toBe(0);
});
