import type { Clock } from '../foundation/clock.ts';
import type { Counter, Gauge, Histogram, Metrics } from '../foundation/metrics.ts';
import { Sampled } from './sampled.ts';

/**
 * A task's metrics under the names that Connect's dashboards use (JMX exporter's naming). Disposed, its
 * gauges are gone; its counters stay.
 */
export interface TaskMetrics extends Disposable {
  readonly recordsIn: Counter;
  readonly recordsOut: Counter;
  readonly batchSize: Gauge;
  readonly batchMs: Histogram;
  readonly commitFailures: Counter;
  readonly commits: Counter;
  readonly recordErrors: Counter;
  readonly recordFailures: Counter;
  readonly recordsSkipped: Counter;
  readonly retries: Counter;
  readonly errorsLogged: Counter;
  readonly deadLetters: Counter;
  readonly deadLetterFailures: Counter;
  readonly lastError: Gauge;
}

/** Rates, averages and maxima are of the last 30 to 60 seconds, as in Connect. */
export function taskMetrics(metrics: Metrics, type: 'source' | 'sink', clock: Clock): TaskMetrics {
  const own = `kafka_connect_${type}_task_metrics_`;
  const common = 'kafka_connect_connector_task_metrics_';
  const errors = 'kafka_connect_task_error_metrics_';
  const [read, written, batch] =
    type === 'source'
      ? ['source_record_poll', 'source_record_write', 'poll_batch']
      : ['sink_record_read', 'sink_record_send', 'put_batch'];
  const gauges = new DisposableStack();
  const observe = (name: string, help: string, value: () => number): void => {
    gauges.use(metrics.observedGauge(name, help, {}, value));
  };
  const records = (name: string, help: string): Counter => {
    const counter = metrics.counter(`${own}${name}_total`, `${help}.`);
    const sampled = new Sampled(clock);
    observe(`${own}${name}_rate`, `${help}, per second.`, () => sampled.perSecond());
    return {
      add: (count = 1) => {
        counter.add(count);
        sampled.record(count);
      },
    };
  };
  const times = metrics.histogram(`${own}${batch}_time_ms`, 'Time of one poll or put, ms.');
  const time = new Sampled(clock);
  observe(`${own}${batch}_avg_time_ms`, 'Time of one poll or put, ms.', () => time.average());
  observe(`${own}${batch}_max_time_ms`, 'Longest poll or put, ms.', () => time.max());
  const size = new Sampled(clock);
  observe(`${common}batch_size_avg`, 'Records of one batch.', () => size.average());
  observe(`${common}batch_size_max`, 'Records of the largest batch.', () => size.max());
  const count = (name: string, help: string): Counter => metrics.counter(name, help);
  return {
    recordsIn: records(read, 'Records polled or read'),
    recordsOut: records(written, 'Records written to Kafka, or sent to the sink task'),
    batchSize: { set: (value) => size.record(value) },
    batchMs: {
      observe: (value) => {
        times.observe(value);
        time.record(value);
      },
    },
    commits: count(`${common}offset_commit_success_total`, 'Offset commits.'),
    commitFailures: count(`${common}offset_commit_failure_total`, 'Failed offset commits.'),
    recordErrors: count(`${errors}total_record_errors`, 'Record processing errors.'),
    recordFailures: count(`${errors}total_record_failures`, 'Errors that failed the task.'),
    recordsSkipped: count(`${errors}total_records_skipped`, 'Records skipped for errors.'),
    retries: count(`${errors}total_retries`, 'Operations tried again.'),
    errorsLogged: count(`${errors}total_errors_logged`, 'Errors logged.'),
    deadLetters: count(
      `${errors}deadletterqueue_produce_requests`,
      'Records sent to the dead letter queue.',
    ),
    deadLetterFailures: count(
      `${errors}deadletterqueue_produce_failures`,
      'Dead letters that could not be written.',
    ),
    lastError: metrics.gauge(`${errors}last_error_timestamp`, 'Epoch ms of the last error.'),
    [Symbol.dispose]: () => gauges.dispose(),
  };
}
