/** Says that the memory of the worker's own thread runs out before it has. */
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Metrics } from '../../foundation/metrics.ts';

export interface MemoryWatch extends Disposable {
  /** For `/health`; undefined: there is room. */
  warning(): string | undefined;
}

export interface HeapUse {
  readonly usedBytes: number;
  /** `node --max-old-space-size`. */
  readonly limitBytes: number;
}

/** From here on it is collected again and again; at nine tenths V8 ends the process. */
const SHORT = 0.75;
/** Below it the next warning is a new one. */
const AMPLE = 0.6;
const EVERY_MS = 1_000;
/** Much of what is used may be garbage once. */
const SHORT_CHECKS = 2;

export function watchMemory(
  { clock, log, metrics }: { clock: Clock; log: Log; metrics: Metrics },
  read: () => HeapUse = heapUse,
): MemoryWatch {
  let short = 0;
  let warning: string | undefined;
  let timer: Disposable;
  const check = (): void => {
    const use = read();
    const share = use.usedBytes / use.limitBytes;
    short = share >= SHORT ? short + 1 : 0;
    if (short >= SHORT_CHECKS) {
      if (warning === undefined) log.error(shortage(use));
      warning = shortage(use);
    } else if (share < AMPLE) {
      warning = undefined;
    }
    timer = clock.timer(EVERY_MS, check);
  };
  timer = clock.timer(EVERY_MS, check);
  const help = "The share of the main thread's memory limit that is in use, 0 to 1.";
  const gauge = metrics.observedGauge('headwater_worker_heap_used_ratio', help, {}, () => {
    const { usedBytes, limitBytes } = read();
    return usedBytes / limitBytes;
  });
  return {
    warning: () => warning,
    [Symbol.dispose]: () => {
      timer[Symbol.dispose]();
      gauge[Symbol.dispose]();
    },
  };
}

function shortage({ usedBytes, limitBytes }: HeapUse): string {
  return `Memory is short: ${mb(usedBytes)} of ${mb(limitBytes)} MB are in use, and the process ends when none is left. A connector that keeps too much is ended alone with task.isolation=thread (task.isolation.memory.mb); else raise node's --max-old-space-size.`;
}

const mb = (bytes: number): number => Math.round(bytes / 1_048_576);

/** V8's limit includes the young generation's three halves, 64 MB each unless told otherwise; the old one is what fills up. */
const YOUNG_BYTES = 3 * 64 * 1_048_576;

function heapUse(): HeapUse {
  const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
  return { usedBytes, limitBytes: limitBytes - YOUNG_BYTES };
}
