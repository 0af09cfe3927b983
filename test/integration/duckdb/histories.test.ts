/**
 * Goal: what DuckDbSink leaves in a real DuckDB file equals what the changes say, whatever they are.
 * Method: random histories are compared with a naive model that applies one change at a time.
 */
import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SinkRecord } from '../../../src/sdk/index.ts';
import { changeRecord, type ChangeSpec } from '../../support/change.ts';
import { DuckDbFile } from './support.ts';

const duck = DuckDbFile.forEachTest();

describe('random histories', () => {
  const FIELDS = ['Name', 'Phone', 'Employees', 'BillingAddress.Street', 'BillingAddress.City'];
  const value = (field: string): fc.Arbitrary<unknown> =>
    field === 'Employees'
      ? fc.option(fc.integer({ min: -5, max: 5 }))
      : fc.option(fc.constantFrom('a', 'b', 'ü', ''));
  const values = fc.record(Object.fromEntries(FIELDS.map((field) => [field, value(field)])));
  const step = fc.record({
    op: fc.constantFrom('create', 'update', 'update', 'update', 'delete', 'undelete', 'repair'),
    id: fc.constantFrom('A', 'B', 'C'),
    touched: fc.subarray(FIELDS),
    values,
  });
  type Step = { op: string; id: string; touched: string[]; values: Record<string, unknown> };

  const toChange = ({ op, id, touched, values: all }: Step): ChangeSpec => ({
    op,
    id,
    record: {
      Name: all['Name'],
      Phone: all['Phone'],
      Employees: all['Employees'],
      BillingAddress: {
        Street: all['BillingAddress.Street'],
        City: all['BillingAddress.City'],
      },
    },
    changed: op === 'update' ? touched : [],
    nulled: op === 'update' ? touched.filter((field) => all[field] === null) : [],
  });

  /** One change at a time, as plainly as it can be said. */
  function model(steps: readonly Step[]): unknown[][] {
    const rows = new Map<string, Record<string, unknown>>();
    for (const { op, id, touched, values: all } of steps) {
      const row = rows.get(id);
      if (op === 'delete') {
        rows.set(id, { _partial: true, ...row, _deleted: true });
      } else if (op === 'update') {
        const next: Record<string, unknown> = row ?? { _partial: true, _deleted: false };
        for (const field of touched) next[field] = all[field];
        rows.set(id, next);
      } else {
        rows.set(id, { ...all, _partial: false, _deleted: false });
      }
    }
    return [...rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, row]) => [
        id,
        ...FIELDS.map((field) => row[field] ?? null),
        row['_deleted'],
        row['_partial'],
      ]);
  }

  test('end in the same table however they are cut into batches, restarts among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }),
        async (steps, cuts) => {
          await duck.close();
          await rm(duck.path, { force: true });
          await rm(`${duck.path}.wal`, { force: true });
          duck.task = await duck.open();
          const records: SinkRecord[] = steps.map((s, i) => changeRecord(toChange(s), BigInt(i)));
          for (let from = 0, cut = 0; from < records.length; cut++) {
            const size = cuts[cut % cuts.length] ?? 1;
            await duck.putAsRuntime(records.slice(Math.max(0, from - 2), from + size));
            from += size;
            if (cut % 3 === 2) await duck.reopen();
          }
          const actual = await duck.sql(
            `SELECT Id, Name, Phone, Employees, BillingStreet, BillingCity, _deleted, _partial
             FROM "org_Account" ORDER BY Id`,
          );
          expect(actual).toEqual(model(steps));
        },
      ),
      { numRuns: 25 },
    );
  });
});
