/** Goal: a record asks of its target exactly what it says: absent, null and value stay apart (Invariant 7). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeOf,
  type ChangeOptions,
  type Operation,
} from '../../../../../connectors/salesforce/sink/change.ts';
import { Mapping, parseRules } from '../../../../../connectors/salesforce/sink/mapping.ts';
import type { SinkRecord, Struct } from '../../../../../src/sdk/index.ts';
import { bare, changeRecord, type ChangeSpec } from '../../../../support/change.ts';

const WRITEABLE = ['Name', 'Phone', 'BillingStreet', 'BillingCity', 'Founded', 'FirstName'];

function options(rules: readonly string[] = ['Id:Ext__c', 'Name', 'Phone']): ChangeOptions {
  return {
    mapping: new Mapping(parseRules(rules), WRITEABLE),
    operation: 'upsert',
    idField: rules.length === 0 ? 'Id' : 'Ext__c',
    client: 'headwater-crm',
  };
}

const of = (spec: ChangeSpec, given = options()): unknown =>
  changeOf(changeRecord(spec, 0n), given);

describe('presence', () => {
  test('an update writes what changed, empties what was nulled, and leaves the rest alone', () => {
    const leaves: Record<string, string> = {
      Name: 'Name',
      Phone: 'Phone',
      'BillingAddress.Street': 'BillingStreet',
      'BillingAddress.City': 'BillingCity',
    };
    const names = fc.subarray(Object.keys(leaves));
    fc.assert(
      fc.property(names, names, (changed, nulled) => {
        const touched = new Set([...changed, ...nulled]);
        const value = (name: string): string | null =>
          touched.has(name) && !nulled.includes(name) ? 'new' : null;
        const record = {
          Name: value('Name'),
          Phone: value('Phone'),
          BillingAddress: {
            Street: value('BillingAddress.Street'),
            City: value('BillingAddress.City'),
          },
        };
        const wanted = [...touched].map((name) => [leaves[name], value(name)]);
        const change = of({ op: 'update', id: '1', record, changed, nulled }, options([]));
        if (wanted.length === 0) expect(change).toBe('unmapped');
        else expect(change).toMatchObject({ key: '1', values: Object.fromEntries(wanted) });
      }),
    );
  });

  test.each(['create', 'undelete', 'snapshot', 'repair'])('%s writes the whole image', (op) => {
    expect(of({ op, id: '1', record: { Name: 'A', Phone: null } })).toMatchObject({
      kind: 'write',
      key: '1',
      values: { Name: 'A', Phone: null, Ext__c: '1' },
    });
  });

  test('a compound that changed as a whole means each of its parts', () => {
    const record = { BillingAddress: null };
    const spec = { op: 'update', id: '1', record, nulled: ['BillingAddress'] };
    expect(of(spec, options([]))).toMatchObject({
      values: { BillingStreet: null, BillingCity: null },
    });
  });

  test('parts of a compound go by either name', () => {
    const record = { BillingAddress: { Street: 'High St', City: 'Leeds' } };
    const rules = ['Id:Ext__c', 'BillingAddress.Street:A__c', 'BillingCity:B__c'];
    expect(of({ op: 'create', id: '1', record }, options(rules))).toMatchObject({
      values: { A__c: 'High St', B__c: 'Leeds' },
    });
  });

  test('an update of fields that go nowhere asks for nothing', () => {
    expect(of({ op: 'update', id: '1', changed: ['Opens'], record: { Opens: 1 } })).toBe(
      'unmapped',
    );
  });
});

describe('deletes', () => {
  test.each<[string, SinkRecord]>([
    ['a change of op=delete', changeRecord({ op: 'delete', id: '1' }, 0n)],
    ['a tombstone', { ...bare('org.Account', 0n), key: { Id: '1' } }],
  ])('%s deletes', (_what, record) => {
    expect(changeOf(record, options())).toMatchObject({ kind: 'delete', key: '1', values: {} });
  });

  test('operation delete deletes whatever the change is', () => {
    expect(of({ op: 'create', id: '1' }, { ...options(), operation: 'delete' })).toMatchObject({
      kind: 'delete',
    });
  });
});

describe('echoes', () => {
  const from = (changeOrigin: string): SinkRecord => {
    const record = changeRecord(
      { op: 'update', id: '1', changed: ['Name'], record: { Name: 'A' } },
      0n,
    );
    const value = record.value as Struct;
    return { ...record, value: { ...value, source: { changeOrigin } } };
  };

  test.each([
    ['headwater-crm', true],
    ['headwater-crm2', false],
    ['headwater-cr', false],
    ['HEADWATER-CRM', false],
    ['SfdcInternalAPI', false],
  ])('a change by %s is dropped: %s', (client, dropped) => {
    const change = changeOf(from(`com/salesforce/api/rest/66.0;client=${client}`), options());
    expect(change === 'echo').toBe(dropped);
  });
});

describe('refused', () => {
  test.each<[string, SinkRecord, ChangeOptions, string]>([
    [
      'an update whose id field is not in the delta',
      changeRecord({ op: 'update', id: '1', changed: ['Phone'], record: { Phone: '2' } }, 0n),
      options(['Name:Ext__c', 'Phone']),
      'Ext__c',
    ],
    ['a text', { ...bare('org.Account', 0n), value: 'text' }, options([]), 'value'],
    ...(['delete', 'update'] as const).map((op): [string, SinkRecord, ChangeOptions, string] => [
      `${op} with operation insert`,
      changeRecord({ op, id: '1', changed: ['Name'] }, 0n),
      { ...options(), operation: 'insert' satisfies Operation },
      'salesforce.sink.object.operation',
    ]),
  ])('%s', (_what, record, given, path) => {
    expect(() => changeOf(record, given)).toThrow(expect.objectContaining({ kind: 'data', path }));
  });

  test.each([['A:B:C'], [':B'], ['A:'], ['A:X,B:X']])('the rules %s', (list) => {
    expect(() => parseRules(list.split(','))).toThrow(
      expect.objectContaining({ kind: 'config', path: 'fields' }),
    );
  });
});

test('a raw event is refused: its nulls may be fields that were not touched', () => {
  const value = { ChangeEventHeader: { changeType: 'UPDATE' }, Name: null };
  const record = { ...changeRecord({ op: 'update', id: '1', record: {} }, 0n), value };
  expect(() => changeOf(record, options())).toThrow(
    expect.objectContaining({ kind: 'data', code: 'salesforce.raw' }),
  );
});
