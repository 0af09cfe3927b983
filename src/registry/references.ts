import { parseAvro } from '../data/avro.ts';
import type { AvroSchema } from '../data/avro.ts';
import { stringifyJson } from '../data/exact-json.ts';
import { AppError } from '../foundation/errors.ts';

/** A named type a schema takes from another subject. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/**
 * `schema` with each referenced type's definition written in where it is first named, so that it
 * stands alone. A type defined twice that way (two references that share a third) is kept once.
 */
export async function inlineReferences(
  schema: string,
  references: readonly SchemaReference[],
  read: (reference: SchemaReference) => Promise<string | undefined>,
): Promise<string> {
  if (references.length === 0) return schema;
  const definitions = new Map<string, AvroSchema>();
  for (const reference of references) {
    const definition = await read(reference);
    if (definition === undefined) {
      const message = `The schema refers to ${reference.name}, which ${reference.subject} version ${reference.version} doesn't hold.`;
      throw new AppError('data', 'registry.reference.missing', message);
    }
    definitions.set(reference.name, parseAvro(definition));
  }
  return stringifyJson(writeIn(parseAvro(schema), definitions, new Set()));
}

function writeIn(
  node: unknown,
  definitions: ReadonlyMap<string, AvroSchema>,
  defined: Set<string>,
): unknown {
  if (typeof node === 'string') {
    const definition = definitions.get(node);
    if (definition === undefined || defined.has(node)) return node;
    return writeIn(definition, definitions, defined);
  }
  if (Array.isArray(node)) return node.map((item) => writeIn(item, definitions, defined));
  if (typeof node !== 'object' || node === null) return node;
  const definition = node as Readonly<Record<string, unknown>>;
  const { name, namespace } = definition;
  if (
    typeof name === 'string' &&
    (definition['type'] === 'record' ||
      definition['type'] === 'enum' ||
      definition['type'] === 'fixed')
  ) {
    const full =
      typeof namespace === 'string' && !name.includes('.') ? `${namespace}.${name}` : name;
    if (defined.has(full)) return full;
    defined.add(full);
  }
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(definition)) {
    // Only these hold schemas; a doc or a default may look like a name.
    const holdsSchema = key === 'type' || key === 'items' || key === 'values' || key === 'fields';
    copy[key] = holdsSchema ? writeIn(value, definitions, defined) : value;
  }
  return copy;
}
