import type { FaultBoard } from './board.ts';

/** Instants of the requests in the window, oldest first, by the setting that was in force. */
const windows = new WeakMap<object, number[]>();

/** False, and not counted, where the fault `requestRate` lets no request through now. */
export function withinRate(board: FaultBoard): boolean {
  const setting = board.peek('requestRate');
  if (setting === undefined) return true;
  const instants = windows.get(setting) ?? [];
  windows.set(setting, instants);
  const begin = board.now() - setting.windowMs;
  while (instants[0] !== undefined && instants[0] <= begin) instants.shift();
  if (instants.length >= setting.requests) return false;
  instants.push(board.now());
  return true;
}
