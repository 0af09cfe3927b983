/** `transforms.<alias>.*` and `predicates.<alias>.*` as definitions, for validation; order and words are Connect's. */
import type { ConfigDef, ConfigKey, Properties } from '../config/definition.ts';
import { CLASSES_VERSION, PREDICATES, TRANSFORMS, findClass } from './catalog.ts';
import type { PredicateClass, TransformClass } from './catalog.ts';

/** The aliases a LIST property names, each once. */
export function aliasesOf(properties: Properties, list: 'transforms' | 'predicates'): string[] {
  const aliases = (properties[list] ?? '').split(',').map((alias) => alias.trim());
  return [...new Set(aliases)].filter((alias) => alias !== '');
}

/** The keys of every transform and predicate a connector's properties name, in their order. */
export function aliasKeys(properties: Properties): ConfigDef {
  const predicates = aliasesOf(properties, 'predicates');
  return [
    ...aliasesOf(properties, 'transforms').flatMap((alias) =>
      keysOf(TRANSFORM, alias, properties, TRANSFORMS, predicateKeys(predicates)),
    ),
    ...predicates.flatMap((alias) => keysOf(PREDICATE, alias, properties, PREDICATES, [])),
  ];
}

interface Kind {
  readonly list: 'transforms' | 'predicates';
  readonly group: string;
  readonly name: string;
}

const TRANSFORM: Kind = { list: 'transforms', group: 'Transforms', name: 'Transformation' };
const PREDICATE: Kind = { list: 'predicates', group: 'Predicates', name: 'Predicate' };

function keysOf(
  kind: Kind,
  alias: string,
  properties: Properties,
  classes: readonly (TransformClass | PredicateClass)[],
  implicit: ConfigDef,
): ConfigDef {
  const prefix = `${kind.list}.${alias}.`;
  const shared = { group: `${kind.group}: ${alias}`, importance: 'HIGH', width: 'LONG' } as const;
  const type: ConfigKey = {
    ...shared,
    name: `${prefix}type`,
    type: 'CLASS',
    documentation: `Class for the '${alias}' ${kind.name.toLowerCase()}.`,
    displayName: `${kind.name} type for ${alias}`,
    recommended: classes.map((known) => known.class),
    check: (value) =>
      findClass(classes, String(value)) === undefined
        ? `Class ${String(value)} could not be found.`
        : undefined,
    refusal: () => negatedNothing(prefix, properties),
  };
  const version: ConfigKey = {
    ...shared,
    name: `${prefix}plugin.version`,
    type: 'STRING',
    default: CLASSES_VERSION,
    documentation: `Version of the '${alias}' ${kind.name.toLowerCase()}.`,
    displayName: `${kind.name} version for ${alias}`,
    recommended: [CLASSES_VERSION],
    check: (value) =>
      value === CLASSES_VERSION ? undefined : `Only version ${CLASSES_VERSION} is here.`,
  };
  const found = findClass(classes, (properties[type.name] ?? '').trim());
  const own = sorted([...implicit, ...(found?.config ?? [])]);
  const { group } = shared;
  return [type, version, ...own.map((key) => ({ ...key, name: prefix + key.name, group }))].map(
    (key, order) => ({ ...key, order }),
  );
}

const IMPORTANCES = ['HIGH', 'MEDIUM', 'LOW'];

/** Required ones first, then by importance, then by name: so Connect embeds a class's properties. */
function sorted(def: ConfigDef): ConfigDef {
  const rank = ({ default: fallback, importance }: ConfigKey): number =>
    (fallback === undefined ? 0 : IMPORTANCES.length) + IMPORTANCES.indexOf(importance);
  return def.toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

function negatedNothing(prefix: string, properties: Properties): string | undefined {
  const [negate, predicate] = [`${prefix}negate`, `${prefix}predicate`];
  return properties[negate] === undefined || properties[predicate] !== undefined
    ? undefined
    : `Config '${negate}' was provided but there is no config '${predicate}' defining a predicate to be negated.`;
}

function predicateKeys(predicates: readonly string[]): ConfigDef {
  return [
    {
      name: 'predicate',
      type: 'STRING',
      default: null,
      importance: 'MEDIUM',
      documentation:
        'The alias of a predicate used to determine whether to apply this transformation.',
      group: '',
      width: 'NONE',
      displayName: 'predicate',
      check: (value) =>
        value === '' || predicates.includes(String(value))
          ? undefined
          : `There is no predicate of that alias in predicates.`,
    },
    {
      name: 'negate',
      type: 'BOOLEAN',
      default: 'false',
      importance: 'MEDIUM',
      documentation: 'Whether the configured predicate should be negated.',
      group: '',
      width: 'NONE',
      displayName: 'negate',
    },
  ];
}
