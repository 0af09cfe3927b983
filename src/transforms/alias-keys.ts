/** `transforms.<alias>.*` and `predicates.<alias>.*` as definitions, for validation; order and words are Connect's. */
import { findClass, versionOf, versionProblem, versionsOf } from '../config/classes.ts';
import type { ConfigDef, ConfigKey, Properties } from '../config/definition.ts';
import { BUILT_IN } from './catalog.ts';
import type { PredicateClass, TransformClass, TransformClasses } from './catalog.ts';

/** The aliases a LIST property names, each once. */
export function aliasesOf(properties: Properties, list: 'transforms' | 'predicates'): string[] {
  const aliases = (properties[list] ?? '').split(',').map((alias) => alias.trim());
  return [...new Set(aliases)].filter((alias) => alias !== '');
}

/** The keys of every transform and predicate a connector's properties name, in their order. */
export function aliasKeys(properties: Properties, known: TransformClasses = BUILT_IN): ConfigDef {
  const predicates = aliasesOf(properties, 'predicates');
  return [
    ...aliasesOf(properties, 'transforms').flatMap((alias) =>
      keysOf(TRANSFORM, alias, properties, known.transforms, predicateKeys(predicates)),
    ),
    ...predicates.flatMap((alias) => keysOf(PREDICATE, alias, properties, known.predicates, [])),
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
    recommended: [...new Set(classes.map((known) => known.class))],
    check: (value) =>
      versionsOf(classes, String(value)).length === 0 && nested(classes, String(value)).length === 0
        ? `Class ${String(value)} could not be found.`
        : undefined,
    refusal: (value) => negatedNothing(prefix, properties) ?? abstract(classes, String(value)),
  };
  const className = (properties[type.name] ?? '').trim();
  const versions = versionsOf(classes, className).map(versionOf);
  const version: ConfigKey = {
    ...shared,
    name: `${prefix}plugin.version`,
    type: 'STRING',
    default: versions.at(-1) ?? null,
    documentation: `Version of the '${alias}' ${kind.name.toLowerCase()}.`,
    displayName: `${kind.name} version for ${alias}`,
    recommended: versions,
    refusal: (value) => versionProblem(classes, className, String(value)),
  };
  const found = newest(classes, className, properties[version.name]);
  const own = found === undefined ? [] : sorted([...implicit, ...found.config]);
  const { group } = shared;
  return [type, version, ...own.map((key) => ({ ...key, name: prefix + key.name, group }))].map(
    (key, order) => ({ ...key, order }),
  );
}

/** The version asked for; the newest, when that one isn't here: its properties are shown beside the error. */
function newest<C extends TransformClass | PredicateClass>(
  classes: readonly C[],
  className: string,
  version: string | undefined,
): C | undefined {
  const isWrong = versionProblem(classes, className, version ?? '') !== undefined;
  return findClass(classes, className, isWrong ? undefined : version);
}

/** `HoistField` is nothing to run: `HoistField$Key` and `HoistField$Value` are. */
function nested(
  classes: readonly (TransformClass | PredicateClass)[],
  className: string,
): readonly string[] {
  const names = classes.map((known) => known.class);
  return [...new Set(names.filter((name) => name.startsWith(`${className}$`)))].toSorted();
}

function abstract(
  classes: readonly (TransformClass | PredicateClass)[],
  className: string,
): string | undefined {
  const meant = nested(classes, className);
  if (meant.length === 0) return undefined;
  return `This class is abstract and cannot be created. Did you mean ${meant.join(', ')}?`;
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
