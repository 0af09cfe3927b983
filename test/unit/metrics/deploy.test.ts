/** Goal: the dashboard and the alerts ask for what a worker shows, and each metric is on the dashboard or left out on purpose. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { entriesOf, everyMetric, seriesIn } from '../../support/metric-catalog.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: unknown }[];
  };
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly runbook_url: string };
    }[];
  }[];
}

const dashboard = JSON.parse(read('deploy/grafana/headwater.json')) as Dashboard;
const rules = (parse(read('deploy/prometheus/alerts.yml')) as Rules).groups.flatMap(
  (group) => group.rules,
);
const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  JSON.stringify(dashboard.templating.list),
  ...rules.map(({ expr }) => expr),
];

function namesAskedFor(query: string): readonly string[] {
  return query.match(/\b(?:kafka|headwater|nodejs|process)_[a-z0-9_]+/g) ?? [];
}

/** Not on the dashboard: rates that Prometheus computes from the totals, and facts that seldom matter. */
const LEFT_OUT = [
  /_rate$/,
  /_startup_(attempts_total|success_percentage)$/,
  /_destroyed_task_count$/,
  /_connector_task_metrics_(connector|task|key|value|header)_\w+_info$/,
  /_(transform|predicate)_metrics_/,
  /_offset_commit_(skip_total|success_percentage|success_total)$/,
  /_fetch_manager_metrics_(fetch_|records_per_request)/,
  /_partition_(assigned|revoked)_latency_/,
  /_coordinator_metrics_last_rebalance_seconds_ago$/,
  /_consumer_metrics_(last_poll|time_between)/,
  /_producer_metrics_request_total$/,
  /^kafka_admin_/,
  /^(nodejs|process)_/,
];

test('panels, variables and alerts ask for metrics that there are', async () => {
  const shown = seriesIn(await everyMetric());
  const asked = new Set(queries.flatMap(namesAskedFor));
  expect(asked.size).toBeGreaterThan(100);
  expect(
    [...asked].filter((name) => !shown.has(name) && !/^process_|^nodejs_gc/.test(name)),
  ).toEqual([]);
});

test('every metric is on the dashboard or left out on purpose', async () => {
  const asked = new Set(queries.flatMap(namesAskedFor));
  const isAsked = (name: string): boolean => asked.has(name) || asked.has(`${name}_bucket`);
  const names = entriesOf(await everyMetric()).map(({ name }) => name);
  const forgotten = names.filter(
    (name) => !isAsked(name) && !LEFT_OUT.some((pattern) => pattern.test(name)),
  );
  expect(forgotten).toEqual([]);
  const idle = LEFT_OUT.filter((pattern) => !names.some((name) => pattern.test(name)));
  expect(idle.map(String)).toEqual([]);
});

test('the dashboard has an uid, and every panel its worker filter', () => {
  expect(dashboard.uid).toBe('headwater');
  expect(dashboard.templating.list.map(({ name }) => name)).toEqual([
    'datasource',
    'worker',
    'connector',
    'task',
  ]);
  const unfiltered = dashboard.panels.filter(({ targets = [] }) =>
    targets.some(({ expr }) => !expr.includes('instance=~"$worker"')),
  );
  expect(unfiltered.map(({ title }) => title)).toEqual([]);
});

test('every alert names a page, and a chapter of it, that exist', () => {
  const broken = rules.filter(({ annotations }) => {
    const [path = '', anchor] = annotations.runbook_url.split('#');
    const headings = read(path).match(/^#+ .*$/gm) ?? [];
    const anchors = headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    return anchor !== undefined && !anchors.includes(anchor);
  });
  expect(broken.map(({ alert }) => alert)).toEqual([]);
});
