import type { Clock } from '../foundation/clock.ts';
import { Measures } from '../foundation/measures.ts';
import type { Metrics } from '../foundation/metrics.ts';

const WORKER = 'kafka_connect_connect_worker_metrics_';

/** Attempts to start, counted when it is known how they ended. */
export interface Startups {
  connector(succeeded: boolean): void;
  task(succeeded: boolean): void;
}

export function startupMetrics(metrics: Metrics, clock: Clock): Startups {
  const measures = new Measures(metrics, clock);
  const counted = (what: 'connector' | 'task'): ((succeeded: boolean) => void) => {
    const named = (end: string, help: string): { add(): void } =>
      metrics.counter(`${WORKER}${what}_startup_${end}_total`, `Starts of a ${what}${help}.`);
    const attempts = named('attempts', '');
    const success = named('success', ' that succeeded');
    const failure = named('failure', ' that failed');
    const outcome = measures.outcomes(`${WORKER}${what}_startup`, `Starts of a ${what}`);
    return (succeeded) => {
      attempts.add();
      (succeeded ? success : failure).add();
      outcome(succeeded);
    };
  };
  return { connector: counted('connector'), task: counted('task') };
}
