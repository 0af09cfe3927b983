/**
 * Goal: what DuckDbSink leaves in a real DuckDB file equals what the changes say.
 * Method: hand-made change records straight into the task, read back by SQL.
 */
import { describe, expect, test } from 'vitest';
import type { Schema, SinkRecord } from '../../../src/sdk/index.ts';
import { accountRecord, bare, changeRecord, changeSchema } from '../../support/change.ts';
import { DuckDbFile, TOPIC } from './support.ts';

const duck = DuckDbFile.forEachTest();

describe('one record', () => {
  test('a create fills the columns with their exact values', async () => {
    await duck.put([
      {
        op: 'create',
        id: 'A',
        record: {
          Name: 'Acme',
          AnnualRevenue: 0.1,
          Employees: 7,
          Big: 9007199254740993n,
          Active: true,
          Founded: 19_000,
          Opens: 30_600_000,
          LastModifiedDate: 1_700_000_000_123n,
          BillingAddress: { Street: 'Main St', City: null },
          NameParts: null,
        },
      },
    ]);
    const [row] = await duck.sql(
      `SELECT Id, Name, Phone, AnnualRevenue, Employees, Big, Active, Founded, Opens,
       LastModifiedDate, BillingStreet, BillingCity, FirstName, _deleted, _partial FROM "org_Account"`,
    );
    expect(row).toEqual([
      'A',
      'Acme',
      null,
      0.1,
      7,
      '9007199254740993',
      true,
      '2022-01-08',
      '08:30:00',
      '2023-11-14 22:13:20.123',
      'Main St',
      null,
      null,
      false,
      false,
    ]);
  });

  test('an update changes what it names, nulls what it nulls, and leaves the rest alone', async () => {
    await duck.put([
      {
        op: 'create',
        id: 'A',
        record: { Name: 'Acme', Phone: '1', BillingAddress: { Street: 'S', City: 'C' } },
      },
      {
        op: 'update',
        id: 'A',
        changed: ['Phone', 'BillingAddress.City'],
        nulled: ['Phone'],
        record: { Phone: null, BillingAddress: { Street: null, City: 'D' } },
      },
    ]);
    await duck.put(
      [
        {
          op: 'update',
          id: 'A',
          changed: ['Name'],
          record: { Name: 'Acme 2', Phone: 'not changed' },
        },
      ],
      2n,
    );
    expect(
      await duck.sql(`SELECT Name, Phone, BillingStreet, BillingCity FROM "org_Account"`),
    ).toEqual([['Acme 2', null, 'S', 'D']]);
  });

  test('an update of an unknown record is inserted as partial until an image comes', async () => {
    await duck.put([{ op: 'update', id: 'A', changed: ['Phone'], record: { Phone: '2' } }]);
    expect(await duck.sql(`SELECT Name, Phone, _partial FROM "org_Account"`)).toEqual([
      [null, '2', true],
    ]);
    await duck.put([{ op: 'repair', id: 'A', record: { Name: 'Acme', Phone: '3' } }], 1n);
    expect(await duck.sql(`SELECT Name, Phone, _partial FROM "org_Account"`)).toEqual([
      ['Acme', '3', false],
    ]);
  });

  test('a delete is soft, a late update does not resurrect, an undelete does', async () => {
    await duck.put([
      { op: 'create', id: 'A', record: { Name: 'Acme' } },
      { op: 'delete', id: 'A' },
      { op: 'update', id: 'A', changed: ['Phone'], record: { Phone: 'late' } },
    ]);
    const state = `SELECT Name, _deleted, CAST(_deleted_at AS VARCHAR) FROM "org_Account"`;
    expect(await duck.sql(state)).toEqual([['Acme', true, '2023-11-14 22:13:20']]);
    await duck.put([{ op: 'update', id: 'A', changed: ['Phone'], record: { Phone: 'later' } }], 3n);
    expect(await duck.sql(state)).toEqual([['Acme', true, '2023-11-14 22:13:20']]);
    await duck.put([{ op: 'undelete', id: 'A', record: { Name: 'Back' } }], 4n);
    expect(await duck.sql(state)).toEqual([['Back', false, null]]);
  });

  test('a platform event is a row of its own, keyed by the record key', async () => {
    const schema: Schema = {
      type: 'struct',
      optional: false,
      fields: [
        { name: 'Order_Id__c', schema: { type: 'string', optional: true } },
        { name: 'EventUuid', schema: { type: 'string', optional: false } },
      ],
    };
    await duck.task.put([
      {
        ...bare(TOPIC, 0n),
        keySchema: {
          type: 'struct',
          optional: false,
          fields: [{ name: 'EventUuid', schema: { type: 'string', optional: false } }],
        },
        key: { EventUuid: 'e1' },
        valueSchema: schema,
        value: { Order_Id__c: '7', EventUuid: 'e1' },
      },
    ]);
    expect(await duck.sql(`SELECT EventUuid, Order_Id__c FROM "org_Account"`)).toEqual([
      ['e1', '7'],
    ]);
  });
});

describe('the table', () => {
  test('is widened when the schema gains a field', async () => {
    await duck.put([{ op: 'create', id: 'A', record: { Name: 'Acme' } }]);
    const wider = changeSchema({
      ...accountRecord,
      fields: [
        ...(accountRecord.fields ?? []),
        { name: 'Tier__c', schema: { type: 'string', optional: true } },
      ],
    });
    await duck.task.put([
      changeRecord(
        { op: 'update', id: 'A', changed: ['Tier__c'], record: { Tier__c: 'Gold' } },
        1n,
        wider,
      ),
      changeRecord({ op: 'create', id: 'B', record: { Name: 'Old shape' } }, 2n),
    ]);
    expect(await duck.sql(`SELECT Id, Name, Tier__c FROM "org_Account" ORDER BY Id`)).toEqual([
      ['A', 'Acme', 'Gold'],
      ['B', 'Old shape', null],
    ]);
  });

  test('is widened when an INTEGER becomes a BIGINT, old and new records in one batch', async () => {
    const employees = (type: 'int32' | 'int64'): Schema =>
      changeSchema({
        ...accountRecord,
        fields: [{ name: 'Employees', schema: { type, optional: true } }],
      });
    const [narrow, wide] = [employees('int32'), employees('int64')];
    const Employees = 9_007_199_254_740_993n;
    await duck.put([{ op: 'create', id: 'Z', record: {} }]);
    await duck.putAsRuntime([
      changeRecord({ op: 'create', id: 'A', record: { Employees: 1 } }, 1n, narrow),
      changeRecord({ op: 'create', id: 'B', record: { Employees } }, 2n, wide),
      changeRecord({ op: 'create', id: 'C', record: { Employees: 3 } }, 3n, narrow),
    ]);
    await duck.putAsRuntime([
      changeRecord(
        { op: 'update', id: 'A', changed: ['Employees'], record: { Employees: 2 } },
        4n,
        narrow,
      ),
      changeRecord(
        { op: 'update', id: 'C', changed: ['Employees'], record: { Employees } },
        5n,
        wide,
      ),
    ]);
    expect(duck.rejected).toEqual([]);
    expect(await duck.sql(`SELECT Id, Employees FROM "org_Account" ORDER BY Id`)).toEqual([
      ['A', 2],
      ['B', '9007199254740993'],
      ['C', '9007199254740993'],
      ['Z', null],
    ]);
  });

  test('takes whole numbers into a DOUBLE column, and fractions after them, uncut (Invariant 6)', async () => {
    const amount = (type: 'int32' | 'float64'): Schema =>
      changeSchema({
        ...accountRecord,
        fields: [{ name: 'Amount', schema: { type, optional: true } }],
      });
    const create = (id: string, Amount: number, offset: bigint, schema: Schema): SinkRecord =>
      changeRecord({ op: 'create', id, record: { Amount } }, offset, schema);
    const [whole, fraction] = [amount('int32'), amount('float64')];
    await duck.putAsRuntime([create('A', 0.25, 0n, fraction)]);
    await duck.reopen();
    await duck.putAsRuntime([create('B', 2, 1n, whole), create('C', 0.5, 2n, fraction)]);
    expect(await duck.sql(`SELECT Id, Amount FROM "org_Account" ORDER BY Id`)).toEqual([
      ['A', 0.25],
      ['B', 2],
      ['C', 0.5],
    ]);
  });

  test('with a column of another type is refused by name, before anything is written', async () => {
    await duck.put([{ op: 'create', id: 'A', record: { Name: 'Acme' } }]);
    const other = changeSchema({
      ...accountRecord,
      fields: [{ name: 'Phone', schema: { type: 'boolean', optional: true } }],
    });
    await expect(
      duck.task.put([changeRecord({ op: 'create', id: 'B', record: { Phone: true } }, 1n, other)]),
    ).rejects.toMatchObject({
      kind: 'config',
      message: 'Column Phone of table org_Account is VARCHAR, but record.Phone needs BOOLEAN.',
    });
    await duck.reopen();
    expect(await duck.sql(`SELECT count(*) FROM "org_Account"`)).toEqual([[1]]);
    expect(await duck.sql(`SELECT next_offset FROM _connect_offsets`)).toEqual([[1]]);
  });
});
