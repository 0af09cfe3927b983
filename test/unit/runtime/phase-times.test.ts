/** Goal: ratios are shares of the task's whole life, as Connect's are. */
import { expect, it } from 'vitest';
import { PhaseTimes } from '../../../src/runtime/phase-times.ts';
import { ManualClock } from '../../support/manual-clock.ts';

it('a task that ran for three quarters and was paused for none says so', async () => {
  const clock = new ManualClock();
  const times = new PhaseTimes(clock);
  await clock.advance(1_000);
  times.enter('RUNNING');
  await clock.advance(2_000);
  times.enter('RESTARTING');
  times.enter('RUNNING');
  await clock.advance(1_000);
  expect([times.ratio('RUNNING'), times.ratio('PAUSED'), times.ratio('UNASSIGNED')]).toEqual([
    0.75, 0, 0.25,
  ]);
});

it('before any time has passed there is nothing to divide by', () => {
  const times = new PhaseTimes(new ManualClock());
  expect([times.ratio('UNASSIGNED'), times.ratio('RUNNING')]).toEqual([1, 0]);
});
