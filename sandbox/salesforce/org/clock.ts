import type { SandboxClock } from './types.ts';

/** The sandbox's time: `base` plus what `advance` moved it by. It never goes back. */
export function createClock(base: () => number = () => Date.now()): SandboxClock {
  let offset = 0;
  return {
    now: () => base() + offset,
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError('The sandbox clock only moves forward.');
      offset += ms;
    },
  };
}
