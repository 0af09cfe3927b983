import type { Properties } from '../config/definition.ts';
import { restartSettings } from '../config/task-restart.ts';
import { backoffMs } from '../foundation/backoff.ts';
import type { Clock } from '../foundation/clock.ts';
import { toAppError } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { Metrics } from '../foundation/metrics.ts';
import { HEALS } from '../runtime/error-policy.ts';
import type { PlannedRestart } from '../runtime/task-runner.ts';

/** `task` undefined: the connector's instance, which plans the tasks. */
export interface Healed {
  readonly connector: string;
  readonly task: number | undefined;
}

export interface Failure {
  readonly error: unknown;
  /** How long it was RUNNING before. */
  readonly runningMs: number;
  /** The connector's, for `task.restart.*`. */
  readonly properties: Properties;
}

export interface SelfHealingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The worker's. */
  readonly properties: Properties;
  readonly random?: () => number;
}

/** Starts again what failed because something was away: `task.restart.*`. Both its waits and their number are bounded (Invariant 8). */
export class SelfHealing {
  readonly #options: SelfHealingOptions;
  readonly #attempts = new Map<string, number>();

  constructor(options: SelfHealingOptions) {
    this.#options = options;
  }

  /** `again` is called once when its time has come, unless what is returned is disposed before; undefined: it stays FAILED. */
  plan(healed: Healed, failure: Failure, again: () => void): PlannedRestart | undefined {
    const { clock, log, properties, random } = this.#options;
    const settings = restartSettings(failure.properties, properties);
    const { maxAttempts, resetMs } = settings;
    if (!HEALS[toAppError(failure.error, 'fatal', 'runtime.unexpected').kind]) return undefined;
    const key = keyOf(healed);
    const before = failure.runningMs >= resetMs ? 0 : (this.#attempts.get(key) ?? 0);
    if (before >= maxAttempts) return undefined;
    const attempt = before + 1;
    this.#attempts.set(key, attempt);
    const delay = backoffMs(attempt, random === undefined ? settings : { ...settings, random });
    const says = `Restart ${attempt} of ${maxAttempts} in ${Math.ceil(delay / 1_000)} s.`;
    log.warn(`It failed, and is started again by itself. ${says}`, { ...healed });
    const timer = clock.timer(delay, () => {
      this.#count(healed);
      again();
    });
    return { says, [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }

  /** Somebody else started or stopped it: restarts are counted anew. */
  forget(healed: Healed): void {
    this.#attempts.delete(keyOf(healed));
  }

  #count({ connector, task }: Healed): void {
    const { metrics } = this.#options;
    if (task === undefined) {
      const help = 'Connectors started again by themselves.';
      metrics.counter('headwater_connector_restarts_total', help, { connector }).add();
    } else {
      const help = 'Tasks started again by themselves.';
      const labels = { connector, task: String(task) };
      metrics.counter('headwater_task_restarts_total', help, labels).add();
    }
  }
}

function keyOf({ connector, task }: Healed): string {
  return `${task ?? ''} ${connector}`;
}
