/** Properties nobody defines. Connect ignores them; a misspelt one should be said. */
import { distance } from 'fastest-levenshtein';
import type { ConfigDef, Finding, Properties } from './definition.ts';

/** Names under these belong to someone else (clients, converters, aliases): never reported. */
export const CONNECTOR_PREFIXES: readonly string[] = [
  'producer.override.',
  'consumer.override.',
  'admin.override.',
  'key.converter.',
  'value.converter.',
  'header.converter.',
  'transforms.',
  'predicates.',
  'topic.creation.',
  'errors.',
];

export interface UnknownProperties {
  /** Almost a known name: a mistake. */
  readonly errors: readonly Finding[];
  /** Like nothing known: ignored, as Connect does. */
  readonly warnings: readonly Finding[];
}

/** Sorts the properties `def` doesn't have by whether they look like one it has. */
export function unknownProperties(
  def: ConfigDef,
  properties: Properties,
  prefixes: readonly string[] = CONNECTOR_PREFIXES,
): UnknownProperties {
  const known = def.map((key) => key.name);
  const open = [...prefixes, ...def.filter((key) => key.prefix === true).map((key) => key.name)];
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  for (const name of Object.keys(properties)) {
    if (known.includes(name) || open.some((prefix) => name.startsWith(prefix))) continue;
    const near = nearest(name, known);
    if (near === undefined) {
      warnings.push({ path: name, message: `Unknown property ${name}: it is ignored.` });
    } else {
      const message = `Unknown property ${name}: did you mean ${near}?`;
      errors.push({ path: name, message });
    }
  }
  return { errors, warnings };
}

/** The known name within two edits (one, if it is short), or undefined. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const allowed = name.length < 8 ? 1 : 2;
  let best: string | undefined;
  let least = allowed + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const edits = distance(name, candidate);
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
