import { AppError, messageOf } from '../foundation/errors.ts';
import type { Properties } from './definition.ts';
import type { ConfigProviders, ProvidedValue } from './providers.ts';

/** Connect's: `${provider:key}` or `${provider:path:key}`. */
const REFERENCE = /\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}/g;

/** Whether a value refers to a provider. */
export function hasReference(value: string): boolean {
  return value.search(REFERENCE) >= 0;
}

/** Told of each value that is good for so long only. */
type OnTtl = (ttlMs: number) => void;

/**
 * The properties with every reference replaced by its provider's value, once (a value that looks like a
 * reference stays). An unknown provider leaves the reference as written; a key or file that isn't there
 * is a `config` error naming the property, never a value.
 */
export async function resolveReferences(
  properties: Properties,
  providers: ConfigProviders,
  onTtl?: OnTtl,
): Promise<Properties> {
  if (providers.size === 0) return properties;
  const resolved: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    resolved[name] = hasReference(value)
      ? await resolveValue(name, value, providers, onTtl)
      : value;
  }
  return resolved;
}

async function resolveValue(
  name: string,
  value: string,
  providers: ConfigProviders,
  onTtl: OnTtl | undefined,
): Promise<string> {
  let result = '';
  let end = 0;
  for (const match of value.matchAll(REFERENCE)) {
    const [whole, alias = '', path = '', key = ''] = match;
    const found = await lookUp(name, { whole, alias, path, key }, providers, onTtl);
    result += value.slice(end, match.index) + found;
    end = match.index + whole.length;
  }
  return result + value.slice(end);
}

async function lookUp(
  name: string,
  reference: { whole: string; alias: string; path: string; key: string },
  providers: ConfigProviders,
  onTtl: OnTtl | undefined,
): Promise<string> {
  const { whole, alias, path, key } = reference;
  const provider = providers.get(alias);
  if (provider === undefined) return whole;
  let found: ProvidedValue | undefined;
  try {
    found = await provider.get(path, key);
  } catch (cause) {
    throw unresolved(name, whole, messageOf(cause), cause);
  }
  if (found === undefined) throw unresolved(name, whole, `the provider ${alias} has no ${key}`);
  if (typeof found === 'string') return found;
  onTtl?.(found.ttlMs);
  return found.value;
}

function unresolved(name: string, reference: string, why: string, cause?: unknown): AppError {
  const message = `${name}: ${reference} can't be resolved: ${why.replace(/\.$/, '')}.`;
  // A provider that is away is no mistake of the configuration.
  const kind = cause instanceof AppError && cause.kind === 'retriable' ? 'retriable' : 'config';
  return new AppError(kind, 'config.reference', message, { path: name, cause });
}
