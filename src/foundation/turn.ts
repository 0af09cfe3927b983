import { setImmediate } from 'node:timers/promises';

/** One turn of the event loop: long synchronous work awaits it between slices, so that others go on. */
export function turn(): Promise<void> {
  return setImmediate();
}
