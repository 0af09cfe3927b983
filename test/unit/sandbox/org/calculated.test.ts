import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeField, parseFields } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type {
  FieldDef,
  ObjectDef,
  RecordValues,
  Summary,
  Transaction,
  ValidationRule,
  Write,
} from '../../../../sandbox/salesforce/org/types.ts';

const formula = (name: string, type: FieldDef['type'], text: string): FieldDef =>
  makeField({ ...CALCULATED, name, label: name, type, scale: 2, precision: 18, formula: text });
const summary = (name: string, of: Partial<Summary>): FieldDef =>
  makeField({
    ...CALCULATED,
    name,
    label: name,
    type: 'double',
    precision: 18,
    scale: 2,
    summary: { operation: 'count', child: 'Line__c', reference: 'Sale__c', filters: [], ...of },
  });
const CALCULATED = { calculated: true, createable: false, updateable: false, custom: true };

const object = (
  name: string,
  keyPrefix: string,
  fields: readonly FieldDef[],
  rules: readonly ValidationRule[] = [],
): ObjectDef => ({
  name,
  label: name,
  labelPlural: `${name}s`,
  keyPrefix,
  kind: 'custom',
  fields,
  changeEvents: true,
  validationRules: rules,
});

function shop(
  rules: readonly ValidationRule[] = [],
  saleRules: readonly ValidationRule[] = [],
): SandboxOrg {
  const org = createOrg({ seed: 1 });
  const sale = parseFields('Name | string(80) | Name\nsystem', new Set());
  const line = parseFields(
    'Name | string(80) | Name\nSale__c | reference(Sale__c) required cascade | Sale\nPrice__c | double(18,2) | Price\nKind__c | picklist | Kind\nsystem',
    new Set(),
  ).map((field) => (field.name === 'Sale__c' ? { ...field, relationshipName: 'Sale__r' } : field));
  org.addObject(
    object(
      'Sale__c',
      'a00',
      [
        ...sale,
        summary('Lines__c', {}),
        summary('Total__c', { operation: 'sum', field: 'Price__c' }),
        summary('Least__c', { operation: 'min', field: 'Price__c' }),
        summary('Most__c', { operation: 'max', field: 'Price__c' }),
        summary('Bikes__c', {
          filters: [{ field: 'Kind__c', operation: 'equals', value: 'Bike, E-Bike' }],
        }),
        formula('WithTax__c', 'currency', 'Total__c * 1.077'),
      ],
      saleRules,
    ),
  );
  org.addObject(
    object(
      'Line__c',
      'a01',
      [...line, formula('Share__c', 'percent', 'Price__c / Sale__r.Total__c')],
      rules,
    ),
  );
  return org;
}

const actor = (org: SandboxOrg) => ({ userId: org.admin.id, origin: '' });

function write(org: SandboxOrg, ...writes: Write[]): string {
  const results = org.write(actor(org), writes, true);
  for (const { errors } of results) for (const error of errors) throw error;
  return results[0]?.id ?? '';
}
const insert = (org: SandboxOrg, entity: string, values: RecordValues): string =>
  write(org, { op: 'insert', entity, values });

describe('formula fields', () => {
  test('have their value wherever a record is read, and none in what is stored', () => {
    const org = shop();
    const sale = insert(org, 'Sale__c', { Name: 'S' });
    const id = insert(org, 'Line__c', { Sale__c: sale, Price__c: 25 });
    insert(org, 'Line__c', { Sale__c: sale, Price__c: 75 });
    expect(org.record('Line__c', id)?.['Share__c']).toBe(25);
    expect([...org.records('Sale__c')].map((row) => row['WithTax__c'])).toEqual([107.7]);
    expect(Object.keys(org.record('Line__c', id) ?? {})).not.toContain('Share__c');
    write(org, { op: 'update', entity: 'Line__c', id, values: { Price__c: 225 } });
    expect(org.record('Line__c', id)?.['Share__c']).toBe(75);
  });

  test('can be added to an object that has records, and dropped', () => {
    const org = shop();
    const sale = insert(org, 'Sale__c', { Name: 'S' });
    org.addField('Sale__c', formula('Loud__c', 'string', 'UPPER(Name) & "!"'));
    expect(org.record('Sale__c', sale)?.['Loud__c']).toBe('S!');
    org.dropField('Sale__c', 'Loud__c');
    expect(org.record('Sale__c', sale)?.['Loud__c']).toBeUndefined();
  });

  test('that lead to each other in a circle have no value', () => {
    const org = shop();
    org.addField('Sale__c', formula('A__c', 'double', 'B__c + 1'));
    org.addField('Sale__c', formula('B__c', 'double', 'A__c + 1'));
    const sale = insert(org, 'Sale__c', { Name: 'S' });
    expect(org.record('Sale__c', sale)?.['A__c']).toBeNull();
  });

  test('keep their type', () => {
    const org = shop();
    expect(() => org.retypeField('Sale__c', 'WithTax__c', 'string')).toThrow('is a formula');
  });

  test('can not be written', () => {
    const org = shop();
    expect(() => insert(org, 'Sale__c', { WithTax__c: 1 })).toThrow(
      'Unable to create/update fields: WithTax__c',
    );
  });
});

describe('roll-up summaries', () => {
  const of = (org: SandboxOrg, id: string): unknown[] =>
    ['Lines__c', 'Total__c', 'Least__c', 'Most__c', 'Bikes__c'].map(
      (name) => org.record('Sale__c', id)?.[name],
    );

  test('follow children that come, change, move, go and come back', () => {
    const org = shop();
    const [a, b] = [insert(org, 'Sale__c', { Name: 'A' }), insert(org, 'Sale__c', { Name: 'B' })];
    expect(of(org, a)).toEqual([0, 0, null, null, 0]);
    const line = insert(org, 'Line__c', { Sale__c: a, Price__c: 0.1, Kind__c: 'Bike' });
    insert(org, 'Line__c', { Sale__c: a, Price__c: 0.2, Kind__c: 'Bell' });
    expect(of(org, a)).toEqual([2, 0.3, 0.1, 0.2, 1]);
    write(org, { op: 'update', entity: 'Line__c', id: line, values: { Price__c: 5 } });
    expect(of(org, a)).toEqual([2, 5.2, 0.2, 5, 1]);
    write(org, { op: 'update', entity: 'Line__c', id: line, values: { Sale__c: b } });
    expect([of(org, a), of(org, b)]).toEqual([
      [1, 0.2, 0.2, 0.2, 0],
      [1, 5, 5, 5, 1],
    ]);
    write(org, { op: 'delete', id: line });
    expect(of(org, b)).toEqual([0, 0, null, null, 0]);
    write(org, { op: 'undelete', id: line });
    expect(of(org, b)).toEqual([1, 5, 5, 5, 1]);
  });

  test('are an update of the parent in the same transaction', () => {
    const org = shop();
    const sale = insert(org, 'Sale__c', { Name: 'A' });
    const transactions: Transaction[] = [];
    org.onCommit((transaction) => transactions.push(transaction));
    insert(org, 'Line__c', { Sale__c: sale, Price__c: 3 });
    expect(transactions).toHaveLength(1);
    const changes = transactions[0]?.changes ?? [];
    expect(changes.map(({ entity, type }) => `${entity} ${type}`)).toEqual([
      'Line__c CREATE',
      'Sale__c UPDATE',
    ]);
  });

  test('go back with what is rolled back', () => {
    const org = shop();
    const sale = insert(org, 'Sale__c', { Name: 'A' });
    const line = (values: RecordValues): Write => ({ op: 'insert', entity: 'Line__c', values });
    const results = org.write(
      actor(org),
      [line({ Sale__c: sale, Price__c: 1 }), line({ Price__c: 2 })],
      true,
    );
    expect(results.map(({ success }) => success)).toEqual([false, false]);
    expect(of(org, sale)).toEqual([0, 0, null, null, 0]);
  });

  test('equal a sum over the children after any edits', () => {
    const step = fc.record({
      kind: fc.integer({ min: 0, max: 4 }),
      line: fc.nat(5),
      sale: fc.nat(1),
      price: fc.integer({ min: -500, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const org = shop();
        const sales = ['A', 'B'].map((Name) => insert(org, 'Sale__c', { Name }));
        const lines: string[] = [];
        for (const { kind, line, sale, price } of steps) {
          const values = { Sale__c: sales[sale] ?? '', Price__c: price / 100 };
          const id = lines[line];
          if (id === undefined) lines.push(insert(org, 'Line__c', values));
          else if (kind === 0) org.write(actor(org), [{ op: 'delete', id }], true);
          else if (kind === 1) org.write(actor(org), [{ op: 'undelete', id }], true);
          else org.write(actor(org), [{ op: 'update', entity: 'Line__c', id, values }], true);
        }
        for (const id of sales) {
          const prices = [...org.records('Line__c')]
            .filter((row) => row['Sale__c'] === id)
            .map((row) => Number(row['Price__c']));
          const cents = prices.reduce((total, price) => total + Math.round(price * 100), 0);
          const none = prices.length === 0;
          expect(of(org, id).slice(0, 4)).toEqual([
            prices.length,
            cents / 100,
            none ? null : Math.min(...prices),
            none ? null : Math.max(...prices),
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('validation rules', () => {
  const rules: ValidationRule[] = [
    {
      name: 'Cheap',
      formula: 'AND(ISCHANGED(Price__c), Price__c < PRIORVALUE(Price__c))',
      message: 'No discounts.',
      field: 'Price__c',
    },
    { name: 'Kind', formula: 'ISNEW() && ISBLANK(TEXT(Kind__c))', message: 'Which kind?' },
    { name: 'Mine', formula: 'Name = "admin" && CreatedById = $User.Id', message: 'Not you.' },
  ];

  test('refuse what their formula is true for, with message and field', () => {
    const org = shop(rules);
    const sale = insert(org, 'Sale__c', { Name: 'A' });
    const errors = (...writes: Write[]): unknown =>
      org
        .write(actor(org), writes, true)[0]
        ?.errors.map(({ errorCode, message, fields }) => [errorCode, message, fields]);
    expect(errors({ op: 'insert', entity: 'Line__c', values: { Sale__c: sale } })).toEqual([
      ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Which kind?', []],
    ]);
    const id = insert(org, 'Line__c', { Sale__c: sale, Kind__c: 'Bike', Price__c: 10 });
    expect(errors({ op: 'update', entity: 'Line__c', id, values: { Price__c: 9 } })).toEqual([
      ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'No discounts.', ['Price__c']],
    ]);
    const both = { Name: 'admin', Price__c: 9 };
    expect(errors({ op: 'update', entity: 'Line__c', id, values: both })).toHaveLength(2);
    expect(errors({ op: 'update', entity: 'Line__c', id, values: { Name: 'admin' } })).toEqual([
      ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Not you.', []],
    ]);
    expect(
      errors({ op: 'update', entity: 'Line__c', id, values: { Price__c: 11, Kind__c: null } }),
    ).toEqual([]);
    expect(org.record('Sale__c', sale)?.['Total__c']).toBe(11);
  });

  test("of a parent refuse the child that they don't let it sum up", () => {
    const cap = {
      name: 'Cap',
      formula: 'WithTax__c > 100',
      message: 'Too dear.',
      field: 'Total__c',
    };
    const org = shop([], [cap]);
    const sale = insert(org, 'Sale__c', { Name: 'A' });
    insert(org, 'Line__c', { Sale__c: sale, Price__c: 90 });
    expect(() => insert(org, 'Line__c', { Sale__c: sale, Price__c: 10 })).toThrow(
      'The first validation error encountered was "Too dear.".',
    );
    expect(org.record('Sale__c', sale)).toMatchObject({ Lines__c: 1, Total__c: 90 });
  });
});
