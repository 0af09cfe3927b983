/** Goal: a group's worker shows what runs on it, and how its group rebalances, under the names that dashboards ask for. */
import { expect, test } from 'vitest';
import { registerWorkerMetrics } from '../../../../src/herder/worker-metrics.ts';
import { INSTANCE } from '../../../../src/herder/distributed/work.ts';
import { createPrometheus } from '../../../../src/runtime/prometheus.ts';
import { eventually } from '../../../support/eventually.ts';
import { sourcePlugin } from '../harness.ts';
import { ME, workOf } from './harness.ts';

const WORKER = 'kafka_connect_connect_worker_metrics_';
const REBALANCE = 'kafka_connect_connect_worker_rebalance_metrics_';

test('a worker of a group shows its share of it, and its rebalances', async () => {
  const prometheus = createPrometheus();
  const series = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await prometheus.render()).text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  const plugin = sourcePlugin(() => ({}));
  const harness = await workOf(plugin, ['c', 'd'], undefined, prometheus.metrics);
  registerWorkerMetrics(prometheus.metrics, () => harness.local.running());
  const { clock, work } = harness;
  await work.state();
  expect(await series()).toMatchObject({ [`${REBALANCE}rebalancing`]: 1 });
  await clock.advance(300);
  await harness.take([
    { connector: 'c', task: INSTANCE },
    { connector: 'd', task: 0 },
  ]);
  await work.state();
  await clock.advance(100);
  await harness.take([]);
  await clock.advance(40);
  await eventually(
    () => harness.stateOf('d', 0),
    (state) => state === 'RUNNING',
  );
  expect(await series()).toMatchObject({
    [`${WORKER}connector_count`]: 1,
    [`${WORKER}task_count`]: 1,
    [`${WORKER}connector_total_task_count{connector="c"}`]: 0,
    [`${WORKER}connector_running_task_count{connector="d"}`]: 1,
    'kafka_connect_connector_metrics_status_info{connector="c",status="running"}': 1,
    'kafka_connect_connector_metrics_connector_class_info{connector="c",connector_class="TestSource"}': 1,
    'kafka_connect_connector_task_metrics_status_info{connector="d",task="0",status="running"}': 1,
    [`${REBALANCE}leader_name_info{leader_name="http://${ME}/"}`]: 1,
    [`${REBALANCE}connect_protocol_info{connect_protocol="sessioned"}`]: 1,
    [`${REBALANCE}epoch`]: 2,
    [`${REBALANCE}completed_rebalances_total`]: 2,
    [`${REBALANCE}rebalancing`]: 0,
    [`${REBALANCE}rebalance_avg_time_ms`]: 200,
    [`${REBALANCE}rebalance_max_time_ms`]: 300,
    [`${REBALANCE}time_since_last_rebalance_ms`]: 40,
  });
  expect(
    Object.keys(await series()).filter((key) => key.includes('status_info{connector="d",s')),
  ).toEqual([]);
});
