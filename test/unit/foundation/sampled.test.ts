/** Goal: rates, averages and maxima are of the last half to whole minute, and forget what is older. */
import { expect, it } from 'vitest';
import { Sampled } from '../../../src/foundation/sampled.ts';
import { ManualClock } from '../../support/manual-clock.ts';

it('nothing seen is 0', () => {
  const sampled = new Sampled(new ManualClock());
  expect([sampled.perSecond(), sampled.average(), sampled.max()]).toEqual([0, 0, 0]);
});

it('a steady stream has its rate, its average and its maximum', async () => {
  const clock = new ManualClock();
  const sampled = new Sampled(clock);
  for (let second = 0; second < 300; second++) {
    sampled.record(second % 2 === 0 ? 10 : 30);
    await clock.advance(1_000);
  }
  expect(sampled.perSecond()).toBeCloseTo(20, 0);
  expect(sampled.average()).toBeCloseTo(20, 0);
  expect(sampled.max()).toBe(30);
});

it('a first value is no peak, and a value is forgotten after a minute', async () => {
  const clock = new ManualClock();
  const sampled = new Sampled(clock);
  sampled.record(300);
  expect(sampled.perSecond()).toBe(10);
  await clock.advance(60_000);
  expect([sampled.perSecond(), sampled.average(), sampled.max()]).toEqual([0, 0, 0]);
});
