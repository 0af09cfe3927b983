/**
 * Goal: docs/operations/metrics.md names every metric there is, and no other. Method: what the product registers,
 * written as a table; `vitest -u` writes it anew.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entriesOf, everyMetric, type CatalogEntry } from '../../support/metric-catalog.ts';

const CHAPTERS: readonly (readonly [string, RegExp, string])[] = [
  [
    'The worker and its connectors',
    /^kafka_connect_(connect_(worker|coordinator)|connector_metrics|app)/,
    '',
  ],
  ['Tasks', /^kafka_connect_/, 'Rates, averages and maxima are of the last 30 to 60 seconds.'],
  ['Producers', /^kafka_producer_/, 'A task’s is `connector-producer-<connector>-<task>`.'],
  ['Consumers', /^kafka_consumer_/, 'A task’s is `connector-consumer-<connector>-<task>`.'],
  ['Admin clients', /^kafka_admin_/, ''],
  ['Headwater’s own', /^headwater_/, ''],
  ['Node', /^(nodejs|process)_/, 'Of the worker’s process.'],
];

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_ms(_|$)|latency|time_between/, 'ms'],
  [/time_ns/, 'ns'],
  [/seconds/, 's'],
  [/_(bytes|byte)(_|$)|fetch_size/, 'bytes'],
  [/timestamp/, 'epoch ms'],
  [/hours/, 'h'],
  [/_(ratio|percentage)$/, '0–1'],
  [/_info$/, '1'],
];

function unitOf({ name }: CatalogEntry): string {
  const [, unit = ''] = UNITS.find(([pattern]) => pattern.test(name)) ?? [];
  return name.endsWith('_rate') ? `${unit === '' ? '' : unit}/s` : unit;
}

function row(entry: CatalogEntry): string {
  const { name, type, help } = entry;
  // Those of Node's depend on what goes on in the process.
  const labels = /^(nodejs|process)_/.test(name) ? [] : entry.labels;
  return `| \`${name}\` | ${type} | ${labels.join(', ')} | ${unitOf(entry)} | ${help} |`;
}

function page(entries: readonly CatalogEntry[]): string {
  let left = entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const chapters = CHAPTERS.map(([title, pattern, remark]) => {
    const mine = left.filter(({ name }) => pattern.test(name));
    left = left.filter((entry) => !mine.includes(entry));
    const head = '| name | type | labels | unit | meaning |\n| --- | --- | --- | --- | --- |';
    const text = remark === '' ? '' : `${remark}\n\n`;
    return `## ${title}\n\n${text}${head}\n${mine.map(row).join('\n')}\n`;
  });
  expect(left).toEqual([]);
  return `${INTRODUCTION}\n${chapters.join('\n')}`;
}

const INTRODUCTION = `# Metrics

\`GET /metrics\` on the worker's REST address, in Prometheus' text format, under the names that the JMX exporter makes of Connect's.
This page is generated (\`vitest run test/unit/metrics/docs.test.ts -u\`).

- [deploy/grafana](../../deploy/grafana/README.md) has a dashboard over these names, deploy/prometheus a scrape job and alerts.
- Stock dashboards: \`metrics.names=strimzi\` shows Kafka's and Connect's metrics under Strimzi's names besides, \`metrics.names=confluent\`
  under those of Confluent's jmx-monitoring-stacks and of Strimzi's metrics reporter; both may be named.
  [What isn't there](../connect-parity.md#metrics-what-isnt-there).
- OpenTelemetry: [opentelemetry.md](opentelemetry.md).
- No label holds a record's key, value or id. The number of series is bounded by connectors, tasks, channels and partitions; codes of
  dead letters by 50 a task.
- Texts are series of value 1 with the text in a label (\`…_info\`). A counter's \`_total\` starts at 0 with the process.
`;

test('docs/operations/metrics.md is the list of all metrics', async () => {
  const path = join(import.meta.dirname, '../../../docs/operations/metrics.md');
  await expect(page(entriesOf(await everyMetric()))).toMatchFileSnapshot(path);
});

test('every metric says what it means', async () => {
  const silent = entriesOf(await everyMetric()).filter(({ help }) => help.length < 5);
  expect(silent.map(({ name }) => name)).toEqual([]);
});
