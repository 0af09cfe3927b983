import type { Schema } from './schema.ts';

/** The parameter that holds the writer's schema, as JSON text. */
export const WRITER_SCHEMA = 'avro.schema';

/**
 * The schema of a value that is Avro already: bytes, written by somebody else with the Avro schema `json`, whose record's
 * full name is `name`. AvroConverter registers that schema as it stands and passes the bytes on behind its id, so that
 * readers see the record; other converters refuse such a value. One object per writer schema: converters cache by it.
 */
export function encodedAvro(name: string, json: string): Schema {
  return { type: 'bytes', optional: false, name, parameters: { [WRITER_SCHEMA]: json } };
}

/** The writer's schema of a value that is Avro already, or undefined. */
export function writerSchemaOf(schema: Schema | undefined): string | undefined {
  return schema?.type === 'bytes' ? schema.parameters?.[WRITER_SCHEMA] : undefined;
}
