/** Properties nobody defines. Connect ignores them; a misspelt one should be said. */
import { distance } from 'fastest-levenshtein';
import type { ConfigDef, Finding, Properties } from './definition.ts';

/**
 * Names under these belong to someone else (clients, converters, aliases): no warning that nobody knows
 * them.
 */
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

/** Under these a user chooses part of the name: a likeness means nothing. */
const CHOSEN_NAMES: readonly string[] = ['transforms.', 'predicates.', 'topic.creation.'];

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
    if (known.includes(name) || startsWithAny(name, CHOSEN_NAMES)) continue;
    const near = nearest(name, known);
    if (near !== undefined) {
      errors.push({ path: name, message: `Unknown property ${name}: did you mean ${near}?` });
    } else if (!startsWithAny(name, open)) {
      warnings.push({ path: name, message: `Unknown property ${name}: it is ignored.` });
    }
  }
  return { errors, warnings };
}

function startsWithAny(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
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
