import { AppError, type Schema, type Struct } from '../../../src/sdk/index.ts';
import type { Envelope } from './envelope.ts';

/** One rule: a source field (REST or dotted name) goes to a target field. */
export interface Rule {
  readonly source: string;
  readonly target: string;
}

type ToJson = (value: unknown, schema: Schema | undefined, path: string) => unknown;

/**
 * Which source field goes where: the `fields=Source:Target,…` property, or each field to the target's
 * field of the same name. A compound's parts are addressed by dotted (`BillingAddress.Street`) or REST
 * names (`BillingStreet`).
 */
export class Mapping {
  readonly #rules: readonly Rule[] | undefined;
  readonly #writable: ReadonlySet<string>;

  /** `writable`: the target's fields that may be written (used where no rules are given). */
  constructor(rules: readonly Rule[], writable: Iterable<string>) {
    this.#rules = rules.length === 0 ? undefined : rules;
    this.#writable = new Set(writable);
  }

  sourceOf(target: string): string | undefined {
    if (this.#rules === undefined) return target;
    return this.#rules.find((rule) => rule.target === target)?.source;
  }

  /** The value of a source field. */
  read({ body, schema }: { body: Struct; schema: Schema | undefined }, source: string): unknown {
    return flatten(body, schema).find(({ names }) => names.includes(source))?.value;
  }

  /** Target values: of an update only what changed, of an image everything, nulls as nulls. */
  values(
    { body, schema }: { body: Struct; schema: Schema | undefined },
    envelope: Envelope | undefined,
    toJson: ToJson,
  ): Record<string, unknown> {
    const partial = envelope?.op === 'update';
    const values: Record<string, unknown> = {};
    for (const leaf of flatten(body, schema)) {
      if (partial && !leaf.touchedBy.some((name) => envelope.touched.has(name))) continue;
      const nulled = partial && leaf.touchedBy.some((name) => envelope.nulled.has(name));
      for (const target of this.#targets(leaf.names)) {
        values[target] = nulled ? null : toJson(leaf.value, leaf.schema, leaf.names[0]);
      }
    }
    if (envelope !== undefined && !partial) {
      for (const target of this.#targets(['Id'])) values[target] = envelope.id;
    }
    return values;
  }

  #targets(names: readonly string[]): readonly string[] {
    if (this.#rules === undefined) return names.filter((name) => this.#writable.has(name));
    return this.#rules.filter((rule) => names.includes(rule.source)).map((rule) => rule.target);
  }
}

/** `Source:Target,Same` → rules. Throws a `config` error. */
export function parseRules(list: readonly string[]): readonly Rule[] {
  const targets = new Set<string>();
  return list.map((item) => {
    const [source, target = source, ...more] = item.split(':').map((part) => part.trim());
    if (!source || !target || more.length > 0) {
      throw new AppError('config', 'salesforce.fields', `fields has "${item}", which is no rule.`, {
        path: 'fields',
        suggestion: 'Write fields=Source:Target,Source:Target.',
      });
    }
    if (targets.has(target)) {
      throw new AppError('config', 'salesforce.fields', `fields writes ${target} twice.`, {
        path: 'fields',
      });
    }
    targets.add(target);
    return { source, target };
  });
}

interface Leaf {
  /** First the REST name, then others it is known by. */
  readonly names: readonly [string, ...string[]];
  /** Names in `changed[]` that mean this leaf. */
  readonly touchedBy: readonly string[];
  readonly value: unknown;
  readonly schema: Schema | undefined;
}

function flatten(body: Struct, schema: Schema | undefined): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const fields = schema?.fields ?? Object.keys(body).map((name) => ({ name, schema: undefined }));
  for (const { name, schema: fieldSchema } of fields) {
    const value = body[name];
    const compound = name === 'NameParts' ? 'Name' : name;
    if (fieldSchema?.type !== 'struct') {
      leaves.push({ names: [name], touchedBy: [compound], value, schema: fieldSchema });
      continue;
    }
    for (const part of fieldSchema.fields ?? []) {
      const dotted = `${compound}.${part.name}`;
      leaves.push({
        names: [partName(name, part.name), dotted],
        touchedBy: [compound, dotted],
        value: (value as Struct | null | undefined)?.[part.name],
        schema: part.schema,
      });
    }
  }
  return leaves;
}

/** The REST name of a compound's part. */
function partName(compound: string, part: string): string {
  if (compound === 'Name' || compound === 'NameParts') return part;
  if (compound.endsWith('__c')) return `${compound.slice(0, -1)}${part}__s`;
  return compound.endsWith('Address')
    ? `${compound.slice(0, -'Address'.length)}${part}`
    : `${compound}.${part}`;
}
