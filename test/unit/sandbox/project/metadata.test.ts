import { describe, expect, test } from 'vitest';
import { field, insert, loadFiles, object } from '../../../support/project-folder.ts';
import type { Files } from '../../../support/project-folder.ts';

const text = '<type>Text</type><length>20</length>';
const picklist = (...values: string[]): string =>
  `<type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition>${values
    .map((value) => `<value><fullName>${value}</fullName></value>`)
    .join('')}</valueSetDefinition></valueSet>`;

describe('record types', () => {
  const recordType = (name: string, inner: string): Files => ({
    [`objects/Bike__c/recordTypes/${name}.recordType-meta.xml`]: [
      'RecordType',
      `<fullName>${name}</fullName><label>${name} bike</label>${inner}`,
    ],
  });
  const left = (...values: string[]): string =>
    `<active>true</active><picklistValues><picklist>Kind__c</picklist>${values
      .map((value) => `<values><fullName>${value}</fullName></values>`)
      .join('')}</picklistValues>`;
  const files: Files = {
    ...object('Bike__c'),
    ...field('Bike__c', 'Kind__c', picklist('Cargo/Box', 'City')),
    ...recordType('Freight', left('Cargo%2FBox')),
    ...recordType('Private', left('City')),
    ...recordType('Retired', '<active>false</active>'),
  };
  const idOf = (rows: Iterable<Readonly<Record<string, unknown>>>, name: string): unknown =>
    [...rows].find((row) => row['DeveloperName'] === name)?.['Id'];

  test('are records, one of which a new record has', async () => {
    const { org, warnings } = await loadFiles(files);
    expect(warnings).toEqual([]);
    const rows = [...org.records('RecordType')];
    expect(rows).toMatchObject([
      { DeveloperName: 'Freight', Name: 'Freight bike', SobjectType: 'Bike__c', IsActive: true },
      { DeveloperName: 'Private' },
      { DeveloperName: 'Retired', IsActive: false },
    ]);
    const { id } = insert(org, 'Bike__c', { Name: 'B' });
    expect(org.record('Bike__c', id ?? '')?.['RecordTypeId']).toBe(idOf(rows, 'Freight'));
  });

  test("the default is the one of the administrators' profile", async () => {
    const { org } = await loadFiles({
      ...files,
      'profiles/Admin.profile-meta.xml': [
        'Profile',
        '<recordTypeVisibilities><default>true</default><recordType>Bike__c.Private</recordType></recordTypeVisibilities>',
      ],
    });
    const { id } = insert(org, 'Bike__c', { Name: 'B' });
    const expected = idOf(org.records('RecordType'), 'Private');
    expect(org.record('Bike__c', id ?? '')?.['RecordTypeId']).toBe(expected);
  });

  test('leave some values of a restricted picklist', async () => {
    const { org } = await loadFiles(files);
    const RecordTypeId = idOf(org.records('RecordType'), 'Private');
    expect(insert(org, 'Bike__c', { RecordTypeId, Kind__c: 'City' }).success).toBe(true);
    expect(insert(org, 'Bike__c', { RecordTypeId, Kind__c: 'Cargo/Box' }).errors).toMatchObject([
      {
        errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        message: 'Kind: bad value for restricted picklist field: Cargo/Box',
        fields: ['Kind__c'],
      },
    ]);
  });

  test('of another object are refused', async () => {
    const { org } = await loadFiles({
      ...files,
      ...object('Shop__c'),
      'objects/Shop__c/recordTypes/Big.recordType-meta.xml': [
        'RecordType',
        '<fullName>Big</fullName><label>Big</label><active>true</active>',
      ],
    });
    const RecordTypeId = idOf(org.records('RecordType'), 'Big');
    expect(insert(org, 'Bike__c', { RecordTypeId }).errors).toMatchObject([
      { errorCode: 'INVALID_CROSS_REFERENCE_KEY', fields: ['RecordTypeId'] },
    ]);
  });

  test('bring RecordTypeId to a standard object', async () => {
    const { org } = await loadFiles({
      'objects/Account/recordTypes/Shop.recordType-meta.xml': [
        'RecordType',
        '<fullName>Shop</fullName><label>Shop</label><active>true</active>',
      ],
    });
    const { id } = insert(org, 'Account', { Name: 'A' });
    const expected = idOf(org.records('RecordType'), 'Shop');
    expect(org.record('Account', id ?? '')?.['RecordTypeId']).toBe(expected);
  });
});

describe('custom metadata types', () => {
  const files: Files = {
    ...object('Rate__mdt', '<label>Rate</label>'),
    ...field(
      'Rate__mdt',
      'Percent__c',
      '<type>Number</type><precision>5</precision><scale>2</scale>',
    ),
    ...field('Rate__mdt', 'On__c', '<type>Checkbox</type><defaultValue>false</defaultValue>'),
    'customMetadata/Rate.Normal.md-meta.xml': [
      'CustomMetadata',
      '<label>Normal rate</label><values><field>Percent__c</field><value xmlns:xsi="y" xsi:type="xsd:double">8.1</value></values><values><field>On__c</field><value>true</value></values>',
    ],
    'customMetadata/Rate.Low.md-meta.xml': [
      'CustomMetadata',
      '<label>Low rate</label><values><field>Percent__c</field><value/></values>',
    ],
  };

  test('have their records', async () => {
    const { org, warnings } = await loadFiles(files);
    expect(warnings).toEqual([]);
    expect([...org.records('Rate__mdt')]).toMatchObject([
      { DeveloperName: 'Low', MasterLabel: 'Low rate', Percent__c: null, On__c: false },
      { DeveloperName: 'Normal', QualifiedApiName: 'Normal', Percent__c: 8.1, On__c: true },
    ]);
    expect(org.object('Rate__mdt')).toMatchObject({ keyPrefix: 'm00', changeEvents: false });
  });

  test('are not written by callers', async () => {
    const { org } = await loadFiles(files);
    expect(insert(org, 'Rate__mdt', { DeveloperName: 'Mine' }).errors).toMatchObject([
      { errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' },
    ]);
  });

  test('of elsewhere are told once', async () => {
    const record = ['CustomMetadata', '<label>X</label>'] as const;
    const { warnings } = await loadFiles({
      'customMetadata/Far.A.md-meta.xml': record,
      'customMetadata/Far.B.md-meta.xml': record,
    });
    expect(warnings).toEqual([
      'Far__mdt is not defined in the project, so its 2 records are left out.',
    ]);
  });
});

describe('fields', () => {
  test('a roll-up has the type of what it sums up', async () => {
    const summary = (operation: string, of: string): string =>
      `<type>Summary</type><summaryOperation>${operation}</summaryOperation><summaryForeignKey>Part__c.Bike__c</summaryForeignKey>${of}`;
    const { org, warnings } = await loadFiles({
      ...object('Bike__c'),
      ...object('Part__c'),
      ...field('Part__c', 'Bike__c', '<type>MasterDetail</type><referenceTo>Bike__c</referenceTo>'),
      ...field(
        'Part__c',
        'Price__c',
        '<type>Currency</type><precision>8</precision><scale>2</scale>',
      ),
      ...field('Bike__c', 'Parts__c', summary('count', '')),
      ...field(
        'Bike__c',
        'Cost__c',
        summary(
          'sum',
          '<summarizedField>Part__c.Price__c</summarizedField><summaryFilterItems><field>Part__c.Price__c</field><operation>greaterThan</operation><value>1</value></summaryFilterItems>',
        ),
      ),
    });
    expect(warnings).toEqual([]);
    const fields = org.object('Bike__c')?.fields.slice(-2);
    expect(fields?.map(({ name, type, scale }) => `${name} ${type} ${scale}`)).toEqual([
      'Cost__c currency 2',
      'Parts__c double 0',
    ]);
    const bike = insert(org, 'Bike__c', { Name: 'B' }).id ?? '';
    for (const Price__c of [0.5, 2, 3.25]) insert(org, 'Part__c', { Bike__c: bike, Price__c });
    expect(org.record('Bike__c', bike)).toMatchObject({ Parts__c: 3, Cost__c: 5.25 });
  });

  test('a detail gets another master only where its field says so', async () => {
    const master = (more: string): string =>
      `<type>MasterDetail</type><referenceTo>Account</referenceTo>${more}`;
    const { org } = await loadFiles({
      ...object('Fixed__c'),
      ...field('Fixed__c', 'A__c', master('')),
      ...object('Free__c'),
      ...field(
        'Free__c',
        'A__c',
        master('<reparentableMasterDetail>true</reparentableMasterDetail>'),
      ),
    });
    const updateable = ['Fixed__c', 'Free__c'].map(
      (name) => org.object(name)?.fields.find((each) => each.name === 'A__c')?.updateable,
    );
    expect(updateable).toEqual([false, true]);
  });

  test.each([
    ['<maskType>all</maskType><maskChar>asterisk</maskChar>', '*******'],
    ['<maskType>lastFour</maskType><maskChar>X</maskChar>', 'XXX4567'],
  ])('an encrypted text is shown by its mask: %s', async (mask, shown) => {
    const { org } = await loadFiles({
      ...object('Bike__c'),
      ...field('Bike__c', 'Code__c', `<type>EncryptedText</type><length>20</length>${mask}`),
    });
    const { id } = insert(org, 'Bike__c', { Code__c: '1234567' });
    expect(org.record('Bike__c', id ?? '')?.['Code__c']).toBe(shown);
  });

  test('fields of Activity are those of tasks and events', async () => {
    const { org } = await loadFiles(field('Activity', 'Mood__c', text));
    const has = (name: string): unknown =>
      org.object(name)?.fields.some((each) => each.name === 'Mood__c');
    expect([has('Task'), has('Event')]).toEqual([true, true]);
  });

  test('a standard value set changes the standard fields that have its values', async () => {
    const value = (name: string, more = ''): string =>
      `<standardValue><fullName>${name}</fullName>${more}</standardValue>`;
    const { org, warnings } = await loadFiles({
      'standardValueSets/LeadSource.standardValueSet-meta.xml': [
        'StandardValueSet',
        value('Fair') + value('Friend', '<default>true</default>'),
      ],
    });
    expect(warnings).toEqual([]);
    const { id } = insert(org, 'Contact', { LastName: 'L' });
    expect(org.record('Contact', id ?? '')?.['LeadSource']).toBe('Friend');
    const found = org.object('Lead')?.fields.find((each) => each.name === 'LeadSource');
    expect(found?.picklistValues).toEqual(['Fair', 'Friend']);
  });
});

describe('formulas', () => {
  const labels: Files = {
    'labels/CustomLabels.labels-meta.xml': [
      'CustomLabels',
      '<labels><fullName>Bell</fullName><value>Ring, ring</value></labels><labels><fullName>Horn</fullName><value>Honk</value></labels>',
    ],
  };

  test('name custom labels', async () => {
    const { org, warnings } = await loadFiles({
      ...labels,
      ...object('Bike__c'),
      ...field('Bike__c', 'Sound__c', '<type>Text</type><formula>$Label.Bell &amp; "!"</formula>'),
      ...field('Bike__c', 'Other__c', '<type>Text</type><formula>$Label.Whistle</formula>'),
    });
    expect(warnings).toEqual([
      expect.stringContaining(
        "The formula of Bike__c.Other__c can't be worked out, so its values stay empty: $Label.Whistle is not supported.",
      ),
    ]);
    const { id } = insert(org, 'Bike__c', {});
    expect(org.record('Bike__c', id ?? '')).toMatchObject({
      Sound__c: 'Ring, ring!',
      Other__c: null,
    });
  });

  test('are default values of new records', async () => {
    const byDefault = (value: string): string => `${text}<defaultValue>${value}</defaultValue>`;
    const { org, warnings } = await loadFiles({
      ...labels,
      ...object('Bike__c'),
      ...field('Bike__c', 'Sound__c', byDefault('UPPER($Label.Horn)')),
      ...field('Bike__c', 'Maker__c', byDefault('$User.Alias')),
      ...field('Bike__c', 'Constant__c', byDefault('&quot;as it is&quot;')),
      ...field(
        'Bike__c',
        'Due__c',
        '<type>Date</type><defaultValue>DATE(2026, 1, 31) + 1</defaultValue>',
      ),
      ...field('Bike__c', 'Bad__c', byDefault('Nowhere__c')),
    });
    expect(warnings).toEqual([
      expect.stringContaining(
        "The default value of Bike__c.Bad__c can't be worked out, so there is none: Bike__c has no field Nowhere__c.",
      ),
    ]);
    const { id } = insert(org, 'Bike__c', { Maker__c: null });
    expect(org.record('Bike__c', id ?? '')).toMatchObject({
      Sound__c: 'HONK',
      Maker__c: null,
      Constant__c: 'as it is',
      Due__c: '2026-02-01',
      Bad__c: null,
    });
  });
});

test('a roll-up may sum up roll-ups, in whichever order they are read', async () => {
  const summary = (key: string, of: string): string =>
    `<type>Summary</type><summaryOperation>${of === '' ? 'count' : 'sum'}</summaryOperation><summaryForeignKey>${key}</summaryForeignKey>${of === '' ? '' : `<summarizedField>${of}</summarizedField>`}`;
  const master = (to: string): string =>
    `<type>MasterDetail</type><referenceTo>${to}</referenceTo>`;
  const { org, warnings } = await loadFiles({
    ...object('A__c'),
    ...field('A__c', 'Cs__c', summary('B__c.A__c', 'B__c.Cs__c')),
    ...object('B__c'),
    ...field('B__c', 'A__c', master('A__c')),
    ...field('B__c', 'Cs__c', summary('C__c.B__c', '')),
    ...object('C__c'),
    ...field('C__c', 'B__c', master('B__c')),
  });
  expect(warnings).toEqual([]);
  const a = insert(org, 'A__c', {}).id ?? '';
  for (let i = 0; i < 2; i++) {
    const b = insert(org, 'B__c', { A__c: a }).id;
    for (let j = 0; j <= i; j++) insert(org, 'C__c', { B__c: b });
  }
  expect(org.record('A__c', a)?.['Cs__c']).toBe(3);
});

test('a hierarchy custom setting without an owner is for all of the org', async () => {
  const { org } = await loadFiles({
    ...object('Shop__c', '<customSettingsType>Hierarchy</customSettingsType>'),
    ...field('Shop__c', 'Limit__c', '<type>Number</type><precision>4</precision><scale>0</scale>'),
    ...object('Bike__c'),
    ...field(
      'Bike__c',
      'Max__c',
      '<type>Number</type><precision>4</precision><scale>0</scale><formula>$Setup.Shop__c.Limit__c</formula>',
    ),
  });
  insert(org, 'Shop__c', { Limit__c: 12 });
  const { id } = insert(org, 'Bike__c', {});
  expect(org.record('Bike__c', id ?? '')?.['Max__c']).toBe(12);
});

test('texts of XML are read with all their entities', async () => {
  const { org } = await loadFiles({
    ...object('Bike__c', '<label>Bell &#124; Horn &amp;amp; &#xE9;</label>'),
    ...field(
      'Bike__c',
      'A__c',
      '<type>Text</type><formula><![CDATA[IF(1 < 2, "<", "&")]]></formula>',
    ),
  });
  expect(org.object('Bike__c')?.label).toBe('Bell | Horn &amp; é');
  const { id } = insert(org, 'Bike__c', {});
  expect(org.record('Bike__c', id ?? '')?.['A__c']).toBe('<');
});

test('an object may have its fields in its own file, in a folder or not', async () => {
  const inner = `<fields><fullName>A__c</fullName>${text}</fields>`;
  const { org, warnings } = await loadFiles({
    ...object('Bike__c', inner),
    'objects/Shop__c.object-meta.xml': ['CustomObject', inner],
  });
  expect(warnings).toEqual([]);
  const has = (name: string): unknown =>
    org.object(name)?.fields.some((each) => each.name === 'A__c');
  expect([has('Bike__c'), has('Shop__c')]).toEqual([true, true]);
});
