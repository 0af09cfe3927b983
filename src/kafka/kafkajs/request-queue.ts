import { createRequire } from 'node:module';
import type { Clock } from '../../foundation/clock.ts';

/**
 * kafkajs 2.2.4 re-arms a timer of 1 ms per broker connection for ever, with a negative delay (Node 24
 * warns of it), although nothing is queued: kafkajs#1751. The package is frozen, so its queue is given
 * the schedule it wanted: a timer only while requests wait. A contract test holds this file to it.
 */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  checkPendingRequests(): void;
}

/** kafkajs' own CHECK_PENDING_REQUESTS_INTERVAL, ms. */
const CHECK_INTERVAL_MS = 10;

const prototype = (
  createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void };
  }
).prototype;

export function mendRequestQueue(clock: Clock): void {
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - clock.now();
    // kafkajs clears this with clearTimeout when it closes, which ignores what isn't a timer: by then
    // its pending requests are rejected, and the check finds none.
    this.throttleCheckTimeoutId = clock.timer(
      throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS,
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
    );
  };
}
