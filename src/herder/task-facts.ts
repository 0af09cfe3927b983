/** Which classes and versions a task runs with, as series that say it: Connect's `connector-task-metrics` and its like. */
import { CLASSES_VERSION, findClass, type NamedClass } from '../config/classes.ts';
import type { Properties } from '../config/definition.ts';
import type { Clock } from '../foundation/clock.ts';
import { Measures } from '../foundation/measures.ts';
import type { Metrics } from '../foundation/metrics.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import { aliasesOf } from '../transforms/alias-keys.ts';
import type { PluginClasses } from './plugin-classes.ts';

const TASK = 'kafka_connect_connector_task_metrics_';

export interface TaskFacts {
  readonly plugin: Pick<PluginDescriptor, 'class' | 'type' | 'version'>;
  /** The connector's properties, references resolved. */
  readonly resolved: Properties;
  readonly converters: Readonly<Record<'key' | 'value' | 'header', NamedVersion>>;
  readonly classes: PluginClasses;
}

export interface NamedVersion {
  readonly className: string;
  /** As the properties ask for; undefined = the newest. */
  readonly version: string | undefined;
}

/** `metrics` labels connector and task. Disposing removes them. */
export function taskFacts(metrics: Metrics, clock: Clock, facts: TaskFacts): Disposable {
  const measures = new Measures(metrics, clock);
  const { plugin, converters, classes } = facts;
  const say = (name: string, text: string): void =>
    measures.fact(`${TASK}${name}`, `A task's ${name.replaceAll('_', ' ')}.`, name, text);
  say('connector_class', plugin.class);
  say('connector_type', plugin.type);
  say('connector_version', plugin.version);
  say('task_class', plugin.class);
  say('task_version', plugin.version);
  for (const kind of ['key', 'value', 'header'] as const) {
    const known = kind === 'header' ? classes.headerConverters : classes.converters;
    const [name, version] = named(known, converters[kind]);
    say(`${kind}_converter_class`, name);
    say(`${kind}_converter_version`, version);
  }
  chain(metrics, measures, facts, 'transform');
  chain(metrics, measures, facts, 'predicate');
  return measures;
}

/** Each transform or predicate has its own series, by the alias the properties give it. */
function chain(
  metrics: Metrics,
  measures: Measures,
  { resolved, classes }: TaskFacts,
  kind: 'transform' | 'predicate',
): void {
  const known: readonly NamedClass[] = classes[`${kind}s`];
  for (const alias of aliasesOf(resolved, `${kind}s`)) {
    const prefix = `${kind}s.${alias}.`;
    const [className, version] = named(known, {
      className: resolved[`${prefix}type`]?.trim() ?? '',
      version: resolved[`${prefix}plugin.version`],
    });
    for (const [what, text] of Object.entries({ class: className, version })) {
      const name = `kafka_connect_connector_${kind}_metrics_${kind}_${what}_info`;
      const labels = { [kind]: alias, [`${kind}_${what}`]: text };
      measures.keep(metrics.observedGauge(name, `A ${kind}'s ${what}.`, labels, () => 1));
    }
  }
}

function named(
  known: readonly NamedClass[],
  { className, version }: NamedVersion,
): readonly [string, string] {
  const found = findClass(known, className, version);
  return [found?.class ?? className, found?.version ?? CLASSES_VERSION];
}
