/**
 * Goal: no record is written twice, lost, or written by a task that lost its partition.
 * Method: hand-made change records straight into the task, read back by SQL.
 */
import { describe, expect, test } from 'vitest';
import { DuckDbConnector } from '../../../connectors/warehouse/duckdb/connector.ts';
import { Database } from '../../../connectors/warehouse/duckdb/database.ts';
import { OffsetTable } from '../../../connectors/warehouse/duckdb/offsets.ts';
import { DuckDbSinkTask, openDuckDbTask } from '../../../connectors/warehouse/duckdb/task.ts';
import { bare, changeRecord, type ChangeSpec } from '../../support/change.ts';
import { DuckDbFile, TOPIC } from './support.ts';

const duck = DuckDbFile.forEachTest();

describe('positions', () => {
  test('records below the stored offset are dropped, whatever the consumer rereads', async () => {
    await duck.put([
      { op: 'create', id: 'A', record: { Name: 'one' } },
      { op: 'update', id: 'A', changed: ['Name'], record: { Name: 'two' } },
    ]);
    await duck.reopen();
    await duck.put([{ op: 'create', id: 'A', record: { Name: 'one' } }]);
    expect(await duck.sql(`SELECT Name FROM "org_Account"`)).toEqual([['two']]);
  });

  test('a task that lost its partition writes nothing', async () => {
    await duck.put([{ op: 'create', id: 'A', record: { Name: 'mine' } }]);
    await duck.close();
    const database = await Database.open(duck.path, 'warehouse', {
      checkpointBytes: 16e6,
      threads: 1,
    });
    const offsets = await OffsetTable.open(database.connection, 'warehouse');
    duck.task = new DuckDbSinkTask(database, offsets, duck.config(), duck.context());
    await duck.task.assign([{ topic: TOPIC, partition: 0 }]);
    await offsets.take({ topic: TOPIC, partition: 0 }); // by the next task
    await expect(
      duck.put([{ op: 'create', id: 'B', record: { Name: 'zombie' } }], 1n),
    ).rejects.toMatchObject({ kind: 'fatal', code: 'duckdb.fenced' });
    expect(await duck.sql(`SELECT Id FROM "org_Account"`)).toEqual([['A']]);
  });

  test('an altered offset begins a new epoch: records come again and end equal', async () => {
    const history: ChangeSpec[] = [
      { op: 'create', id: 'A', record: { Name: 'one', Phone: '1' } },
      { op: 'update', id: 'A', changed: ['Name'], record: { Name: 'two' } },
      { op: 'delete', id: 'A' },
      { op: 'undelete', id: 'A', record: { Name: 'three', Phone: '1' } },
    ];
    await duck.put(history);
    const before = await duck.sql(`SELECT * EXCLUDE (_epoch) FROM "org_Account"`);
    await duck.close();
    const connector = new DuckDbConnector(duck.config(), duck.context());
    expect(await connector.alterOffsets([{ topic: TOPIC, partition: 0, offset: 0n }])).toBe(true);
    duck.task = await openDuckDbTask(duck.config(), duck.context());
    expect(await duck.task.assign([{ topic: TOPIC, partition: 0 }])).toEqual([
      { topic: TOPIC, partition: 0, offset: 0n },
    ]);
    await duck.put(history.slice(0, 2));
    expect(await duck.sql(`SELECT Name FROM "org_Account"`)).toEqual([['two']]);
    await duck.put(history.slice(2), 2n);
    expect(await duck.sql(`SELECT * EXCLUDE (_epoch) FROM "org_Account"`)).toEqual(before);
    expect(await duck.sql(`SELECT _epoch FROM "org_Account"`)).toEqual([[1]]);
  });

  test('a reset forgets what the file holds, of partitions that the group doesn’t know, too', async () => {
    await duck.put([{ op: 'create', id: 'A', record: { Name: 'one' } }]);
    await duck.close();
    await new DuckDbConnector(duck.config(), duck.context()).resetOffsets();
    duck.task = await openDuckDbTask(duck.config(), duck.context());
    expect(await duck.task.assign([{ topic: TOPIC, partition: 0 }])).toEqual([]);
  });
});

describe('bad records', () => {
  test('are handed over one by one, before the offset passes them; the others stand', async () => {
    await duck.task.put([
      changeRecord({ op: 'create', id: 'A', record: { Name: 'good' } }, 0n),
      changeRecord({ op: 'create', id: 'B', record: { Employees: 'seven' } }, 1n),
      { ...bare(TOPIC, 2n), value: 'no schema' },
      changeRecord({ op: 'explode', id: 'C' }, 3n),
      changeRecord({ op: 'create', id: 'D', record: { Name: 'good too' } }, 4n),
    ]);
    expect(duck.rejected.map(({ error }) => error.message)).toEqual([
      "record.Employees is a string, which doesn't fit INTEGER.",
      'DuckDbSink needs records with a schema of type struct.',
      'op is explode, which is unknown.',
    ]);
    expect(await duck.sql(`SELECT Id FROM "org_Account" ORDER BY Id`)).toEqual([['A'], ['D']]);
  });

  test('that are not tolerated leave the batch unwritten and the offset unmoved', async () => {
    await duck.close();
    duck.task = await openDuckDbTask(duck.config(), {
      ...duck.context(),
      reject: ({ error }) => Promise.reject(error),
    });
    await duck.task.assign([{ topic: TOPIC, partition: 0 }]);
    await expect(
      duck.task.put([
        changeRecord({ op: 'create', id: 'A', record: { Name: 'good' } }, 0n),
        changeRecord({ op: 'explode', id: 'C' }, 1n),
      ]),
    ).rejects.toMatchObject({ code: 'duckdb.op' });
    expect(await duck.sql(`SELECT next_offset FROM _connect_offsets`)).toEqual([[null]]);
  });
});
