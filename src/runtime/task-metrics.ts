import type { Counter, Gauge, Histogram, Metrics } from '../foundation/metrics.ts';

/** A task's metrics under the names that Connect's dashboards use (JMX exporter's naming). */
export interface TaskMetrics {
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

export function taskMetrics(metrics: Metrics, type: 'source' | 'sink'): TaskMetrics {
  const own = `kafka_connect_${type}_task_metrics_`;
  const common = 'kafka_connect_connector_task_metrics_';
  const errors = 'kafka_connect_task_error_metrics_';
  const [read, written] =
    type === 'source'
      ? ['source_record_poll_total', 'source_record_write_total']
      : ['sink_record_read_total', 'sink_record_send_total'];
  return {
    recordsIn: metrics.counter(own + read, 'Records polled or read.'),
    recordsOut: metrics.counter(
      own + written,
      'Records written to Kafka, or sent to the sink task.',
    ),
    batchSize: metrics.gauge(`${common}batch_size_avg`, 'Records in the last batch.'),
    batchMs: metrics.histogram(
      type === 'source' ? `${own}poll_batch_time_ms` : `${own}put_batch_time_ms`,
      'Time of one poll or put, ms.',
    ),
    commits: metrics.counter(`${common}offset_commit_success_total`, 'Offset commits.'),
    commitFailures: metrics.counter(
      `${common}offset_commit_failure_total`,
      'Failed offset commits.',
    ),
    recordErrors: metrics.counter(`${errors}total_record_errors`, 'Record processing errors.'),
    recordFailures: metrics.counter(
      `${errors}total_record_failures`,
      'Errors that failed the task.',
    ),
    recordsSkipped: metrics.counter(
      `${errors}total_records_skipped`,
      'Records skipped for errors.',
    ),
    retries: metrics.counter(`${errors}total_retries`, 'Operations tried again.'),
    errorsLogged: metrics.counter(`${errors}total_errors_logged`, 'Errors logged.'),
    deadLetters: metrics.counter(
      `${errors}deadletterqueue_produce_requests`,
      'Records sent to the dead letter queue.',
    ),
    deadLetterFailures: metrics.counter(
      `${errors}deadletterqueue_produce_failures`,
      'Dead letters that could not be written.',
    ),
    lastError: metrics.gauge(`${errors}last_error_timestamp`, 'Epoch ms of the last error.'),
  };
}
