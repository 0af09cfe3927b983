/** Whose code runs, so that what nobody caught is laid at its door and not at the worker's. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** A task, or a call into a connector. */
export interface Owner {
  /** For people: `Task 0 of orders`. */
  readonly name: string;
  /**
   * Takes what its code threw where nobody could catch it: from a timer, or in a promise that nobody awaits. False: it is over
   * already, and tells nobody.
   */
  uncaught(error: unknown): boolean;
}

const owners = new AsyncLocalStorage<Owner>();

/** What `run` starts, its timers and promises too, is `owner`'s. */
export function runAs<T>(owner: Owner, run: () => T): T {
  return owners.run(owner, run);
}

/** In the handler of an error that nobody caught: whose it is; undefined: the worker's own, or unknown. */
export function ownerNow(): Owner | undefined {
  return owners.getStore();
}
