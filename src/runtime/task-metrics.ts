import type { Clock } from '../foundation/clock.ts';
import { ActiveCount, Measures } from '../foundation/measures.ts';
import type { Counter, Gauge, Histogram, Metrics } from '../foundation/metrics.ts';

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
  /** How long one commit of offsets took, ms. */
  readonly commitMs: Gauge;
  /** Records between poll and acknowledgement (source), or between read and committed (sink). */
  readonly active: ActiveCount;
  /** Records of a transaction that was committed; exactly-once sources alone. */
  readonly transactionSize: Gauge;
  /** Of records that are in Kafka (source) or durable in the target (sink): epoch ms of their timestamp. */
  readonly delivered: { timestamp(epochMs: number | undefined): void };
  readonly recordErrors: Counter;
  readonly recordFailures: Counter;
  readonly recordsSkipped: Counter;
  readonly retries: Counter;
  readonly errorsLogged: Counter;
  readonly deadLetters: Counter;
  readonly deadLetterFailures: Counter;
  /** A dead letter is written: at which stage and with which error's code its record was refused. */
  readonly deadLettered: (stage: string, code: string) => void;
  readonly lastError: Gauge;
}

type TaskType = 'source' | 'sink';

const COMMON = 'kafka_connect_connector_task_metrics_';
const ERRORS = 'kafka_connect_task_error_metrics_';
/** Codes are constants of the code; a plugin that makes them up fills no store of metrics. */
const MAX_CODES = 50;

/** Rates, averages and maxima are of the last 30 to 60 seconds, as in Connect. */
export function taskMetrics(metrics: Metrics, type: TaskType, clock: Clock): TaskMetrics {
  const measures = new Measures(metrics, clock);
  return {
    ...flow(measures, type),
    ...commits(measures, type),
    ...errors(metrics),
    transactionSize: transactionSize(measures),
    delivered: lag(metrics, type, clock),
    [Symbol.dispose]: () => measures[Symbol.dispose](),
  };
}

function flow(
  measures: Measures,
  type: TaskType,
): Pick<TaskMetrics, 'recordsIn' | 'recordsOut' | 'batchSize' | 'batchMs' | 'active'> {
  const own = `kafka_connect_${type}_task_metrics_`;
  const [read, written, batch] =
    type === 'source'
      ? ['source_record_poll', 'source_record_write', 'poll_batch']
      : ['sink_record_read', 'sink_record_send', 'put_batch'];
  const times = measures.metrics.histogram(
    `${own}${batch}_time_ms`,
    'Time of one poll or put, ms.',
  );
  const time = measures.averaged(
    [`${own}${batch}_avg_time_ms`, `${own}${batch}_max_time_ms`],
    'Time of one poll or put, ms',
  );
  return {
    recordsIn: measures.counted(`${own}${read}`, 'Records polled or read'),
    recordsOut: measures.counted(
      `${own}${written}`,
      'Records written to Kafka, or sent to the sink task',
    ),
    batchSize: measures.averaged(
      [`${COMMON}batch_size_avg`, `${COMMON}batch_size_max`],
      'Records of one batch',
    ),
    batchMs: {
      observe: (value) => {
        times.observe(value);
        time.set(value);
      },
    },
    active: new ActiveCount(
      measures,
      `${own}${type}_record_active_count`,
      type === 'source'
        ? 'Records polled and not yet acknowledged by Kafka'
        : 'Records read and not yet committed',
    ),
  };
}

function commits(
  measures: Measures,
  type: TaskType,
): Pick<TaskMetrics, 'commits' | 'commitFailures' | 'commitMs'> {
  const { metrics } = measures;
  const outcome = measures.outcomes(`${COMMON}offset_commit`, 'Offset commits');
  const succeeded = metrics.counter(`${COMMON}offset_commit_success_total`, 'Offset commits.');
  const failed = metrics.counter(`${COMMON}offset_commit_failure_total`, 'Failed offset commits.');
  const completed = type === 'sink' ? sinkCommits(measures) : undefined;
  return {
    commits: {
      add: (count = 1) => {
        succeeded.add(count);
        completed?.add(count);
        outcome(true);
      },
    },
    commitFailures: {
      add: (count = 1) => {
        failed.add(count);
        outcome(false);
      },
    },
    commitMs: measures.averaged(
      [`${COMMON}offset_commit_avg_time_ms`, `${COMMON}offset_commit_max_time_ms`],
      'Time of one offset commit, ms',
    ),
  };
}

/** Commits are awaited one by one here: none comes too late and is skipped. */
function sinkCommits(measures: Measures): Counter {
  const own = 'kafka_connect_sink_task_metrics_offset_commit_';
  let sequence = 0;
  measures.gauge(`${own}seq_no`, 'Number of the last offset commit.', () => sequence);
  measures.counted(`${own}skip`, 'Offset commits that came too late');
  const completed = measures.counted(`${own}completion`, 'Offset commits that succeeded');
  return {
    add: (count = 1) => {
      sequence += count;
      completed.add(count);
    },
  };
}

/** Shown from the first transaction on, since others have none. */
function transactionSize(measures: Measures): Gauge {
  const own = 'kafka_connect_source_task_metrics_transaction_size_';
  let sizes: Gauge | undefined;
  const open = (): Gauge => {
    const least = measures.sampled();
    const help = 'Records of one transaction';
    measures.gauge(`${own}min`, `${help}: the least.`, () => least.min());
    const others = measures.averaged([`${own}avg`, `${own}max`], help);
    return {
      set: (records) => {
        least.record(records);
        others.set(records);
      },
    };
  };
  return { set: (records) => (sizes ??= open()).set(records) };
}

/** A Salesforce source gives its records the commit's timestamp. */
function lag(metrics: Metrics, type: TaskType, clock: Clock): TaskMetrics['delivered'] {
  const help =
    type === 'source'
      ? "From a record's timestamp (Salesforce's commit) to its acknowledgement by Kafka, seconds."
      : "From a record's timestamp (Salesforce's commit) to its being durable in the target, seconds.";
  const seconds = metrics.histogram(`headwater_${type}_lag_seconds`, help);
  return {
    timestamp: (epochMs) => {
      if (epochMs === undefined || epochMs < 0) return;
      seconds.observe(Math.max(0, clock.now() - epochMs) / 1_000);
    },
  };
}

function errors(
  metrics: Metrics,
): Pick<
  TaskMetrics,
  | 'recordErrors'
  | 'recordFailures'
  | 'recordsSkipped'
  | 'retries'
  | 'errorsLogged'
  | 'deadLetters'
  | 'deadLetterFailures'
  | 'deadLettered'
  | 'lastError'
> {
  const count = (name: string, help: string): Counter => metrics.counter(`${ERRORS}${name}`, help);
  const codes = new Set<string>();
  const lastError = metrics.gauge(
    `${ERRORS}last_error_timestamp`,
    'Epoch ms of the last error; 0 while there was none.',
  );
  lastError.set(0);
  return {
    recordErrors: count('total_record_errors', 'Record processing errors.'),
    recordFailures: count('total_record_failures', 'Errors that failed the task.'),
    recordsSkipped: count('total_records_skipped', 'Records skipped for errors.'),
    retries: count('total_retries', 'Operations tried again.'),
    errorsLogged: count('total_errors_logged', 'Errors logged.'),
    deadLetters: count(
      'deadletterqueue_produce_requests',
      'Records sent to the dead letter queue.',
    ),
    deadLetterFailures: count(
      'deadletterqueue_produce_failures',
      'Dead letters that could not be written.',
    ),
    deadLettered: (stage, code) => {
      if (codes.size < MAX_CODES) codes.add(code);
      const shown = codes.has(code) ? code : 'other';
      const help = 'Dead letters written, by the stage and the code of the error.';
      metrics.counter('headwater_dead_letters_total', help, { stage, code: shown }).add();
    },
    lastError,
  };
}
