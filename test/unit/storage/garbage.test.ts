/**
 * Goal: garbage in an internal topic harms whom it is about, with one clear error; everybody else goes on.
 * Method: records that no worker would write, between good ones.
 */
import { expect, it } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { ConfigState } from '../../../src/storage/config-state.ts';
import { offsetTaker, takeOffset } from '../../../src/storage/offset-kafka.ts';
import { OffsetTable } from '../../../src/storage/offset-table.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';
import { StatusState } from '../../../src/storage/status-state.ts';

const record = (key: string | null, value: string | null): RawRecord => ({
  topic: 'offsets',
  partition: 3,
  offset: 7n,
  timestamp: 0,
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: [],
});
const GARBAGE = [
  null,
  '',
  '{',
  'null',
  '7',
  '"a"',
  '[]',
  '["a"]',
  '[1,{}]',
  '["a",[]]',
  '["a",null]',
];

it.each(GARBAGE)('an offset whose key is %j is nobody’s, and passed over', (key) => {
  const table = new OffsetTable();
  takeOffset(table, record('["a",{"f":1}]', '{"n":1}'));
  takeOffset(table, record(key, '{"n":2}'));
  expect(table.read('a')).toEqual([{ partition: { f: 1 }, offset: { n: 1 } }]);
});

it('what is passed over is logged once, with where it is', () => {
  const lines: LogLine[] = [];
  const take = offsetTaker(new OffsetTable(), recordingLog(lines));
  for (const key of GARBAGE) take(record(key, '{}'));
  expect(lines.map(({ message }) => message)).toEqual([
    "Record offsets-3 at 7 has no offset's key ([connector, {partition}]) and is passed over, as are others like it.",
  ]);
});

it('an offset that can’t be read can be forgotten', () => {
  const table = new OffsetTable();
  takeOffset(table, record('["a",{"f":1}]', '{"n":1}'));
  takeOffset(table, record('["a",{"f":2}]', '{'));
  const none = table.partitions('a').map((partition) => ({ partition, offset: null }));
  expect(none).toHaveLength(2);
  table.apply('a', none);
  expect(table.read('a')).toEqual([]);
});

it.each(['', '{', '7', '"a"', '[1]'])(
  'an offset that is %j stops its connector alone, until a good one is written (Invariant 3)',
  (value) => {
    const table = new OffsetTable();
    takeOffset(table, record('["a",{"f":1}]', '{"n":1}'));
    takeOffset(table, record('["b",{"f":1}]', '{"n":1}'));
    takeOffset(table, record('["a",{"f":1}]', value));
    expect(() => table.read('a')).toThrow(/^Record offsets-3 at 7 is no offset of a: /);
    expect(table.read('b')).toHaveLength(1);
    takeOffset(table, record('["a",{"f":1}]', '{"n":2}'));
    expect(table.read('a')).toEqual([{ partition: { f: 1 }, offset: { n: 2 } }]);
  },
);

it.each([
  ['connector-a', '{"properties":7}'],
  ['connector-a', '[]'],
  ['connector-a', '{'],
  ['target-state-a', '{"state":"FLYING"}'],
  ['task-a-x', '{"properties":{}}'],
  ['commit-a', '{"tasks":"two"}'],
  ['commit-a', '{"tasks":-1}'],
  ['tasks-fencing-a', '{"task-count":"x"}'],
  ['session-key', '{"key":7}'],
  ['', '{}'],
  ['what', '{}'],
])('%s %s in the config topic is passed over with its reason', (key, value) => {
  const state = new ConfigState();
  state.apply('connector-a', '{"properties":{"name":"a"}}');
  const change = state.apply(key, value);
  expect(change).toMatchObject({ kind: 'ignored', reason: expect.stringMatching(/./) as string });
  expect(state.properties('a')).toEqual({ name: 'a' });
  expect(state.target('a')).toBe('RUNNING');
});

it('tasks whose commit is missing don’t count; those of a commit without them are planned anew', () => {
  const state = new ConfigState();
  state.apply('connector-a', '{"properties":{"name":"a"}}');
  state.apply('task-a-0', '{"properties":{"n":"0"}}');
  expect(state.tasks('a')).toEqual([]);
  expect(state.apply('commit-a', '{"tasks":2}')).toEqual({ kind: 'tasks', connector: 'a' });
  expect([state.tasks('a'), state.isInconsistent('a')]).toEqual([[], true]);
  expect(state.apply('commit-a', '{"tasks":1e12}')).toEqual({ kind: 'tasks', connector: 'a' });
  expect(state.isInconsistent('a')).toBe(true);
});

it.each(['{', '7', '[]', '{}', '{"state":7,"worker_id":"w","generation":1}', '{"topic":null}'])(
  'a status that is %s says nothing',
  (value) => {
    const state = new StatusState();
    const good = '{"state":"RUNNING","trace":null,"worker_id":"w:1","generation":1}';
    state.apply('status-task-a-0', good);
    for (const key of ['status-task-a-0', 'status-connector-a', 'status-topic-t:connector-a', '']) {
      state.apply(key, value);
    }
    expect(state.all().map(({ status }) => status.state)).toEqual(['RUNNING']);
    expect(state.topics('a')).toEqual([]);
  },
);
