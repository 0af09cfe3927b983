/**
 * Goal: Connect's own metrics and the stock dashboards find their names here, or there is a reason in
 * docs/connect-parity.md. Method: names recorded from a JVM worker and from the dashboards' panels, against what the
 * product registers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Naming } from '../../../src/runtime/metric-names.ts';
import { entriesOf, everyMetric, seriesIn } from '../../support/metric-catalog.ts';
import { exporterName, namesIn } from '../../support/metric-names/names.ts';

/** A name or the beginning of names (`…*`). */
function matches(name: string, entry: string): boolean {
  return entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry;
}

/** A text is a series with the text in a label: `…_info`, or all of a group's texts are labels of one series. */
function isShown(shown: ReadonlySet<string>, labelled: ReadonlySet<string>, name: string): boolean {
  return shown.has(name) || shown.has(`${name}_info`) || labelled.has(name);
}

async function missing(
  file: string,
  namings: readonly Naming[],
  nameOf: (line: string) => string = (line) => line,
): Promise<readonly string[]> {
  const text = await everyMetric(namings);
  const shown = seriesIn(text);
  const labelled = new Set(
    entriesOf(text).flatMap(({ name, labels }) => labels.map((label) => `${name}_${label}`)),
  );
  return [...new Set(namesIn(file).map(nameOf))].filter((name) => !isShown(shown, labelled, name));
}

const ABSENT = namesIn('absent.txt');

test.each<[string, readonly Naming[]]>([
  ['strimzi.txt', ['strimzi']],
  ['strimzi-reporter.txt', ['confluent']],
  ['confluent.txt', ['confluent']],
  ['confluent-old.txt', ['confluent']],
])('the dashboard of %s finds its names with metrics.names=%s', async (file, namings) => {
  const gone = await missing(file, namings);
  expect(gone.filter((name) => !ABSENT.some((entry) => matches(name, entry)))).toEqual([]);
});

test('every attribute of a JVM worker is shown, or is absent for a reason', async () => {
  const gone = await missing('jmx-4.3.1.txt', [], exporterName);
  expect(gone.filter((name) => !ABSENT.some((entry) => matches(name, entry)))).toEqual([]);
});

test('nothing is called absent that is there, or that nobody asks for', async () => {
  const wanted = [
    ...(await missing('jmx-4.3.1.txt', [], exporterName)),
    ...(await missing('strimzi.txt', ['strimzi'])),
    ...(await missing('strimzi-reporter.txt', ['confluent'])),
    ...(await missing('confluent.txt', ['confluent'])),
    ...(await missing('confluent-old.txt', ['confluent'])),
  ];
  expect(ABSENT.filter((entry) => !wanted.some((name) => matches(name, entry)))).toEqual([]);
});

test('docs/connect-parity.md names every absent one', () => {
  const path = join(import.meta.dirname, '../../../docs/connect-parity.md');
  const text = readFileSync(path, 'utf8');
  expect(ABSENT.filter((entry) => !text.includes(`\`${entry}\``))).toEqual([]);
});

test('without metrics.names there is none but Connect’s name for a thing', async () => {
  const [plain, both] = [seriesIn(await everyMetric()), seriesIn(await everyMetric(['strimzi']))];
  expect(plain.has('kafka_connect_worker_task_count')).toBe(false);
  expect([...plain].filter((name) => !both.has(name))).toEqual([]);
  expect(await everyMetric(['strimzi'])).toContain(
    'kafka_connect_connector_task_status{connector="c",task="0",status="unassigned"} 1',
  );
  expect(await everyMetric(['confluent'])).toContain(
    'kafka_connect_connector_metrics{connector="c",status="running"} 1',
  );
});
