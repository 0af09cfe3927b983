/**
 * Goal: tasks of earlier configurations are shut out before new ones start, once, and as Connect's leader does it (KIP-618).
 * Method: the config topic's records in order, and which transactional ids are taken hold of.
 */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/foundation/errors.ts';
import { ZombieFencing } from '../../../../src/herder/distributed/fencing.ts';
import {
  connectorRecord,
  fencingRecord,
  removal,
  taskRecords,
  type ConfigRecord,
} from '../../../../src/storage/config-records.ts';
import { ConfigState } from '../../../../src/storage/config-state.ts';

interface Sut {
  readonly state: ConfigState;
  readonly fencing: ZombieFencing;
  readonly fenced: string[];
  readonly written: ConfigRecord[];
  readonly put: (records: readonly ConfigRecord[]) => void;
}

function sut(onInit: (put: Sut['put']) => void = () => undefined): Sut {
  const state = new ConfigState();
  const [fenced, written]: [string[], ConfigRecord[]] = [[], []];
  const put = (records: readonly ConfigRecord[]): void => {
    for (const { key, value } of records) state.apply(key, value);
  };
  const fencing = new ZombieFencing({
    configs: { state, refresh: () => Promise.resolve() },
    groupId: 'group',
    syncTimeoutMs: 1_000,
    inTurn: (operation) => operation(),
    write: (records) => {
      written.push(...records);
      put(records);
      return Promise.resolve();
    },
    kafka: {
      transactionalProducer: ({ transactionalId }) => ({
        init: () => {
          fenced.push(transactionalId);
          onInit(put);
          return Promise.resolve();
        },
        send: () => Promise.reject(new Error('it only fences')),
        commit: () => Promise.reject(new Error('it only fences')),
        abort: () => Promise.resolve(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    },
  });
  put([connectorRecord('c', {})]);
  return { state, fencing, fenced, written, put };
}

const tasks = (count: number): readonly ConfigRecord[] =>
  taskRecords(
    'c',
    Array.from({ length: count }, () => ({})),
  );

describe('zombie fencing', () => {
  it('of a connector that never ran exactly once only writes down how many tasks it has', async () => {
    const { fencing, fenced, written, put } = sut();
    put(tasks(3));
    await fencing.fence('c');
    expect(fenced).toEqual([]);
    expect(written).toEqual([fencingRecord('c', 3)]);
  });

  it('has nothing to do until tasks are configured anew', async () => {
    const { fencing, fenced, written, put } = sut();
    put([...tasks(3), fencingRecord('c', 3)]);
    await fencing.fence('c');
    expect([fenced, written]).toEqual([[], []]);
  });

  it.each([
    [3, 2, ['group-c-0', 'group-c-1', 'group-c-2']],
    [2, 2, ['group-c-0', 'group-c-1']],
    [1, 2, ['group-c-0']],
    [1, 0, ['group-c-0']],
    // It fences its predecessor itself.
    [1, 1, []],
  ])('from %d tasks to %d shuts out %j', async (former, now, expected) => {
    const { fencing, fenced, written, put } = sut();
    put([...tasks(former), fencingRecord('c', former), ...tasks(now)]);
    await fencing.fence('c');
    expect(fenced.toSorted()).toEqual(expected);
    expect(written).toEqual([fencingRecord('c', now)]);
  });

  it('shuts out the tasks of one that was removed, when another of its name comes', async () => {
    const { fencing, fenced, put } = sut();
    put([...tasks(2), fencingRecord('c', 2), ...removal('c'), connectorRecord('c', {})]);
    put(tasks(1));
    await fencing.fence('c');
    expect(fenced.toSorted()).toEqual(['group-c-0', 'group-c-1']);
  });

  it('is done once for all who ask meanwhile', async () => {
    const { fencing, fenced, written, put } = sut();
    put([...tasks(12), fencingRecord('c', 12), ...tasks(12)]);
    await Promise.all([fencing.fence('c'), fencing.fence('c'), fencing.fence('c')]);
    expect(fenced).toHaveLength(12);
    expect(written).toHaveLength(1);
    await fencing.fence('c');
    expect(fenced).toHaveLength(12);
  });

  it('has not been done where tasks are configured anew meanwhile', async () => {
    const { state, fencing, written, put } = sut((again) => again(tasks(4)));
    put([...tasks(2), fencingRecord('c', 2), ...tasks(3)]);
    const failure: unknown = await fencing.fence('c').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(String(failure)).toContain(
      'Fencing failed because new task configurations were generated for the connector',
    );
    expect(written).toEqual([]);
    expect(state.isFencingDue('c')).toBe(true);
  });
});
