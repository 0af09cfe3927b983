/**
 * Goal: what the pages, the dashboard and the alerts say of metrics is what a real worker shows. Method: a worker of a group
 * with a file source and sink on a real broker; its /metrics against the catalog that all the others are held by.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cluster, LineFile } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { entriesOf, everyMetric, type CatalogEntry } from '../../support/metric-catalog.ts';

/** What two file connectors have no reason to show. */
const NOT_HERE =
  /^headwater_(salesforce|duckdb|dead_letters)|_transaction_size_|_(transform|predicate)_metrics_|^(nodejs|process)_/;

let cluster: Cluster;
let text: string;

beforeAll(async () => {
  cluster = new Cluster(['metrics.names=strimzi']);
  const worker = await cluster.add();
  const topic = `metrics-${randomUUID()}`;
  const lines = new LineFile();
  const sunk = join(mkdtempSync(join(tmpdir(), 'headwater-metrics-')), 'out.txt');
  const create = (name: string, config: object): Promise<unknown> =>
    cluster.request('POST', '/connectors', { name, config });
  await create('in', { 'connector.class': 'FileStreamSource', file: lines.path, topic });
  lines.write('one');
  await create('out', { 'connector.class': 'FileStreamSink', file: sunk, topics: topic });
  await cluster.running(['in', 'out']);
  text = await eventually(
    async () => await (await fetch(`${worker.url}/metrics`)).text(),
    (now) =>
      /offset_commit_seq_no\{.*"out".*\} [1-9]/.test(now) &&
      /"in".*success_percentage|success_percentage\{.*"in".*\} 1/.test(now),
    30_000,
  );
});
afterAll(() => cluster[Symbol.asyncDispose]());

test('a worker shows each metric of the catalog as that says, and no other', async () => {
  const own = ({ name }: CatalogEntry): boolean => /^(kafka|headwater)_/.test(name);
  const shape = ({ name, type, labels, help }: CatalogEntry): object => ({
    name,
    type,
    labels: labels.toSorted(),
    help,
  });
  const expected = entriesOf(await everyMetric(['strimzi'])).filter(own);
  const shown = entriesOf(text).filter(own);
  const byName = (entries: readonly CatalogEntry[]): readonly object[] =>
    entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(shape);
  const wanted = expected.filter(({ name }) => !NOT_HERE.test(name));
  expect(byName(shown.filter(({ name }) => !NOT_HERE.test(name)))).toEqual(byName(wanted));
});

test('clients are called as Connect calls them, and values are those of the work done', () => {
  const value = (series: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    );
  const producer = '{client_id="connector-producer-in-0"}';
  const consumer = '{client_id="connector-consumer-out-0"}';
  expect(value(`kafka_producer_producer_metrics_record_send_total${producer}`)).toBe(1);
  expect(
    value(`kafka_consumer_consumer_fetch_manager_metrics_records_consumed_total${consumer}`),
  ).toBe(1);
  expect(value(`kafka_consumer_consumer_coordinator_metrics_assigned_partitions${consumer}`)).toBe(
    1,
  );
  expect(
    value('kafka_connect_connector_task_status{connector="in",task="0",status="running"}'),
  ).toBe(1);
  expect(
    value(
      'kafka_connect_connect_coordinator_metrics_assigned_tasks{client_id="connect-' +
        new URL(cluster.workers[0]?.url ?? '').host +
        '"}',
    ),
  ).toBe(2);
});
