/**
 * Goal: in a group, a task that failed in an outage is started again by the worker that has it, and by no other.
 * Method: a worker whose rounds are the test's, and a source whose org is away.
 */
import { expect, it } from 'vitest';
import { AppError } from '../../../../src/sdk/index.ts';
import { untilTurns } from '../../../support/manual-clock.ts';
import { sourcePlugin } from '../harness.ts';
import { workOf } from './harness.ts';

const TASK = { connector: 'c', task: 0 };

function flaky(): { plugin: ReturnType<typeof sourcePlugin>; opened: () => number } {
  let opened = 0;
  const plugin = sourcePlugin(() => {
    opened += 1;
    // What a task throws after it rode its outage out; `reconnect` at opening isn't tried again by itself.
    if (opened === 1) throw new AppError('reconnect', 'test.away', 'The org is away.');
    return {};
  });
  return { plugin, opened: () => opened };
}

it('a failed task of the group says in its status when it is started again, and is', async () => {
  const { plugin } = flaky();
  const sut = await workOf(plugin, ['c'], undefined, undefined, { 'task.outage.timeout.ms': '0' });
  await sut.take([TASK]);
  await untilTurns(() => sut.stateOf('c', 0) === 'FAILED');
  expect(sut.traceOf('c', 0)).toMatch(/^The org is away\. .*Restart 1 of 10 in [345] s\./);
  await sut.clock.advance(5_000);
  await untilTurns(() => sut.stateOf('c', 0) === 'RUNNING');
});

it('a task that the group took away is not started again here (Invariant 5)', async () => {
  const { plugin, opened } = flaky();
  const sut = await workOf(plugin, ['c'], undefined, undefined, { 'task.outage.timeout.ms': '0' });
  await sut.take([TASK]);
  await untilTurns(() => sut.stateOf('c', 0) === 'FAILED');
  await sut.take([], { revoked: [TASK] });
  await sut.clock.advance(3_600_000);
  expect(opened()).toBe(1);
});
