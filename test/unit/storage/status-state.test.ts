/** The status topic, read and written as a JVM worker does it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isSafe,
  statusRecord,
  StatusState,
  topicRecord,
} from '../../../src/storage/status-state.ts';

const shared = process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const DUMP = join(shared, 'facts/connect-internal-topics-4.3.1.txt');

const status = { state: 'RUNNING', trace: null, workerId: 'a:1', generation: 3, version: '1' };

describe.skipIf(!existsSync(DUMP))('the status topic of a real Connect worker', () => {
  test('has no record that we would write otherwise', () => {
    const dump = readFileSync(DUMP, 'utf8').matchAll(/^c-status \d+ \d+ (\S+) => (.+)$/gm);
    const records = [...dump].map(([, key = '', value = '']) => ({
      key,
      value: value === 'null' ? null : value,
    }));
    expect(records.length).toBeGreaterThan(10);
    for (const { key, value } of records.filter((record) => record.value !== null)) {
      const state = new StatusState();
      state.apply(key, value);
      const [found] = state.all();
      if (found !== undefined) {
        expect(statusRecord(found, found.status)).toEqual({ key, value });
        continue;
      }
      const { topic } = JSON.parse(value ?? '') as {
        topic: { name: string; connector: string; task: number; discoverTimestamp: number };
      };
      expect(state.topics(topic.connector)).toEqual([topic.name]);
      const at = topic.discoverTimestamp;
      expect(topicRecord(topic.connector, topic.name, { task: topic.task, at })).toEqual({
        key,
        value,
      });
    }
  });
});

describe('the status topic', () => {
  test('holds the newest status of instances and tasks, until they are gone', () => {
    const state = new StatusState();
    const instance = { connector: 'a-1', task: undefined };
    const task = { connector: 'a-1', task: 12 };
    for (const id of [instance, task]) {
      const { key, value } = statusRecord(id, status);
      state.apply(key, value);
    }
    expect(state.get(task)).toEqual(status);
    expect(state.tasks('a-1')).toEqual([12]);
    for (const id of [instance, task]) state.apply(statusRecord(id, null).key, null);
    expect(state.all()).toEqual([]);
  });

  test.each(['garbage', '[]', '{}', '{"state":1}', 'null'])('passes over garbage: %s', (value) => {
    const state = new StatusState();
    state.apply(
      'status-connector-a',
      statusRecord({ connector: 'a', task: undefined }, status).value,
    );
    state.apply('status-connector-a', value);
    expect(state.get({ connector: 'a', task: undefined })).toEqual(status);
  });

  test('a worker that lost its work doesn’t write over who has it now', () => {
    expect(isSafe(undefined, status)).toBe(true);
    expect(isSafe({ ...status, workerId: 'b:1', generation: 4 }, status)).toBe(false);
    expect(isSafe({ ...status, workerId: 'b:1', generation: 3 }, status)).toBe(false);
    expect(isSafe({ ...status, generation: 9 }, status)).toBe(true);
  });
});
