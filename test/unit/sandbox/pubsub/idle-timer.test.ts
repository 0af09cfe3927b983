import { expect, test } from 'vitest';
import { IdleTimer } from '../../../../sandbox/salesforce/pubsub/idle-timer.ts';
import type { Clock } from '../../../../src/foundation/clock.ts';

/** A clock that stands still until told. */
function stopped(): Clock & { advance(ms: number): void; timers(): number } {
  let now = 0;
  let made = 0;
  const pending = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    monotonic: () => now,
    sleep: () => Promise.resolve(),
    timer: (ms, run) => {
      made++;
      const timer = { at: now + ms, run };
      pending.add(timer);
      return { [Symbol.dispose]: () => pending.delete(timer) };
    },
    advance: (ms) => {
      now += ms;
      for (const timer of pending) {
        if (timer.at > now) continue;
        pending.delete(timer);
        timer.run();
      }
    },
    timers: () => made,
  };
}

test('it runs once when nothing restarted it', () => {
  const clock = stopped();
  let runs = 0;
  new IdleTimer(clock, () => runs++).restart(100);
  clock.advance(99);
  expect(runs).toBe(0);
  clock.advance(1);
  clock.advance(1000);
  expect(runs).toBe(1);
});

test('a restart postpones it without a new timer each time', () => {
  const clock = stopped();
  let runs = 0;
  const idle = new IdleTimer(clock, () => runs++);
  for (let i = 0; i < 50; i++) {
    idle.restart(100);
    clock.advance(10);
  }
  expect(runs).toBe(0);
  expect(clock.timers()).toBeLessThan(10);
  clock.advance(50);
  clock.advance(50);
  expect(runs).toBe(1);
});

test('a shorter time takes effect at once, and stop is final', () => {
  const clock = stopped();
  let runs = 0;
  const idle = new IdleTimer(clock, () => runs++);
  idle.restart(1000);
  idle.restart(10);
  clock.advance(10);
  expect(runs).toBe(1);
  idle.restart(10);
  idle.stop();
  idle.restart(10);
  clock.advance(100);
  expect(runs).toBe(1);
});
