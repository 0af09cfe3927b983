import { AppError } from '../foundation/errors.ts';
import type { ConfigDef, ConfigKey, Properties } from './definition.ts';

/**
 * Parsed properties: typed reads by name. Reading a name the definition doesn't have, or by the
 * wrong type, is our bug and throws; a missing required value was found by `validate` before.
 */
export class Config {
  /** The properties as given, references resolved. */
  readonly properties: Properties;
  readonly #keys: ReadonlyMap<string, ConfigKey>;

  constructor(def: ConfigDef, properties: Properties) {
    this.properties = properties;
    this.#keys = new Map(def.map((key) => [key.name, key]));
  }

  /** STRING, CLASS or PASSWORD; throws a `config` error when unset. */
  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined) {
      throw new AppError('config', 'config.missing', `${name} is required.`, { path: name });
    }
    return value;
  }

  optionalString(name: string): string | undefined {
    const raw = this.properties[name] ?? this.#key(name).default ?? undefined;
    return raw === undefined || raw === '' ? undefined : raw;
  }

  /** INT, SHORT, LONG or DOUBLE. */
  number(name: string): number {
    const value = Number(this.string(name));
    if (!Number.isFinite(value)) {
      throw new AppError('config', 'config.invalid', `${name} must be a number.`, { path: name });
    }
    return value;
  }

  boolean(name: string): boolean {
    return this.string(name).trim().toLowerCase() === 'true';
  }

  /** Comma-separated; empty when unset. */
  list(name: string): readonly string[] {
    const raw = this.optionalString(name);
    if (raw === undefined) return [];
    return raw
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** Properties that start with `prefix`, the prefix taken off. */
  withPrefix(prefix: string): Properties {
    return Object.fromEntries(
      Object.entries(this.properties)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  }

  #key(name: string): ConfigKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(`${name} is not defined`);
    return key;
  }
}
