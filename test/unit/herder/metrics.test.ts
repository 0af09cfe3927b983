/** Goal: /metrics has what Connect's dashboards ask for, and what is gone is gone from it too. */
import { expect, it } from 'vitest';
import { createPrometheus, type Prometheus } from '../../../src/runtime/prometheus.ts';
import { untilTurns } from '../../support/manual-clock.ts';
import { SINK, SOURCE, sinkPlugin, sourcePlugin, startHerder } from './harness.ts';

const position = { partition: { p: 1 }, offset: { n: 1 } };
const letter = { topic: 'letters', key: null, value: 'a', headers: [], position };

it('names, labels and values are those of the JMX exporter', async () => {
  const prometheus = createPrometheus();
  const received: string[] = [];
  let sent = false;
  const source = sourcePlugin(
    (task) => {
      if (task === 1) throw new Error('broken');
      return {
        poll: (signal) => {
          if (!sent) {
            sent = true;
            return Promise.resolve({ records: [letter, letter, letter] });
          }
          return new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve({ records: [] }), { once: true });
          });
        },
      };
    },
    { plan: () => Promise.resolve([{}, {}]) },
  );
  await using sut = await startHerder(
    [source, sinkPlugin(received)],
    {},
    { metrics: prometheus.metrics },
  );
  await sut.herder.create('in', SOURCE);
  await untilTurns(() => sut.kafka.records('letters').length === 3);
  await sut.herder.create('out', SINK);
  await untilTurns(() => received.length === 3 && sut.stateOf('in', 1) === 'FAILED');
  await untilTurns(() => sut.kafka.committed('connect-out', 'letters') === 3n);

  const seen = await series(prometheus);
  const worker = 'kafka_connect_connect_worker_metrics_';
  const task = 'connector="in",task="0"';
  expect(seen).toMatchObject({
    [`${worker}connector_count`]: 2,
    [`${worker}task_count`]: 3,
    [`${worker}connector_startup_success_total`]: 2,
    [`${worker}task_startup_attempts_total`]: 3,
    [`${worker}task_startup_failure_total`]: 1,
    [`${worker}connector_startup_success_percentage`]: 1,
    [`${worker}task_startup_failure_percentage`]: 1 / 3,
    [`${worker}connector_destroyed_task_count{connector="in"}`]: 0,
    [`${worker}connector_total_task_count{connector="in"}`]: 2,
    [`${worker}connector_running_task_count{connector="in"}`]: 1,
    [`${worker}connector_failed_task_count{connector="in"}`]: 1,
    'kafka_connect_connector_metrics_status_info{connector="in",status="running"}': 1,
    'kafka_connect_connector_metrics_connector_class_info{connector="out",connector_class="TestSink"}': 1,
    [`kafka_connect_connector_task_metrics_status_info{${task},status="running"}`]: 1,
    'kafka_connect_connector_task_metrics_status_info{connector="in",task="1",status="failed"}': 1,
    [`kafka_connect_connector_task_metrics_batch_size_max{${task}}`]: 3,
    [`kafka_connect_connector_task_metrics_pause_ratio{${task}}`]: 0,
    [`kafka_connect_connector_task_metrics_running_ratio{${task}}`]: expect.any(Number),
    [`kafka_connect_connector_task_metrics_task_class_info{${task},task_class="TestSource"}`]: 1,
    [`kafka_connect_connector_task_metrics_value_converter_class_info{${task},value_converter_class="org.apache.kafka.connect.storage.StringConverter"}`]: 1,
    [`kafka_connect_connector_task_metrics_key_converter_version_info{${task},key_converter_version="4.3.1"}`]: 1,
    [`kafka_connect_source_task_metrics_source_record_active_count{${task}}`]: 0,
    [`kafka_connect_source_task_metrics_source_record_active_count_max{${task}}`]: 3,
    'kafka_connect_connector_task_metrics_offset_commit_success_percentage{connector="out",task="0"}': 1,
    'kafka_connect_connector_task_metrics_offset_commit_max_time_ms{connector="out",task="0"}': 0,
    'kafka_connect_sink_task_metrics_offset_commit_seq_no{connector="out",task="0"}': 1,
    'kafka_connect_sink_task_metrics_offset_commit_completion_total{connector="out",task="0"}': 1,
    'kafka_connect_sink_task_metrics_offset_commit_skip_total{connector="out",task="0"}': 0,
    'kafka_connect_sink_task_metrics_sink_record_active_count{connector="out",task="0"}': 0,
    'kafka_connect_sink_task_metrics_sink_record_active_count_max{connector="out",task="0"}': 3,
    [`kafka_connect_source_task_metrics_source_record_poll_total{${task}}`]: 3,
    [`kafka_connect_source_task_metrics_source_record_write_rate{${task}}`]: 0.1,
    [`kafka_connect_source_task_metrics_poll_batch_max_time_ms{${task}}`]: 0,
    'kafka_connect_sink_task_metrics_sink_record_read_total{connector="out",task="0"}': 3,
    'kafka_connect_sink_task_metrics_sink_record_send_total{connector="out",task="0"}': 3,
    'kafka_connect_sink_task_metrics_sink_record_lag_max{connector="out",task="0"}': 0,
    'kafka_connect_sink_task_metrics_partition_count{connector="out",task="0"}': 1,
    'kafka_connect_task_error_metrics_total_record_errors{connector="out",task="0"}': 0,
  });

  await sut.herder.delete('in');
  const left = Object.keys(await series(prometheus)).filter((name) => name.includes('"in"'));
  expect(left.filter((name) => /_(info|rate|task_count|avg|max)\{/.test(name))).toEqual([]);
});

async function series(prometheus: Prometheus): Promise<Readonly<Record<string, number>>> {
  const { text } = await prometheus.render();
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith('kafka_connect_'))
      .map((line) => {
        const cut = line.lastIndexOf(' ');
        return [line.slice(0, cut), Number(line.slice(cut + 1))];
      }),
  );
}
