/** The two choices AvroData leaves about how a Connect schema looks in Avro. */
import { CONNECT_PARAMETERS, CONNECT_TYPE, ENUM_PARAMETER, splitName } from './names.ts';
import type { AvroDefinition, AvroSchema } from './names.ts';

export interface AvroStyle {
  /** Confluent's `connect.meta.data`: names, versions, parameters and defaults of Connect's in `connect.*` properties. */
  readonly connectMeta: boolean;
  /** Confluent's `enhanced.avro.schema.support`: strings that were Avro enumerations are enumerations again. */
  readonly enums: boolean;
}

/** What AvroData keeps without meta data: without these a value couldn't be read back. */
const ALWAYS_KEPT = new Set<string>([CONNECT_TYPE, 'connect.internal.type']);

/** A schema written by `toAvro`, in this style. */
export function styled(schema: AvroSchema, style: AvroStyle): AvroSchema {
  if (style.connectMeta && !style.enums) return schema;
  return write(schema, style, new Set());
}

function write(schema: AvroSchema, style: AvroStyle, defined: Set<string>): AvroSchema {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return schema.map((branch) => write(branch, style, defined));
  const asEnum = style.enums ? enumOf(schema, defined) : undefined;
  if (asEnum !== undefined) return asEnum;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (!style.connectMeta && name.startsWith('connect.') && !ALWAYS_KEPT.has(name)) continue;
    kept[name] =
      name === 'items' || name === 'values' ? write(value as AvroSchema, style, defined) : value;
  }
  if (schema.fields !== undefined) {
    kept['fields'] = schema.fields.map((field) => ({
      ...field,
      type: write(field.type, style, defined),
    }));
  }
  const properties = Object.keys(kept);
  return properties.length === 1 && schema.fields === undefined
    ? schema.type
    : (kept as AvroDefinition);
}

function isUnion(schema: readonly AvroSchema[] | AvroDefinition): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}

/** A named type is written out once and named afterwards. */
function enumOf(schema: AvroDefinition, defined: Set<string>): AvroSchema | undefined {
  const parameters = (schema[CONNECT_PARAMETERS] ?? {}) as Readonly<Record<string, string>>;
  const name = parameters[ENUM_PARAMETER];
  if (schema.type !== 'string' || name === undefined) return undefined;
  if (defined.has(name)) return name;
  defined.add(name);
  const { namespace, simple } = splitName(name);
  const symbols = Object.entries(parameters)
    .filter(([parameter]) => parameter.startsWith(`${ENUM_PARAMETER}.`))
    .map(([, symbol]) => symbol);
  return { type: 'enum', name: simple, ...(namespace === undefined ? {} : { namespace }), symbols };
}
