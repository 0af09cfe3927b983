/**
 * Goal: the config topic is read and written as a JVM worker does it.
 * Method: the records of a real Connect 4.3.1 worker are read, and written again byte for byte; what compaction may leave is made
 * by hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  connectorRecord,
  fencingRecord,
  loggerRecord,
  removal,
  restartRecord,
  sessionRecord,
  targetRecord,
  taskRecords,
  type ConfigRecord,
} from '../../../src/storage/config-records.ts';
import { ConfigState, type ConfigChange } from '../../../src/storage/config-state.ts';

const shared = process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const DUMP = join(shared, 'facts/connect-internal-topics-4.3.1.txt');
const isThere = existsSync(DUMP);

function recorded(): readonly ConfigRecord[] {
  const lines = readFileSync(DUMP, 'utf8').matchAll(/^c-configs 0 \d+ (\S+) => (.+)$/gm);
  return [...lines].map(([, key = '', value = '']) => ({
    key,
    value: value === 'null' ? null : value,
  }));
}

const read = (records: readonly ConfigRecord[], state = new ConfigState()): ConfigState => {
  for (const { key, value } of records) state.apply(key, value);
  return state;
};

describe.skipIf(!isThere)('the config topic of a real Connect worker', () => {
  test('says what it says to Connect', () => {
    const state = read(recorded());
    expect(state.connectors().toSorted()).toEqual(['a/b', 'snk', 'src']);
    expect(state.properties('src')).toEqual({
      'connector.class': 'FileStreamSource',
      name: 'src',
      topic: 't',
      'tasks.max': '2',
    });
    expect(state.tasks('a/b')).toHaveLength(1);
    expect(state.tasks('snk')).toEqual([]);
    expect([state.target('a/b'), state.target('src'), state.target('snk')]).toEqual([
      'RUNNING',
      'PAUSED',
      'STOPPED',
    ]);
    expect(state.fencedTasks('src')).toBe(1);
    expect(state.isInconsistent('src')).toBe(false);
  });

  test('has no record that we would write otherwise', () => {
    const again = recorded().map(({ key, value }) => written(key, value));
    expect(again).toEqual(recorded());
  });
});

describe('a fencing', () => {
  const tasks = (state: ConfigState, count: number): void => {
    const configs = Array.from({ length: count }, () => ({}));
    for (const { key, value } of taskRecords('c', configs)) state.apply(key, value);
  };

  test('is due from the commit of tasks until its record, and again after the next', () => {
    const state = new ConfigState();
    expect(state.isFencingDue('c')).toBe(false);
    tasks(state, 2);
    expect([state.isFencingDue('c'), state.fencedTasks('c')]).toEqual([true, undefined]);
    const { key, value } = fencingRecord('c', 2);
    state.apply(key, value);
    expect([state.isFencingDue('c'), state.fencedTasks('c')]).toEqual([false, 2]);
    tasks(state, 1);
    expect([state.isFencingDue('c'), state.fencedTasks('c')]).toEqual([true, 2]);
  });
});

/** The record that we would write to say the same. */
function written(key: string, value: string | null): ConfigRecord {
  const state = new ConfigState();
  if (value === null) {
    const name = key.replace(/^\w+(-state)?-/, '');
    return removal(name).find((each) => each.key === key) ?? { key: 'not written', value };
  }
  const change: ConfigChange = state.apply(key, value);
  const json = JSON.parse(value) as Record<string, never>;
  const name = key.replace(/^(connector|target-state|commit|tasks-fencing|task)-/, '');
  if (change.kind === 'session') return sessionRecord(change.session);
  if (change.kind === 'restart') return restartRecord(change.connector, change.request);
  if (change.kind === 'logger') return loggerRecord(change.logger, change.level);
  if (key.startsWith('connector-')) return connectorRecord(name, state.properties(name) ?? {});
  if (key.startsWith('target-state-')) return targetRecord(name, state.target(name));
  if (key.startsWith('tasks-fencing-')) return fencingRecord(name, state.fencedTasks(name) ?? 0);
  const tasks = Array.from({ length: json['tasks'] ?? 1 }, () => json['properties'] ?? {});
  const id = /^(.*)-(\d+)$/.exec(name);
  const records = taskRecords(key.startsWith('task-') ? (id?.[1] ?? '') : name, tasks);
  return records.find((each) => each.key === key) ?? { key: 'not written', value: null };
}

describe('the config topic', () => {
  const tasks = taskRecords('c', [{ n: '0' }, { n: '1' }]);

  test('gives tasks only when they are committed', () => {
    const state = read([connectorRecord('c', {}), ...tasks.slice(0, 2)]);
    expect(state.tasks('c')).toEqual([]);
    expect(state.apply('commit-c', '{"tasks":2}')).toEqual({ kind: 'tasks', connector: 'c' });
    expect(state.tasks('c')).toEqual([{ n: '0' }, { n: '1' }]);
  });

  test('whose compaction left a commit without its tasks has the connector planned anew', () => {
    const state = read([connectorRecord('c', {}), ...tasks.slice(1)]);
    expect(state.isInconsistent('c')).toBe(true);
    expect(read(tasks, state).isInconsistent('c')).toBe(false);
  });

  test('keeps a stopped connector’s target when it is created stopped', () => {
    const state = read([targetRecord('c', 'STOPPED'), connectorRecord('c', {})]);
    expect(state.target('c')).toBe('STOPPED');
  });

  test('forgets all of a connector that is removed', () => {
    const state = read([
      connectorRecord('c', {}),
      targetRecord('c', 'PAUSED'),
      ...tasks,
      ...removal('c'),
    ]);
    expect(state.connectors()).toEqual([]);
    expect(state.tasks('c')).toEqual([]);
    expect(state.target('c')).toBe('RUNNING');
  });

  test.each([
    ['hello', '{}'],
    ['connector-c', 'garbage'],
    ['connector-c', '[]'],
    ['connector-c', '{}'],
    ['commit-c', '{"tasks":"two"}'],
    ['target-state-c', '{"state":"FLYING"}'],
  ])('passes over garbage: %s => %s', (key, value) => {
    const state = read([connectorRecord('c', { a: 'b' }), ...tasks]);
    expect(state.apply(key, value).kind).toBe('ignored');
    expect(state.properties('c')).toEqual({ a: 'b' });
    expect(state.tasks('c')).toHaveLength(2);
  });
});
