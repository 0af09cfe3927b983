import { expect, test } from 'vitest';
import { FaultBoard } from '../../../../sandbox/salesforce/faults/board.ts';
import { EventFaults } from '../../../../sandbox/salesforce/faults/event-faults.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function setUp(): { board: FaultBoard; clock: ManualClock; trouble: EventFaults; seen: string[] } {
  const board = new FaultBoard(1);
  const clock = new ManualClock();
  return { board, clock, trouble: new EventFaults(board, clock), seen: [] };
}

test('delayed events can be read later, in order, also when the delay ends', async () => {
  const { board, clock, trouble, seen } = setUp();
  const append = (name: string): void => trouble.late(() => seen.push(name));
  append('at once');
  board.set('events.delay', [{ ms: 100, jitterMs: 50 }]);
  for (const name of ['a', 'b', 'c']) append(name);
  board.set('events.delay', []);
  append('d');
  await clock.advance(99);
  expect(seen).toEqual(['at once']);
  await clock.advance(52);
  expect(seen).toEqual(['at once', 'a', 'b', 'c', 'd']);
  append('e');
  expect(seen.at(-1)).toBe('e');
});

test('an event is held until the next one is stored, or for so long', async () => {
  const { board, clock, trouble, seen } = setUp();
  const publish = (name: string): void => {
    const store = (): void => {
      seen.push(name);
      trouble.stored();
    };
    if (!trouble.holds(store)) store();
  };
  board.set('events.reorder', [{ holdMs: 1000, count: 2 }]);
  for (const name of ['a', 'b', 'c', 'd']) publish(name);
  expect(seen).toEqual(['b', 'a', 'd', 'c']);
  board.set('events.reorder', [{ holdMs: 1000, count: 1 }]);
  publish('e');
  await clock.advance(999);
  expect(seen).not.toContain('e');
  await clock.advance(1);
  expect(seen.at(-1)).toBe('e');
});

test("publishing ends with the hour's allocation, and some events are stored twice", () => {
  const { board, trouble } = setUp();
  board.set('events.publishAllocation', [{ remaining: 1 }]);
  expect([trouble.admits(), trouble.admits()]).toEqual([true, false]);
  board.set('events.duplicate', [{ count: 1 }]);
  expect([trouble.repeats(), trouble.repeats()]).toEqual([true, false]);
});
