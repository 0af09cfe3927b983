import type { Registry } from 'prom-client';
import type { Labels } from '../foundation/metrics.ts';
import { renamed, type NamedSample, type Naming } from './metric-names.ts';

/** What the registry holds, sample by sample; histograms are left out. */
export async function samplesOf(registry: Registry): Promise<readonly NamedSample[]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.flatMap(({ name, type, values }) =>
    String(type) === 'histogram'
      ? []
      : values.map(({ labels, value }) => ({ name, value, labels: textLabels(labels) })),
  );
}

/** The samples that these namings call otherwise, in Prometheus' text format, all of a name together. */
export function textIn(namings: readonly Naming[], samples: readonly NamedSample[]): string {
  const lines = new Map<string, string[]>();
  for (const naming of namings) {
    for (const sample of samples) {
      const other = renamed(naming, sample);
      if (other === undefined) continue;
      const { name, labels, value } = other;
      const line = `${name}${braced(labels)} ${numeral(value)}`;
      const known = lines.get(name);
      if (known === undefined) lines.set(name, [`# TYPE ${name} untyped`, line]);
      else known.push(line);
    }
  }
  return [...lines.values()].map((each) => `${each.join('\n')}\n`).join('');
}

function textLabels(labels: Readonly<Partial<Record<string, string | number>>>): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}

function braced(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`);
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
