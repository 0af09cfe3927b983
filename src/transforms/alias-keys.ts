/** `transforms.<alias>.*` and `predicates.<alias>.*` as definitions, for validation. */
import type { ConfigDef, ConfigKey, Properties } from '../config/definition.ts';
import { PREDICATES, TRANSFORMS, findClass } from './catalog.ts';
import type { PredicateClass, TransformClass } from './catalog.ts';

/** The aliases a LIST property names. */
export function aliasesOf(properties: Properties, list: 'transforms' | 'predicates'): string[] {
  return (properties[list] ?? '')
    .split(',')
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '');
}

/** The keys of every transform and predicate a connector's properties name, in their order. */
export function aliasKeys(properties: Properties): ConfigDef {
  const predicates = aliasesOf(properties, 'predicates');
  return [
    ...aliasesOf(properties, 'transforms').flatMap((alias) => [
      ...keysOf('transforms', 'Transformation', alias, properties, TRANSFORMS),
      ...predicateKeys(alias, predicates),
    ]),
    ...predicates.flatMap((alias) =>
      keysOf('predicates', 'Predicate', alias, properties, PREDICATES),
    ),
  ];
}

function keysOf(
  list: 'transforms' | 'predicates',
  kind: 'Transformation' | 'Predicate',
  alias: string,
  properties: Properties,
  classes: readonly (TransformClass | PredicateClass)[],
): ConfigDef {
  const prefix = `${list}.${alias}.`;
  const group = `${list === 'transforms' ? 'Transforms' : 'Predicates'}: ${alias}`;
  const type: ConfigKey = {
    name: `${prefix}type`,
    type: 'CLASS',
    importance: 'HIGH',
    documentation: `Class for the '${alias}' ${kind.toLowerCase()}.`,
    group,
    width: 'LONG',
    displayName: `${kind} type for ${alias}`,
    recommended: classes.map((known) => known.class),
    check: (value) =>
      findClass(classes, String(value)) === undefined
        ? `Class ${String(value)} could not be found.`
        : undefined,
  };
  const found = findClass(classes, (properties[type.name] ?? '').trim());
  const own = (found?.config ?? []).map((key) => ({ ...key, name: prefix + key.name, group }));
  return [type, ...own];
}

function predicateKeys(alias: string, predicates: readonly string[]): ConfigDef {
  const group = `Transforms: ${alias}`;
  return [
    {
      name: `transforms.${alias}.predicate`,
      type: 'STRING',
      default: null,
      importance: 'MEDIUM',
      documentation:
        'The alias of a predicate used to determine whether to apply this transformation.',
      group,
      displayName: 'predicate',
      check: (value) =>
        value === '' || predicates.includes(String(value))
          ? undefined
          : `There is no predicate of that alias in predicates.`,
    },
    {
      name: `transforms.${alias}.negate`,
      type: 'BOOLEAN',
      default: 'false',
      importance: 'MEDIUM',
      documentation: 'Whether the configured predicate should be negated.',
      group,
      displayName: 'negate',
    },
  ];
}
