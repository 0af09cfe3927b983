/** Properties that several transforms have, in Connect's words, and how they read them. */
import type { Config } from '../config/config.ts';
import type { ConfigDef, ConfigKey } from '../config/definition.ts';
import { AppError } from '../foundation/errors.ts';

type Extra = Omit<Partial<ConfigKey>, 'name' | 'type' | 'documentation'>;

export function stringKey(name: string, documentation: string, extra: Extra = {}): ConfigKey {
  return key('STRING', name, documentation, extra);
}

export function listKey(name: string, documentation: string, extra: Extra = {}): ConfigKey {
  return key('LIST', name, documentation, extra);
}

export function key(
  type: ConfigKey['type'],
  name: string,
  documentation: string,
  extra: Extra = {},
): ConfigKey {
  const own = {
    importance: 'MEDIUM',
    group: '',
    width: 'NONE',
    displayName: name,
    ...extra,
  } as const;
  return { name, type, documentation, ...own };
}

export const REPLACE_NULL: ConfigKey = key(
  'BOOLEAN',
  'replace.null.with.default',
  'Whether to replace fields that have a default value and that are null to the default value. When set to true, the default value is used, otherwise null is used.',
  { default: 'true' },
);

/** Connect's words for a list that may hold whatever there is. */
const ANYTHING = 'any non-empty value';

/** A class without properties of its own. */
export const NO_OPTIONS: ConfigDef = [];

/** ConfigDef's NonEmptyString. */
export function nonEmpty(value: unknown): string | undefined {
  return value === '' ? 'String must be non-empty' : undefined;
}

/** NonEmptyListValidator. */
export function nonEmptyList(value: unknown): string | undefined {
  return Array.isArray(value) && value.length > 0 ? undefined : 'Empty list';
}

/** `ValidList.anyNonDuplicateValues`: duplicates are let go before it looks. */
export function valuesIn(emptyAllowed: boolean): NonNullable<ConfigKey['refusal']> {
  return (value, name) => {
    const values = value as readonly string[];
    if (!emptyAllowed && values.length === 0) {
      return `Configuration '${name}' must not be empty. Valid values include: ${ANYTHING}`;
    }
    return values.includes('') ? `Configuration '${name}' values must not be empty.` : undefined;
  };
}

/** `ValidString.in`. */
export function oneOf(...values: readonly string[]): Extra {
  return {
    check: (value) =>
      values.includes(String(value)) ? undefined : `String must be one of: ${values.join(', ')}`,
  };
}

/** A STRING as Connect has it: trimmed, '' is a value; undefined = unset without a default. */
export function textOf(config: Config, def: ConfigDef, name: string): string | undefined {
  const fallback = def.find((defined) => defined.name === name)?.default;
  return (config.properties[name] ?? fallback ?? undefined)?.trim();
}

/** A `config` error about one of a transform's own properties. */
export function refused(path: string, message: string, suggestion?: string): AppError {
  return new AppError('config', 'config.invalid', message, { path, suggestion });
}
