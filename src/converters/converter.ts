import type { Schema, SchemaAndValue } from '../data/schema.ts';

/**
 * Bytes to Connect data and back. Synchronous once a schema is known, a promise the first time (a
 * registry was asked): callers await only what is a promise. Throws `data` errors naming the field's
 * path; `retriable` when the registry is away.
 */
export interface Converter {
  encode(
    topic: string,
    schema: Schema | undefined,
    value: unknown,
  ): Uint8Array | null | Promise<Uint8Array | null>;
  decode(topic: string, bytes: Uint8Array | null): SchemaAndValue | Promise<SchemaAndValue>;
  /** The newest schema registered for a topic, where the converter has a registry. */
  latest?(topic: string): Promise<Schema | undefined>;
  /** All schemas registered for a topic, oldest first, where the converter has a registry. */
  versions?(topic: string): Promise<readonly Schema[]>;
}

export interface ConverterOptions {
  readonly isKey: boolean;
  /** Options with the `key.converter.` / `value.converter.` prefix taken off. */
  readonly properties: Readonly<Record<string, string>>;
}
