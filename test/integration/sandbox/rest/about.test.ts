/**
 * Goal: an org tells what is in it and what has changed in it as Salesforce does.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { createAccount, startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let conn: Connection;
let org: SandboxOrg;
beforeAll(async () => {
  rest = await startRestOrg();
  ({ conn, org } = rest);
});
afterAll(() => rest.close());

describe('the org tells about itself', () => {
  test('which objects there are', async () => {
    const { sobjects } = await conn.describeGlobal();
    const account = sobjects.find(({ name }) => name === 'Account');
    expect(account).toMatchObject({
      keyPrefix: '001',
      queryable: true,
      urls: { rowTemplate: '/services/data/v60.0/sobjects/Account/{ID}' },
    });
    expect(sobjects.find(({ name }) => name === 'AccountChangeEvent')).toMatchObject({
      queryable: false,
    });
  });

  test('which fields they have', async () => {
    const described = await conn.sobject('Account').describe();
    const field = (name: string): unknown => described.fields.find((each) => each.name === name);
    expect(field('AnnualRevenue')).toMatchObject({
      type: 'currency',
      soapType: 'xsd:double',
      precision: 18,
    });
    expect(field('BillingCity')).toMatchObject({ compoundFieldName: 'BillingAddress', length: 40 });
    expect(field('OwnerId')).toMatchObject({ referenceTo: ['User'], relationshipName: 'Owner' });
    expect(field('Ext__c')).toMatchObject({ custom: true, externalId: true, unique: true });
    expect(field('Name')).toMatchObject({ nameField: true, nillable: false });
    expect(described.childRelationships).toContainEqual(
      expect.objectContaining({
        childSObject: 'Contact',
        field: 'AccountId',
        relationshipName: 'Contacts',
      }),
    );
  });

  test('what change events look like', async () => {
    const { name, queryable, fields } = await conn.describe('AccountChangeEvent');
    const types = new Map(fields.map((each) => [each.name, each.type]));
    expect({ name, queryable }).toEqual({ name: 'AccountChangeEvent', queryable: false });
    expect(types.get('ChangeEventHeader')).toBe('complexvalue');
    expect(types.get('LastModifiedDate')).toBe('datetime');
    expect(types.has('SystemModstamp')).toBe(false);
  });

  test('limits, versions, resources, who one is', async () => {
    const limits = await conn.limits();
    expect(limits['DailyApiRequests']?.Max).toBe(100_000);
    expect(conn.limitInfo.apiUsage).toMatchObject({ limit: 100_000, used: expect.any(Number) });
    const versions = await conn.request<{ version: string; label: string }[]>('/services/data');
    expect(versions[0]).toMatchObject({ version: '50.0', label: "Winter '21" });
    expect(versions.at(-1)).toMatchObject({ version: '67.0', label: "Summer '26" });
    const resources = await conn.request<Record<string, string>>('/services/data/v67.0/');
    expect(resources['identity']).toBe(`${conn.instanceUrl}/id/${org.id}/${org.admin.id}`);
    const id = await createAccount(conn, { Name: 'Recent' });
    expect((await conn.recent())[0]).toMatchObject({ Id: id, Name: 'Recent' });
  });

  test('what was changed and deleted in a span of time', async () => {
    const id = await createAccount(conn, { Name: 'Then' });
    const [start, end] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect((await conn.sobject('Account').updated(start, end)).ids).toContain(id);
    await conn.sobject('Account').destroy(id);
    const { deletedRecords } = await conn.sobject('Account').deleted(start, end);
    expect(deletedRecords).toContainEqual({ id, deletedDate: expect.stringContaining('+0000') });
  });
});
