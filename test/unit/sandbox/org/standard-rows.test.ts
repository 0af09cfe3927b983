import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { JsonValues, Write } from '../../../../sandbox/salesforce/org/types.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';

function query(org: SandboxOrg, soql: string): Record<string, unknown>[] {
  const result = runQuery({ org, user: org.admin, version: '60.0' }, soql);
  return result.records(0, result.length).map(({ attributes, ...rest }) => {
    expect(attributes).toBeDefined();
    return rest;
  });
}

function write(org: SandboxOrg, each: Write): string {
  const [result] = org.write({ userId: org.admin.id, origin: '' }, [each], true);
  if (result?.id === undefined || result.id === null) throw result?.errors[0] ?? new Error('?');
  return result.id;
}

function insert(org: SandboxOrg, entity: string, values: JsonValues): string {
  return write(org, { op: 'insert', entity, values });
}

describe('an org from the start', () => {
  test('has one Organization, under its own id, which follows a refresh', () => {
    const org = createOrg({ seed: 1 });
    const soql =
      'SELECT Id, Name, IsSandbox, OrganizationType, InstanceName, TrialExpirationDate, NamespacePrefix, DefaultLocaleSidKey, LanguageLocaleKey FROM Organization';
    const [row, ...more] = query(org, soql);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      Id: org.id,
      IsSandbox: true,
      OrganizationType: 'Developer Edition',
      TrialExpirationDate: null,
      NamespacePrefix: null,
      DefaultLocaleSidKey: 'en_US',
    });
    write(org, { op: 'update', entity: 'Organization', id: org.id, values: { Name: 'Shop' } });
    const id = org.changeId();
    expect(query(org, 'SELECT Id, Name FROM Organization')).toEqual([{ Id: id, Name: 'Shop' }]);
  });

  test('has profiles with permission sets of their own, and gives each user one', () => {
    const org = createOrg({ seed: 1 });
    const user = { Username: 'a@b.example', LastName: 'A', Email: 'a@b.example', Alias: 'a' };
    insert(org, 'User', user);
    expect(query(org, 'SELECT Username, Profile.Name FROM User ORDER BY Username')).toMatchObject([
      { Username: 'a@b.example', Profile: { Name: 'Standard User' } },
      { Profile: { Name: 'System Administrator' } },
    ]);
    const owned = query(
      org,
      "SELECT Profile.Name, PermissionsModifyAllData FROM PermissionSet WHERE IsOwnedByProfile = true AND Profile.Name LIKE 'S%'",
    );
    expect(owned).toMatchObject([
      { Profile: { Name: 'System Administrator' }, PermissionsModifyAllData: true },
      { Profile: { Name: 'Standard User' }, PermissionsModifyAllData: false },
    ]);
  });

  test.each(['Organization', 'Profile', 'OpportunityHistory', 'ContentDocument'])(
    'lets nobody make a record of %s',
    (entity) => {
      const org = createOrg();
      expect(() => insert(org, entity, { Name: 'x' })).toThrow(
        `entity type cannot be inserted: ${entity}`,
      );
    },
  );

  test('has currencies, and a currency in each record, where it has several', () => {
    const org = createOrg({ features: ['MultiCurrency'] });
    insert(org, 'Opportunity', { Name: 'O', StageName: 'Prospecting', CloseDate: '2030-01-31' });
    insert(org, 'Account', { Name: 'A', CurrencyIsoCode: 'EUR' });
    expect(query(org, 'SELECT CurrencyIsoCode FROM Opportunity')).toEqual([
      { CurrencyIsoCode: 'USD' },
    ]);
    expect(query(org, 'SELECT CurrencyIsoCode FROM Account')).toEqual([{ CurrencyIsoCode: 'EUR' }]);
    expect(query(org, 'SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true')).toEqual([
      { IsoCode: 'USD' },
    ]);
    expect(() => insert(org, 'Account', { Name: 'A', CurrencyIsoCode: 'XXX' })).toThrow(/XXX/);
    const plain = createOrg();
    expect(plain.object('CurrencyType')).toBeUndefined();
    expect(plain.object('Account')?.fields.map(({ name }) => name)).not.toContain(
      'CurrencyIsoCode',
    );
  });
});

describe('an opportunity', () => {
  test('leaves a row of its history when it is made and whenever it moves, and no other', () => {
    const org = createOrg();
    const values = { Name: 'O', StageName: 'Prospecting', CloseDate: '2030-01-31', Amount: 100 };
    const id = insert(org, 'Opportunity', values);
    const update = (change: JsonValues): string =>
      write(org, { op: 'update', entity: 'Opportunity', id, values: change });
    update({ Description: 'no move' });
    update({ Amount: 200, CloseDate: '2030-02-28' });
    update({ StageName: 'Closed Won' });
    const soql =
      'SELECT StageName, Amount, CloseDate, PrevAmount, PrevCloseDate, Probability FROM OpportunityHistory ORDER BY Id';
    expect(query(org, soql)).toEqual([
      {
        StageName: 'Prospecting',
        Amount: 100,
        CloseDate: '2030-01-31',
        PrevAmount: null,
        PrevCloseDate: null,
        Probability: 10,
      },
      {
        StageName: 'Prospecting',
        Amount: 200,
        CloseDate: '2030-02-28',
        PrevAmount: 100,
        PrevCloseDate: '2030-01-31',
        Probability: 10,
      },
      {
        StageName: 'Closed Won',
        Amount: 200,
        CloseDate: '2030-02-28',
        PrevAmount: 200,
        PrevCloseDate: '2030-02-28',
        Probability: 100,
      },
    ]);
    write(org, { op: 'delete', id });
    expect(query(org, 'SELECT Id FROM OpportunityHistory')).toEqual([]);
  });
});

describe('a file', () => {
  const bytes = Buffer.from('name,age\nAda,36\n');

  test('is a version of a document, linked to its owner and to where it was put', () => {
    const org = createOrg();
    const account = insert(org, 'Account', { Name: 'A' });
    const version = insert(org, 'ContentVersion', {
      PathOnClient: 'people/list.2024.csv',
      VersionData: bytes.toString('base64'),
      FirstPublishLocationId: account,
    });
    const [row] = query(
      org,
      'SELECT Title, FileExtension, FileType, ContentSize, Checksum, VersionNumber, IsLatest, ContentDocumentId, ContentDocument.LatestPublishedVersionId FROM ContentVersion',
    );
    expect(row).toMatchObject({
      Title: 'list.2024',
      FileExtension: 'csv',
      FileType: 'CSV',
      ContentSize: bytes.length,
      Checksum: createHash('md5').update(bytes).digest('hex'),
      VersionNumber: '1',
      IsLatest: true,
      ContentDocument: { LatestPublishedVersionId: version },
    });
    expect(
      query(org, 'SELECT LinkedEntityId, ShareType FROM ContentDocumentLink ORDER BY Id'),
    ).toEqual([
      { LinkedEntityId: org.admin.id, ShareType: 'I' },
      { LinkedEntityId: account, ShareType: 'V' },
    ]);
    const second = insert(org, 'ContentVersion', {
      PathOnClient: 'list.csv',
      VersionData: Buffer.from('other').toString('base64'),
      ContentDocumentId: row?.['ContentDocumentId'],
    });
    expect(
      query(org, 'SELECT VersionNumber, IsLatest FROM ContentVersion ORDER BY VersionNumber'),
    ).toEqual([
      { VersionNumber: '1', IsLatest: false },
      { VersionNumber: '2', IsLatest: true },
    ]);
    expect(query(org, 'SELECT LatestPublishedVersionId, Title FROM ContentDocument')).toEqual([
      { LatestPublishedVersionId: second, Title: 'list' },
    ]);
    write(org, { op: 'delete', id: String(row?.['ContentDocumentId']) });
    expect(query(org, 'SELECT Id FROM ContentVersion')).toEqual([]);
  });

  test('attached to a record knows its length, and takes base64 alone', () => {
    const org = createOrg();
    const ParentId = insert(org, 'Account', { Name: 'A' });
    insert(org, 'Attachment', { ParentId, Name: 'a.csv', Body: bytes.toString('base64') });
    expect(query(org, 'SELECT BodyLength FROM Attachment')).toEqual([{ BodyLength: bytes.length }]);
    expect(() => insert(org, 'Attachment', { ParentId, Name: 'b', Body: 'née' })).toThrow('base64');
  });
});
