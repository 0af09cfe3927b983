import { ObservedMap } from '../observed-map.ts';
import { createClock } from '../org/clock.ts';
import type { SandboxClock } from '../org/types.ts';

const OFFSET = 'offset';

/** A clock that is as far ahead of the system's after a restart as it was before, if its store is kept. */
export function createKeptClock(base?: () => number): {
  readonly clock: SandboxClock;
  readonly store: ObservedMap<string, number>;
} {
  const store = new ObservedMap<string, number>();
  const real = createClock(base);
  const offset = (): number => store.get(OFFSET) ?? 0;
  const advance = (ms: number): void => {
    if (!(ms >= 0)) throw new RangeError('The sandbox clock only moves forward.');
    store.set(OFFSET, offset() + ms);
  };
  return { clock: { now: () => real.now() + offset(), advance }, store };
}
