/**
 * Goal: what a project has worked out (formulas, roll-ups) or refused (validation rules) is the same by every door.
 * Method: a small project; jsforce, unmodified, over REST, SOQL, Bulk and describe; the change events, decoded by avsc; a
 * restart from the state folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import { allEvents } from '../../../support/change-events.ts';
import { field, object, projectFolder } from '../../../support/project-folder.ts';

const currency = '<type>Currency</type><precision>8</precision><scale>2</scale>';
const FILES = {
  ...object('Sale__c', '<label>Sale</label>'),
  ...object('Line__c', '<label>Line</label><pluralLabel>Lines</pluralLabel>'),
  ...field(
    'Line__c',
    'Sale__c',
    '<type>MasterDetail</type><referenceTo>Sale__c</referenceTo><relationshipName>Lines</relationshipName>',
  ),
  ...field('Line__c', 'Price__c', currency),
  ...field(
    'Line__c',
    'Title__c',
    '<type>Text</type><formula>UPPER(Name) &amp; " of " &amp; Sale__r.Name</formula>',
  ),
  ...field(
    'Sale__c',
    'Total__c',
    '<type>Summary</type><summaryOperation>sum</summaryOperation><summaryForeignKey>Line__c.Sale__c</summaryForeignKey><summarizedField>Line__c.Price__c</summarizedField>',
  ),
  ...field('Sale__c', 'Taxed__c', `${currency}<formula>Total__c * 1.1</formula>`),
  'objects/Sale__c/validationRules/Cap.validationRule-meta.xml': [
    'ValidationRule',
    '<fullName>Cap</fullName><active>true</active><errorConditionFormula>LEN(Name) &gt; 10</errorConditionFormula><errorDisplayField>Name</errorDisplayField><errorMessage>Shorter, please.</errorMessage>',
  ],
  'objects/Sale__c/validationRules/Limit.validationRule-meta.xml': [
    'ValidationRule',
    '<fullName>Limit</fullName><active>true</active><errorConditionFormula>LEN(Name) &gt; 15</errorConditionFormula><errorMessage>Much shorter.</errorMessage>',
  ],
  'objects/Sale__c/recordTypes/Shop.recordType-meta.xml': [
    'RecordType',
    '<fullName>Shop</fullName><label>In a shop</label><active>true</active>',
  ],
  ...object('Rate__mdt', '<label>Rate</label>'),
  'customMetadata/Rate.Normal.md-meta.xml': ['CustomMetadata', '<label>Normal rate</label>'],
  'platformEventChannels/Dear__chn.platformEventChannel-meta.xml': [
    'PlatformEventChannel',
    '<channelType>data</channelType><label>Dear lines</label>',
  ],
  'platformEventChannelMembers/Dear_chn_Line.platformEventChannelMember-meta.xml': [
    'PlatformEventChannelMember',
    '<enrichedFields><name>Sale__c</name></enrichedFields><eventChannel>Dear__chn</eventChannel><filterExpression>Price__c &gt; 50</filterExpression><selectedEntity>Line__ChangeEvent</selectedEntity>',
  ],
  'platformEventChannelMembers/Dear_chn_Lost.platformEventChannelMember-meta.xml': [
    'PlatformEventChannelMember',
    '<eventChannel>Dear__chn</eventChannel><selectedEntity>Lost__ChangeEvent</selectedEntity>',
  ],
} as const;

const warnings: string[] = [];
const cleanup = new AsyncDisposableStack();
let stateDir = '';
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let conn: Connection;
let sale = '';
let bell = '';

const connect = (): Connection =>
  new jsforce.Connection({
    instanceUrl: sandbox.http,
    accessToken: sandbox.accessToken,
    version: '66.0',
  });
const idOf = (result: unknown): string => String((result as { id?: string }).id);

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'calculated-'));
  cleanup.defer(() => rm(stateDir, { recursive: true }));
  const project = projectFolder(FILES);
  cleanup.defer(() => rm(project, { recursive: true }));
  sandbox = await startSandbox({ project, stateDir, onWarning: (each) => warnings.push(each) });
  cleanup.defer(() => sandbox.close());
  conn = connect();
  sale = idOf(await conn.sobject('Sale__c').create({ Name: 'S1' }));
  const line = (Name: string, Price__c: number): object => ({ Name, Price__c, Sale__c: sale });
  bell = idOf(await conn.sobject('Line__c').create(line('bell', 10)));
  await conn.sobject('Line__c').create(line('bike', 90));
});
afterAll(() => cleanup.disposeAsync());

describe('formulas and roll-ups are there', () => {
  test('when a record is read', async () => {
    expect(await conn.sobject('Sale__c').retrieve(sale)).toMatchObject({
      Total__c: 100,
      Taxed__c: 110,
    });
    expect(await conn.sobject('Line__c').retrieve(bell)).toMatchObject({ Title__c: 'BELL of S1' });
  });

  test('in SOQL: selected, filtered, sorted, of parents and in sub-queries', async () => {
    const { records } = await conn.query(
      "SELECT Title__c, Sale__r.Taxed__c FROM Line__c WHERE Title__c LIKE 'B%' AND Sale__r.Taxed__c > 109 ORDER BY Title__c DESC",
    );
    expect(records).toMatchObject([
      { Title__c: 'BIKE of S1', Sale__r: { Taxed__c: 110 } },
      { Title__c: 'BELL of S1', Sale__r: { Taxed__c: 110 } },
    ]);
    const nested = await conn.query(
      "SELECT Taxed__c, (SELECT Title__c FROM Lines__r WHERE Title__c != 'BIKE of S1') FROM Sale__c",
    );
    expect(nested.records).toMatchObject([
      { Taxed__c: 110, Lines__r: { records: [{ Title__c: 'BELL of S1' }] } },
    ]);
    const sums = await conn.query('SELECT SUM(Taxed__c) total FROM Sale__c');
    expect(sums.records).toMatchObject([{ total: 110 }]);
  });

  test('in a Bulk query', async () => {
    const rows = await (
      await conn.bulk2.query('SELECT Title__c, Sale__r.Taxed__c FROM Line__c ORDER BY Title__c')
    ).toArray();
    expect(rows).toEqual([
      { Title__c: 'BELL of S1', 'Sale__r.Taxed__c': '110' },
      { Title__c: 'BIKE of S1', 'Sale__r.Taxed__c': '110' },
    ]);
  });

  test('in describe, as not writable', async () => {
    const { fields, recordTypeInfos } = await conn.describe('Sale__c');
    const named = (name: string): unknown => fields.find((each) => each.name === name);
    expect(named('Taxed__c')).toMatchObject({
      calculated: true,
      calculatedFormula: 'Total__c * 1.1',
      createable: false,
      updateable: false,
      type: 'currency',
      formulaTreatNullNumberAsZero: true,
    });
    expect(named('Total__c')).toMatchObject({
      calculated: true,
      calculatedFormula: null,
      type: 'currency',
    });
    expect(recordTypeInfos).toMatchObject([
      { developerName: 'Shop', name: 'In a shop', master: false, defaultRecordTypeMapping: true },
      { developerName: 'Master', master: true, defaultRecordTypeMapping: false },
    ]);
  });

  test('in change events: of the record itself, and of the parent that sums up', async () => {
    await conn.sobject('Line__c').update({ Id: bell, Name: 'horn', Price__c: 11 });
    const [line, parent] = allEvents(sandbox.events).slice(-2);
    expect(line?.header).toMatchObject({
      entityName: 'Line__c',
      changeType: 'UPDATE',
      sequenceNumber: 1,
    });
    expect(line?.body).toMatchObject({ Name: 'horn', Price__c: 11, Title__c: 'HORN of S1' });
    expect(parent?.header).toMatchObject({
      entityName: 'Sale__c',
      recordIds: [sale],
      changeType: 'UPDATE',
      sequenceNumber: 2,
      transactionKey: line?.header.transactionKey,
    });
    expect(parent?.body).toMatchObject({ Total__c: 101, Taxed__c: 111.1 });
    await conn.sobject('Line__c').update({ Id: bell, Name: 'bell', Price__c: 10 });
  });

  test('in no change event of a child whose parent alone has changed', async () => {
    const before = allEvents(sandbox.events).length;
    await conn.sobject('Sale__c').update({ Id: sale, Name: 'S2' });
    expect(await conn.sobject('Line__c').retrieve(bell)).toMatchObject({ Title__c: 'BELL of S2' });
    const events = allEvents(sandbox.events).slice(before);
    expect(events.map(({ header }) => header.entityName)).toEqual(['Sale__c']);
    await conn.sobject('Sale__c').update({ Id: sale, Name: 'S1' });
  });
});

test('channels of events are there, and what they can not carry is told', async () => {
  const members = await conn.tooling.query(
    'SELECT SelectedEntity, FilterExpression FROM PlatformEventChannelMember',
  );
  expect(members.records).toMatchObject([
    { SelectedEntity: 'Line__ChangeEvent', FilterExpression: 'Price__c > 50' },
  ]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /Dear_chn_Lost\.platformEventChannelMember-meta\.xml: .*Lost__ChangeEvent.*, so it is left out\.$/,
    ),
  ]);
});

test('a formula is no field to write to', async () => {
  const write = conn.sobject('Line__c').update({ Id: bell, Title__c: 'x' });
  await expect(write).rejects.toMatchObject({ errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' });
});

test('a validation rule refuses with its message and field', async () => {
  const write = conn.sobject('Sale__c').create({ Name: 'a longer name' });
  await expect(write).rejects.toMatchObject({
    errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Shorter, please.',
    data: { fields: ['Name'] },
  });
});

test('all rules that refuse a record are told', async () => {
  const write = conn.sobject('Sale__c').create({ Name: 'an even longer name' });
  await expect(write).rejects.toMatchObject({
    name: 'MULTIPLE_API_ERRORS',
    data: [{ message: 'Shorter, please.' }, { message: 'Much shorter.' }],
  });
});

test('custom metadata is read, and not written', async () => {
  const { records } = await conn.query('SELECT DeveloperName, MasterLabel FROM Rate__mdt');
  expect(records).toMatchObject([{ DeveloperName: 'Normal', MasterLabel: 'Normal rate' }]);
  const write = conn.sobject('Rate__mdt').create({ DeveloperName: 'Mine' });
  await expect(write).rejects.toMatchObject({ errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' });
});

test('all of it is there after a restart', async () => {
  await sandbox.close();
  sandbox = await startSandbox({ stateDir });
  conn = connect();
  expect(await conn.sobject('Sale__c').retrieve(sale)).toMatchObject({
    Total__c: 100,
    Taxed__c: 110,
  });
  await conn.sobject('Line__c').destroy(bell);
  expect(await conn.sobject('Sale__c').retrieve(sale)).toMatchObject({
    Total__c: 90,
    Taxed__c: 99,
  });
  await expect(conn.sobject('Sale__c').create({ Name: 'a longer name' })).rejects.toMatchObject({
    errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  });
  const { records } = await conn.query('SELECT DeveloperName FROM Rate__mdt');
  expect(records).toMatchObject([{ DeveloperName: 'Normal' }]);
});
