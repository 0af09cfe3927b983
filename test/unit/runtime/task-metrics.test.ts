/** Goal: what no loop shows by itself: transactions, lag by the record's own time, dead letters by their cause. */
import { expect, it } from 'vitest';
import { createPrometheus } from '../../../src/runtime/prometheus.ts';
import { taskMetrics } from '../../../src/runtime/task-metrics.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SOURCE = 'kafka_connect_source_task_metrics_';

async function shown(use: (metrics: ReturnType<typeof taskMetrics>, clock: ManualClock) => void) {
  const prometheus = createPrometheus();
  const clock = new ManualClock();
  const labels = { connector: 'c', task: '0' };
  const metrics = taskMetrics(prometheus.metrics.with(labels), 'source', clock);
  use(metrics, clock);
  return (await prometheus.render()).text;
}

it('transaction sizes come with the first transaction, least and greatest', async () => {
  expect(await shown(() => undefined)).not.toContain('transaction_size');
  const text = await shown(({ transactionSize }) => {
    for (const records of [4, 2, 9]) transactionSize.set(records);
  });
  for (const [end, value] of [
    ['min', 2],
    ['avg', 5],
    ['max', 9],
  ] as const) {
    expect(text).toContain(`${SOURCE}transaction_size_${end}{connector="c",task="0"} ${value}`);
  }
});

it('lag is measured from the record’s timestamp, in buckets of seconds; none without one', async () => {
  const text = await shown(({ delivered }, clock) => {
    delivered.timestamp(clock.now() - 7_000);
    delivered.timestamp(clock.now() - 200_000);
    delivered.timestamp(clock.now() + 5_000);
    delivered.timestamp(undefined);
  });
  const bucket = (le: string): string =>
    `headwater_source_lag_seconds_bucket{le="${le}",connector="c",task="0"}`;
  expect(text).toContain('# TYPE headwater_source_lag_seconds histogram');
  expect(text).toContain(`${bucket('0.1')} 1\n`);
  expect(text).toContain(`${bucket('5')} 1\n`);
  expect(text).toContain(`${bucket('10')} 2\n`);
  expect(text).toContain(`${bucket('+Inf')} 3\n`);
  expect(text).toContain('headwater_source_lag_seconds_sum{connector="c",task="0"} 207\n');
});

it('dead letters are counted by stage and code, and made-up codes fill no store', async () => {
  const text = await shown(({ deadLettered }) => {
    for (let i = 0; i < 200; i += 1) deadLettered('put', `made.up.${i}`);
  });
  const series = text
    .split('\n')
    .filter((line) => line.startsWith('headwater_dead_letters_total{'));
  expect(series).toHaveLength(51);
  expect(text).toContain(
    'headwater_dead_letters_total{connector="c",task="0",stage="put",code="other"} 150',
  );
});
