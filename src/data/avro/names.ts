/** Property and name constants of Confluent's AvroData: what JVM readers look for in our schemas. */
export const CONNECT_NAME = 'connect.name';
export const CONNECT_VERSION = 'connect.version';
export const CONNECT_DOC = 'connect.doc';
export const CONNECT_PARAMETERS = 'connect.parameters';
export const CONNECT_DEFAULT = 'connect.default';
export const CONNECT_TYPE = 'connect.type';
export const CONNECT_INTERNAL_TYPE = 'connect.internal.type';

export const AVRO_NAMESPACE = 'io.confluent.connect.avro';
export const DEFAULT_RECORD_NAME = 'ConnectDefault';
export const MAP_ENTRY = 'MapEntry';
/** The struct that stands for a union of several types, one optional field per branch. */
export const UNION_NAME = `${AVRO_NAMESPACE}.Union`;
export const ENUM_PARAMETER = `${AVRO_NAMESPACE}.Enum`;
export const FIXED_SIZE_PARAMETER = 'connect.fixed.size';

export const DECIMAL_PRECISION = 'connect.decimal.precision';
/** AvroData's precision of a decimal that doesn't say. */
export const DEFAULT_PRECISION = 64;

/** An Avro schema as parsed JSON: a name, a union or a definition. */
export type AvroSchema = string | readonly AvroSchema[] | AvroDefinition;

export interface AvroDefinition {
  readonly type: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields?: readonly AvroField[];
  readonly items?: AvroSchema;
  readonly values?: AvroSchema;
  readonly symbols?: readonly string[];
  readonly size?: number;
  readonly logicalType?: string;
  readonly [property: string]: unknown;
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc?: string;
  readonly default?: unknown;
}

export const AVRO_PRIMITIVES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** A named definition's full name: a dotted name stands alone, else the namespace goes before. */
export function fullName(name: string, namespace: string | undefined): string {
  if (name.includes('.') || namespace === undefined || namespace === '') return name;
  return `${namespace}.${name}`;
}

export function splitName(name: string): { namespace: string | undefined; simple: string } {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return { namespace: undefined, simple: name };
  return { namespace: name.slice(0, dot), simple: name.slice(dot + 1) };
}

/** The field that stands for a union's branch: the type's name, of named types the simple one. */
export function branchName(branch: AvroSchema): string {
  if (typeof branch === 'string') return splitName(branch).simple;
  if (isUnion(branch)) return 'union';
  return branch.name === undefined ? branch.type : splitName(branch.name).simple;
}

export function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
