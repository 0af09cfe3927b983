import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leftOf, spend } from '../../../../sandbox/salesforce/faults/allocations.ts';
import { FaultBoard } from '../../../../sandbox/salesforce/faults/board.ts';
import { withinRate } from '../../../../sandbox/salesforce/faults/rate.ts';

const times = (count: number, take: () => unknown): boolean[] =>
  Array.from({ length: count }, () => take() !== undefined);

test('a count is exact, however many ask', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 100 }),
      (count, more) => {
        const board = new FaultBoard();
        board.set('serviceUnavailable', [{ count }]);
        const due = times(count + more, () => board.take('serviceUnavailable'));
        expect(due.filter(Boolean)).toHaveLength(count);
        expect(due.slice(0, count)).not.toContain(false);
        expect(board.isOn('serviceUnavailable')).toBe(false);
      },
    ),
  );
});

test('chance counts only what happened, and decides alike by the same seed', () => {
  const run = (seed: number): boolean[] => {
    const board = new FaultBoard(seed);
    board.set('serviceUnavailable', [{ probability: 0.3, count: 20 }]);
    return times(500, () => board.take('serviceUnavailable'));
  };
  expect(run(7)).toEqual(run(7));
  expect(run(7)).not.toEqual(run(8));
  expect(run(7).filter(Boolean)).toHaveLength(20);
});

test('what happens to one fault changes nothing for another', () => {
  const alone = new FaultBoard(3);
  alone.set('latency', [{ ms: 1, jitterMs: 0, probability: 0.5 }]);
  const busy = new FaultBoard(3);
  busy.set('serviceUnavailable', [{ probability: 0.5 }]);
  busy.set('latency', [{ ms: 1, jitterMs: 0, probability: 0.5 }]);
  const both = times(100, () => {
    busy.take('serviceUnavailable');
    return busy.take('latency');
  });
  expect(both).toEqual(times(100, () => alone.take('latency')));
});

describe('settings for different requests', () => {
  const board = new FaultBoard();
  const queries = { path: '/services/data/v60.0/query', method: 'GET' };
  board.set('latency', [
    { ms: 100, jitterMs: 0, path: '/services/data/*/query*', method: 'GET', count: 1 },
    { ms: 5, jitterMs: 0, path: '/services/data/*' },
  ]);

  test('the first that fits is taken, until its count is used', () => {
    expect(board.take('latency', { ...queries, method: 'POST' })?.ms).toBe(5);
    expect(board.take('latency', queries)?.ms).toBe(100);
    expect(board.take('latency', queries)?.ms).toBe(5);
    expect(board.take('latency', { path: '/cometd/60.0' })).toBeUndefined();
    expect(board.take('latency')).toBeUndefined();
  });

  test('what is left is shown', () => {
    expect(board.current('latency')).toEqual([{ ms: 5, jitterMs: 0, path: '/services/data/*' }]);
  });
});

test('an allocation is spent, and renews with sandbox time', () => {
  let now = 0;
  const board = new FaultBoard(1, () => now);
  expect(spend(board, 'dailyApiRequests', 1)).toBe(true);
  expect(leftOf(board, 'dailyApiRequests')).toBeUndefined();
  board.set('dailyApiRequests', [{ remaining: 2 }]);
  expect(spend(board, 'dailyApiRequests', 3)).toBe(false);
  expect([1, 1, 1].map((amount) => spend(board, 'dailyApiRequests', amount))).toEqual([
    true,
    true,
    false,
  ]);
  expect(leftOf(board, 'dailyApiRequests')).toBe(0);
  now += 24 * 3_600_000;
  expect(spend(board, 'dailyApiRequests', 1)).toBe(true);
  expect(board.isOn('dailyApiRequests')).toBe(false);
});

test('a rate lets so many through in each window', () => {
  let now = 0;
  const board = new FaultBoard(1, () => now);
  board.set('requestRate', [{ requests: 2, windowMs: 1000 }]);
  const at = (instant: number): boolean => {
    now = instant;
    return withinRate(board);
  };
  expect([0, 500, 900, 1000, 1400, 1500].map(at)).toEqual([true, true, false, true, false, true]);
});
