import type { FaultBoard } from './board.ts';

type AllocationName = 'dailyApiRequests' | 'events.deliveryAllocation' | 'events.publishAllocation';

/** By the setting that was in force. */
const spent = new WeakMap<object, number>();

/** What is left of an allocation; undefined where its fault is off, and there is more than enough. */
export function leftOf(board: FaultBoard, name: AllocationName): number | undefined {
  const setting = board.peek(name);
  return setting === undefined ? undefined : setting.remaining - (spent.get(setting) ?? 0);
}

/** False, and nothing is taken, where less than `amount` is left. */
export function spend(board: FaultBoard, name: AllocationName, amount: number): boolean {
  const setting = board.peek(name);
  if (setting === undefined) return true;
  const before = spent.get(setting) ?? 0;
  if (before + amount > setting.remaining) return false;
  spent.set(setting, before + amount);
  return true;
}
