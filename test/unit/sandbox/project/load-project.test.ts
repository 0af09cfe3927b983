import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { loadProject } from '../../../../sandbox/salesforce/project/load-project.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
  file('sfdx-project.json', '{"packageDirectories": [{"path": "app"}]}');
  mkdirSync(join(folder, 'app'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const object = (inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">\n${inner}\n</CustomObject>\n`;
const field = (name: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">\n<fullName>${name}</fullName>\n${inner}\n</CustomField>\n`;
const bike = (name: string, inner: string): string =>
  file(`app/main/objects/Bike__c/fields/${name}.field-meta.xml`, field(name, inner));
const bikeObject = (): string =>
  file('app/main/objects/Bike__c/Bike__c.object-meta.xml', object('<label>Bike</label>'));

async function loaded(): Promise<ReturnType<typeof createOrg>> {
  const org = createOrg({ seed: 1 });
  await loadProject(org, folder);
  return org;
}

const failure = async (): Promise<string> => {
  try {
    await loaded();
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('a project in source format', () => {
  test('brings its objects with all kinds of fields', async () => {
    bikeObject();
    bike(
      'Frame__c',
      '<type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition><value><fullName>Steel</fullName><default>true</default></value></valueSetDefinition></valueSet>',
    );
    bike('Price__c', '<type>Currency</type><precision>8</precision><scale>2</scale>');
    bike('Owner__c', '<type>Lookup</type><referenceTo>Contact</referenceTo>');
    bike('Place__c', '<type>Location</type><scale>5</scale>');
    bike(
      'Serial__c',
      '<type>Text</type><length>20</length><unique>true</unique><externalId>true</externalId>',
    );
    bike('Story__c', '<type>Html</type><length>32768</length>');
    bike(
      'Total__c',
      '<type>Currency</type><precision>8</precision><scale>2</scale><formula>Price__c + 1</formula>',
    );
    const org = createOrg({ seed: 1 });
    expect(await loadProject(org, folder)).toEqual([]);
    const fields = org.object('bike__c')?.fields.filter((each) => each.custom) ?? [];
    expect(fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'Frame__c picklist',
      'Owner__c reference',
      'Place__c location',
      'Place__Latitude__s double',
      'Place__Longitude__s double',
      'Price__c currency',
      'Serial__c string',
      'Story__c textarea',
      'Total__c currency',
    ]);
    const actor = { userId: org.admin.id, origin: '' };
    const values = { Serial__c: 'S1', Place__Latitude__s: 1.5 };
    const [result] = org.write(actor, [{ op: 'insert', entity: 'Bike__c', values }], true);
    expect(org.record('Bike__c', result?.id ?? '')).toMatchObject({
      Name: result?.id,
      Frame__c: 'Steel',
      Place__Latitude__s: 1.5,
      Total__c: 1,
    });
  });

  test('tells custom settings and platform events from objects', async () => {
    file(
      'app/objects/Shop__c/Shop__c.object-meta.xml',
      object('<customSettingsType>Hierarchy</customSettingsType>'),
    );
    file('app/objects/Sold__e/Sold__e.object-meta.xml', object('<label>Sold</label>'));
    bikeObject();
    const org = await loaded();
    const kinds = ['Shop__c', 'Sold__e', 'Bike__c'].map((name) => {
      const found = org.object(name);
      return [found?.kind, found?.changeEvents];
    });
    expect(kinds).toEqual([
      ['customsetting', false],
      ['platformevent', false],
      ['custom', true],
    ]);
  });

  test('adds fields to standard objects, with values of a global value set', async () => {
    file(
      'app/globalValueSets/Tier.globalValueSet-meta.xml',
      '<GlobalValueSet xmlns="x"><customValue><fullName>Gold</fullName></customValue></GlobalValueSet>',
    );
    file(
      'app/objects/Account/fields/Tier__c.field-meta.xml',
      field(
        'Tier__c',
        '<type>Picklist</type><valueSet><valueSetName>Tier</valueSetName></valueSet>',
      ),
    );
    const org = await loaded();
    expect(org.object('Account')?.fields.at(-1)).toMatchObject({
      name: 'Tier__c',
      picklistValues: ['Gold'],
      restrictedPicklist: true,
      fieldId: '00NHw0000000001',
    });
  });
});

test('a project in Metadata API format brings the same', async () => {
  file(
    'app/objects/Bike__c.object',
    object(
      '<fields><fullName>A__c</fullName><type>Text</type><length>5</length></fields>\n<fields><fullName>B__c</fullName><type>Checkbox</type><defaultValue>true</defaultValue></fields>\n<nameField><type>AutoNumber</type><displayFormat>B-{000}</displayFormat></nameField>',
    ),
  );
  const org = await loaded();
  const actor = { userId: org.admin.id, origin: '' };
  const [result] = org.write(actor, [{ op: 'insert', entity: 'Bike__c', values: {} }], true);
  expect(org.record('Bike__c', result?.id ?? '')).toMatchObject({
    Name: 'B-001',
    A__c: null,
    B__c: true,
  });
});

test('an object may be spread over package directories, one of which may lie in another', async () => {
  file(
    'sfdx-project.json',
    '{"packageDirectories": [{"path": "app"}, {"path": "more", "default": true}, {"path": "app/main"}]}',
  );
  bikeObject();
  bike('A__c', '<type>Date</type>');
  file('more/objects/Bike__c/fields/B__c.field-meta.xml', field('B__c', '<type>Date</type>'));
  const org = createOrg({ seed: 1 });
  expect(await loadProject(org, folder)).toEqual([]);
  const custom = org.object('Bike__c')?.fields.filter((each) => each.custom);
  expect(custom?.map(({ name }) => name)).toEqual(['A__c', 'B__c']);
});

test('a folder with a package.xml needs no project file', async () => {
  rmSync(join(folder, 'sfdx-project.json'));
  file('src/package.xml', '<Package xmlns="x"/>');
  file('src/objects/Bike__c.object', object('<label>Bike</label>'));
  expect((await loaded()).object('Bike__c')?.label).toBe('Bike');
});

describe('what is unknown is said, with file and line, and left out', () => {
  const warnings = (): Promise<string[]> => loadProject(createOrg({ seed: 1 }), folder);

  test('a type, while the other fields come', async () => {
    bikeObject();
    const path = bike('A__c', '<label>A</label>\n<type>Txt</type>');
    bike('B__c', '<type>Date</type>');
    const org = createOrg({ seed: 1 });
    expect(await loadProject(org, folder)).toEqual([
      `${path}:5: A__c has the unknown type "Txt", so it is left out.`,
    ]);
    const custom = org.object('Bike__c')?.fields.filter((each) => each.custom);
    expect(custom?.map((each) => each.name)).toEqual(['B__c']);
  });

  test('a global value set of elsewhere, while the field takes any value', async () => {
    bikeObject();
    const path = bike(
      'Tier__c',
      '<type>Picklist</type>\n<valueSet>\n<valueSetName>Tier</valueSetName></valueSet>',
    );
    const org = createOrg({ seed: 1 });
    expect(await loadProject(org, folder)).toEqual([
      `${path}:6: The global value set "Tier" is not in the project, so Tier__c takes any value.`,
    ]);
    const actor = { userId: org.admin.id, origin: '' };
    const write = { op: 'insert', entity: 'Bike__c', values: { Tier__c: 'Gold' } } as const;
    expect(org.write(actor, [write], true)).toMatchObject([{ success: true }]);
  });

  test.each([
    ['Old__b', 'a big object'],
    ['Far__x', 'an external object'],
  ])('%s, which is %s', async (name, kind) => {
    const path = file(`app/objects/${name}/${name}.object-meta.xml`, object('<label>L</label>'));
    expect(await warnings()).toEqual([
      `${path}:2: ${name} is ${kind}, which the sandbox does not support, so it is left out.`,
    ]);
  });

  test.each(['ExternalLookup', 'IndirectLookup'])('a field of type %s', async (type) => {
    bikeObject();
    const path = bike('A__c', `<type>${type}</type>`);
    expect(await warnings()).toEqual([
      expect.stringMatching(
        /^.+:4: A__c is an (external|indirect) lookup, which the sandbox does not support/,
      ),
    ]);
    expect(path).toContain('A__c');
  });

  test('a formula with a function of elsewhere, whose field stays empty', async () => {
    bikeObject();
    const path = bike('A__c', '<type>Text</type>\n<formula>VLOOKUP(1, 2, 3)</formula>');
    const org = createOrg({ seed: 1 });
    expect(await loadProject(org, folder)).toEqual([
      `${path}:5: The formula of Bike__c.A__c can't be worked out, so its values stay empty: the function VLOOKUP is not supported.`,
    ]);
    expect(org.object('Bike__c')?.fields.at(-1)).toMatchObject({ name: 'A__c', calculated: true });
  });

  test('a validation rule about a field that is not there, in either format', async () => {
    const rule = (name: string): string =>
      `<fullName>${name}</fullName><active>true</active>\n<errorConditionFormula>Nowhere__c</errorConditionFormula><errorMessage>No.</errorMessage>`;
    bikeObject();
    const path = file(
      'app/main/objects/Bike__c/validationRules/R.validationRule-meta.xml',
      `<ValidationRule xmlns="x">${rule('R')}</ValidationRule>`,
    );
    const shop = file(
      'app/objects/Shop__c.object',
      object(`<validationRules>${rule('S')}</validationRules>`),
    );
    expect(await warnings()).toEqual([
      `${path}:2: The validation rule Bike__c.R is not enforced: Bike__c has no field Nowhere__c.`,
      `${shop}:4: The validation rule Shop__c.S is not enforced: Shop__c has no field Nowhere__c.`,
    ]);
  });

  test('a field that is there twice, of which the first counts', async () => {
    bikeObject();
    bike('A__c', '<type>Date</type>');
    const path = file(
      'app/other/objects/Bike__c/fields/A__c.field-meta.xml',
      field('A__c', '<type>Checkbox</type>'),
    );
    expect(await warnings()).toEqual([
      `${path}:3: Bike__c already has a field A__c, so this one is left out.`,
    ]);
  });

  test("a managed package's field of which only a change is there", async () => {
    bikeObject();
    const path = bike('ns__A__c', '<label>A</label>');
    expect(await warnings()).toEqual([
      `${path}:2: ns__A__c is a managed package's field, so it is left out.`,
    ]);
  });

  test('a roll-up without the relationship', async () => {
    bikeObject();
    const path = bike(
      'Parts__c',
      '<type>Summary</type>\n<summaryOperation>count</summaryOperation><summaryForeignKey>Part__c.Bike__c</summaryForeignKey>',
    );
    expect(await warnings()).toEqual([
      `${path}:5: The roll-up Bike__c.Parts__c can't be summed up, so its values stay empty: the org has no object Part__c.`,
    ]);
  });
});

describe('one error with file and line', () => {
  test('for XML that is not well-formed', async () => {
    bikeObject();
    const path = bike('A__c', '<type>Text</typ>');
    expect(await failure()).toMatch(`${path}:4: Expected closing tag 'type'`);
  });

  test.each([
    ['a missing length', '<type>Text</type>', 4, 'A__c (Text) needs <length>.'],
    [
      'a length beyond the limit',
      '<type>Text</type>\n<length>999</length>',
      5,
      'A__c (Text) has the length 999',
    ],
    [
      'a length that is no number',
      '<type>Text</type>\n<length>many</length>',
      5,
      '<length> is "many", no number.',
    ],
    [
      'more decimals than digits',
      '<type>Number</type>\n<precision>3</precision>\n<scale>4</scale>',
      5,
      'A__c has precision 3 and scale 4',
    ],
    ['no type', '', 2, 'A__c has no <type>.'],
  ])('for a field with %s', async (_, inner, line, message) => {
    bikeObject();
    const path = bike('A__c', inner);
    expect(await failure()).toContain(`${path}:${line}: ${message}`);
  });

  test('for a field of the Metadata API format, where it stands', async () => {
    const path = file(
      'app/objects/Bike__c.object',
      object(
        '<fields><fullName>A__c</fullName><type>Date</type></fields>\n<fields>\n<fullName>B__c</fullName>\n<type>Lookup</type></fields>',
      ),
    );
    expect(await failure()).toBe(`${path}:6: B__c (Lookup) needs <referenceTo>.`);
  });

  test('for a project file that is no JSON', async () => {
    const path = file('sfdx-project.json', '{\n"packageDirectories": [,]}');
    expect(await failure()).toContain(`${path}:2: `);
  });
});
