/**
 * Goal: what a worker isn't given by its group it neither runs nor speaks about, whatever crosses what (Invariants 5 and 10).
 * Method: rounds, losses and requests that a test holds up and lets go in the order that hurts.
 */
import { describe, expect, test } from 'vitest';
import { INSTANCE } from '../../../../src/herder/distributed/work.ts';
import { removal, connectorRecord } from '../../../../src/storage/config-records.ts';
import { statusRecord } from '../../../../src/storage/status-state.ts';
import { toOutRecord } from '../../../../src/storage/internal-topic.ts';
import { eventually } from '../../../support/eventually.ts';
import { sourcePlugin } from '../harness.ts';
import { ME, workOf, type WorkHarness } from './harness.ts';

const INSTANCE_OF_C = { connector: 'c', task: INSTANCE };
const TASK_OF_C = { connector: 'c', task: 0 };
const quiet = sourcePlugin(() => ({}));

async function reaches(harness: WorkHarness, state: string, task?: number): Promise<void> {
  await eventually(
    () => Promise.resolve(harness.stateOf('c', task)),
    (found) => found === state,
  );
}

/** Another worker's word on a task, as the status topic brings it. */
function otherSays(
  harness: WorkHarness,
  state: string,
  task: number | undefined,
  generation = 9,
): void {
  const status = { state, trace: null, workerId: 'other:1', generation, version: null };
  const record = statusRecord({ connector: 'c', task }, status);
  harness.kafka.append(toOutRecord('status', record));
}

/** A source whose tasks can be held up while they stop. */
function slowToStop(): { plugin: ReturnType<typeof sourcePlugin>; letGo: () => void } {
  const held = Promise.withResolvers<void>();
  const plugin = sourcePlugin(() => ({ [Symbol.asyncDispose]: () => held.promise }));
  return { plugin, letGo: () => held.resolve() };
}

describe('a worker that loses its place', () => {
  test('starts nothing of the round that was under way', async () => {
    const claim = Promise.withResolvers<void>();
    const harness = await workOf(quiet, ['c'], () => claim.promise);
    const taking = harness.take([INSTANCE_OF_C, TASK_OF_C], { isLeader: true });
    await Promise.resolve();
    const losing = harness.work.lose();
    claim.resolve();
    expect(await taking).toBe(true);
    await losing;
    expect(harness.local.units().size).toBe(0);
    expect(harness.work.owns(TASK_OF_C)).toBe(false);
    expect(harness.work.isLeader).toBe(false);
    expect(harness.planned).toEqual([]);
  });

  test('owns nothing of a round that was waiting while it stopped what was revoked', async () => {
    const { plugin, letGo } = slowToStop();
    const harness = await workOf(plugin, ['c', 'd']);
    await harness.take([TASK_OF_C]);
    await reaches(harness, 'RUNNING', 0);
    const taking = harness.take([{ connector: 'd', task: 0 }], { revoked: [TASK_OF_C] });
    await Promise.resolve();
    const losing = harness.work.lose();
    letGo();
    await taking;
    await losing;
    expect(harness.work.owns({ connector: 'd', task: 0 })).toBe(false);
    expect(harness.local.units().size).toBe(0);
  });

  test('has no place in its group before it can write as the leader that it is', async () => {
    const claim = Promise.withResolvers<void>();
    const harness = await workOf(quiet, ['c'], () => claim.promise);
    const taking = harness.take([INSTANCE_OF_C], { isLeader: true });
    await eventually(
      () => harness.work.owns(INSTANCE_OF_C),
      (owns) => owns,
    );
    expect(harness.work.place).toBe('joining');
    claim.resolve();
    await taking;
    expect(harness.work.place).toBe('member');
  });

  test('has no place in its group until a round gives it one again', async () => {
    const harness = await workOf(quiet, ['c']);
    expect(harness.work.place).toBe('joining');
    await harness.take([]);
    expect(harness.work.place).toBe('member');
    await harness.work.lose();
    expect(harness.work.place).toBe('lost');
    expect(harness.work.leaderUrl).toBeUndefined();
    await harness.take([]);
    expect(harness.work.place).toBe('member');
  });

  test('says nothing about its work, which is another’s by then', async () => {
    const harness = await workOf(quiet, ['c']);
    await harness.take([INSTANCE_OF_C, TASK_OF_C]);
    await reaches(harness, 'RUNNING', 0);
    const before = harness.written().length;
    await harness.work.lose();
    expect(harness.written().slice(before)).toEqual([]);
  });

  test('lets a plan that is under way come to nothing', async () => {
    const plan = Promise.withResolvers<object[]>();
    const plugin = sourcePlugin(() => ({}), { plan: () => plan.promise as Promise<never> });
    const harness = await workOf(plugin, ['c']);
    await harness.take([INSTANCE_OF_C]);
    await harness.work.lose();
    await harness.take([]);
    plan.resolve([{}]);
    await harness.clock.advance(0);
    await harness.work.inTurn(() => Promise.resolve());
    expect(harness.planned).toEqual([]);
    expect(harness.stateOf('c')).toBeUndefined();
  });
});

describe('a worker in its group', () => {
  test('isn’t held up by a connector that plans for long', async () => {
    const plugin = sourcePlugin(() => ({}), { plan: () => new Promise(() => undefined) });
    const harness = await workOf(plugin, ['c']);
    expect(await harness.take([INSTANCE_OF_C, TASK_OF_C])).toBe(false);
    await reaches(harness, 'RUNNING', 0);
  });

  test('doesn’t restart what was revoked before the request had its turn', async () => {
    const harness = await workOf(quiet, ['c']);
    await harness.take([INSTANCE_OF_C, TASK_OF_C]);
    await reaches(harness, 'RUNNING', 0);
    const revoking = harness.take([], { revoked: [TASK_OF_C] });
    const restarting = harness.work.restart(() => [TASK_OF_C]);
    await revoking;
    expect(await restarting).toBe(0);
    expect(harness.local.isRunning(TASK_OF_C)).toBe(false);
  });

  test('doesn’t write that a task is unassigned when another worker has said that it runs', async () => {
    const harness = await workOf(quiet, ['c']);
    await harness.take([TASK_OF_C]);
    await reaches(harness, 'RUNNING', 0);
    otherSays(harness, 'RUNNING', 0);
    for (let i = 0; i < 10; i += 1) await harness.take([]);
    await harness.take([], { revoked: [TASK_OF_C] });
    expect(harness.written().at(-1)).toBe('c-0 RUNNING');
  });

  test('says again how its work is when one that was asleep has written over it', async () => {
    const harness = await workOf(quiet, ['c']);
    await harness.take([INSTANCE_OF_C]);
    await harness.take([TASK_OF_C]);
    await reaches(harness, 'RUNNING', 0);
    otherSays(harness, 'RESTARTING', 0, 0);
    await eventually(
      () => Promise.resolve(harness.written().slice(-2)),
      (last) => last.join() === 'c-0 RESTARTING,c-0 RUNNING',
    );
    expect(harness.stateOf('c', 0)).toBe('RUNNING');
    // Who is of a later round knows better.
    otherSays(harness, 'RESTARTING', 0);
    await harness.work.inTurn(() => Promise.resolve());
    expect(harness.stateOf('c', 0)).toBe('RESTARTING');
  });

  test('writes with the next round the statuses that couldn’t be written', async () => {
    const harness = await workOf(quiet, ['c']);
    harness.kafka.beforeSend = () => Promise.reject(new Error('no broker'));
    await harness.take([TASK_OF_C]);
    await reaches(harness, 'RUNNING', 0);
    expect(harness.written()).toEqual([]);
    harness.kafka.beforeSend = () => undefined;
    await harness.take([]);
    expect(harness.written()).toEqual(['c-0 RUNNING']);
  });

  test('claims again in the next round what it couldn’t claim in the first', async () => {
    let claims = 0;
    const harness = await workOf(quiet, ['c'], () => {
      claims += 1;
      return claims === 1 ? Promise.reject(new Error('no broker')) : Promise.resolve();
    });
    await expect(harness.take([INSTANCE_OF_C], { isLeader: true })).rejects.toThrow('no broker');
    expect(harness.work.isLeader).toBe(false);
    expect(harness.work.leaderUrl).toBeUndefined();
    await harness.take([], { isLeader: true });
    expect(harness.work.isLeader).toBe(true);
    expect(harness.work.leaderUrl).toBe(`http://${ME}/`);
    await reaches(harness, 'RUNNING');
  });

  test('forgets, when it comes to lead, the statuses of connectors removed while nobody did', async () => {
    const harness = await workOf(quiet, ['c']);
    otherSays(harness, 'RUNNING', undefined);
    otherSays(harness, 'RUNNING', 0);
    harness.put(removal('c'));
    await harness.take([], { isLeader: true });
    expect(harness.stateOf('c')).toBeUndefined();
    expect(harness.stateOf('c', 0)).toBeUndefined();
  });
});

describe('a worker that is closing', () => {
  test('takes nothing of a round that comes after its release', async () => {
    const harness = await workOf(quiet, ['c']);
    await harness.take([INSTANCE_OF_C]);
    const releasing = harness.work.release();
    const taking = harness.take([TASK_OF_C]);
    await releasing;
    expect(await taking).toBe(false);
    expect(harness.local.units().size).toBe(0);
    harness.put([connectorRecord('c', { 'connector.class': 'TestSource', other: 'x' })]);
    await harness.work.inTurn(() => Promise.resolve());
    expect(harness.local.units().size).toBe(0);
    expect(harness.stateOf('c')).toBe('UNASSIGNED');
  });
});
