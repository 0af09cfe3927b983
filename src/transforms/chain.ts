import { closest } from 'fastest-levenshtein';
import { findClass, simpleName, type NamedClass } from '../config/classes.ts';
import { Config } from '../config/config.ts';
import type { ConfigDef, Properties } from '../config/definition.ts';
import { parseValue } from '../config/parse.ts';
import type { ConnectRecord } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import { aliasesOf } from './alias-keys.ts';
import { BUILT_IN, type TransformClasses } from './catalog.ts';
import { throwing } from './thrower.ts';
import { NO_TRANSFORM, type Predicate, type Transform } from './transform.ts';

/**
 * The transforms a connector's properties name, in order, each behind its predicate. An empty chain
 * is NO_TRANSFORM. Throws a `config` error naming the property.
 */
export function buildTransformChain(
  properties: Properties,
  known: TransformClasses = BUILT_IN,
): Transform {
  const predicates = new Map(
    aliasesOf(properties, 'predicates').map((alias) => [
      alias,
      create(known.predicates, `predicates.${alias}.`, properties),
    ]),
  );
  const stages = aliasesOf(properties, 'transforms').map((alias) =>
    stageOf(alias, properties, predicates, known),
  );
  if (stages.length === 0) return NO_TRANSFORM;
  return {
    apply: <R extends ConnectRecord>(record: R): R | undefined => {
      let current: R | undefined = record;
      for (const stage of stages) {
        current = stage.apply(current);
        if (current === undefined) return undefined;
      }
      return current;
    },
  };
}

function stageOf(
  alias: string,
  properties: Properties,
  predicates: ReadonlyMap<string, Predicate>,
  known: TransformClasses,
): Transform {
  const prefix = `transforms.${alias}.`;
  const transform = create(known.transforms, prefix, properties);
  const type = properties[`${prefix}type`]?.trim() ?? '';
  const className = findClass(known.transforms, type)?.class ?? type;
  const stage: Transform = {
    apply: (record) => throwing(className, () => transform.apply(record)),
  };
  const name = properties[`${prefix}predicate`]?.trim() ?? '';
  if (name === '') return stage;
  const predicate = predicates.get(name);
  if (predicate === undefined) {
    const message = `${prefix}predicate: there is no predicate ${name} in predicates.`;
    throw new AppError('config', 'config.invalid', message, { path: `${prefix}predicate` });
  }
  const wanted = properties[`${prefix}negate`]?.trim().toLowerCase() !== 'true';
  return {
    apply: (record) => (predicate.test(record) === wanted ? stage.apply(record) : record),
  };
}

interface Creatable<T> extends NamedClass {
  readonly config: ConfigDef;
  create(config: Config): T;
}

function create<T>(classes: readonly Creatable<T>[], prefix: string, properties: Properties): T {
  const path = `${prefix}type`;
  const name = (properties[path] ?? '').trim();
  const version = `${prefix}plugin.version`;
  const found = findClass(classes, name, properties[version], version);
  if (found === undefined) {
    const problem = `Class ${name} could not be found.`;
    const message =
      name === ''
        ? `Missing required configuration "${path}" which has no default value.`
        : `Invalid value ${name} for configuration ${path}: ${problem}`;
    const names = classes.map((known) => known.class);
    const near = closest(name, name.includes('.') ? names : names.map(simpleName));
    throw new AppError('config', 'config.class', message, {
      path,
      suggestion: name === '' ? undefined : `Did you mean ${near}?`,
    });
  }
  return configured(found, prefix, properties);
}

/** The class with its own options, checked; errors name the property with its prefix. */
function configured<T>(found: Creatable<T>, prefix: string, properties: Properties): T {
  const own = Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  for (const key of found.config) {
    const { errors } = parseValue({ ...key, name: prefix + key.name }, own[key.name]);
    const [error] = errors;
    if (error !== undefined) {
      throw new AppError('config', 'config.invalid', error, { path: prefix + key.name });
    }
  }
  try {
    return found.create(new Config(found.config, own));
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.kind !== 'config') throw cause;
    const path = prefix + (cause.path ?? 'type');
    const { code, message, suggestion } = cause;
    throw new AppError('config', code, `${path}: ${message}`, { path, suggestion, cause });
  }
}
