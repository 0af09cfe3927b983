/** Records between threads. A schema is sent once: converters know it by its object. */
import type { ConnectRecord, Header } from '../../data/record.ts';
import type { Schema } from '../../data/schema.ts';

/** A schema that was sent before, by its number; one that is new, with it. */
type SchemaRef = number | { readonly id: number; readonly schema: Schema; readonly first: boolean };

export type WireRecord<R extends ConnectRecord> = Omit<
  R,
  'keySchema' | 'valueSchema' | 'headers'
> & {
  readonly keySchema?: SchemaRef | undefined;
  readonly valueSchema?: SchemaRef | undefined;
  readonly headers: readonly WireHeader[];
};

type WireHeader = Omit<Header, 'schema'> & { readonly schema?: SchemaRef | undefined };

/** A connector that makes a schema for each record must not fill the memory with them (Invariant 8). */
const MAX_SCHEMAS = 1_000;

export class RecordSender {
  #ids = new WeakMap<Schema, number>();
  #sent = 0;

  encode<R extends ConnectRecord>(record: R): WireRecord<R> {
    const { keySchema, valueSchema, headers } = record;
    return {
      ...(compact(record) as R),
      keySchema: this.#ref(keySchema),
      valueSchema: this.#ref(valueSchema),
      headers: headers.map(({ schema, ...header }) => ({
        ...(compact(header) as Header),
        schema: this.#ref(schema),
      })),
    };
  }

  #ref(schema: Schema | undefined): SchemaRef | undefined {
    if (schema === undefined) return undefined;
    const known = this.#ids.get(schema);
    if (known !== undefined) return known;
    if (this.#sent === MAX_SCHEMAS) {
      this.#ids = new WeakMap();
      this.#sent = 0;
    }
    this.#sent += 1;
    this.#ids.set(schema, this.#sent);
    return { id: this.#sent, schema, first: this.#sent === 1 };
  }
}

export class RecordReceiver {
  readonly #schemas = new Map<number, Schema>();

  decode<R extends ConnectRecord>(wire: WireRecord<R>): R {
    const { keySchema, valueSchema, headers, ...rest } = wire;
    return {
      ...rest,
      keySchema: this.#schema(keySchema),
      valueSchema: this.#schema(valueSchema),
      headers: headers.map(({ schema, ...header }) => ({
        ...header,
        schema: this.#schema(schema),
      })),
    } as unknown as R;
  }

  #schema(ref: SchemaRef | undefined): Schema | undefined {
    if (ref === undefined) return undefined;
    if (typeof ref === 'number') return this.#schemas.get(ref);
    if (ref.first) this.#schemas.clear();
    this.#schemas.set(ref.id, ref.schema);
    return ref.schema;
  }
}

/** Bytes that are a window on something larger would take all of it along. */
export function compact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    return value.byteLength === value.buffer.byteLength ? value : new Uint8Array(value);
  }
  if (Array.isArray(value)) return value.some(isObject) ? value.map(compact) : value;
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [compact(key), compact(item)]));
  }
  return Object.values(value).some(isObject)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, compact(item)]))
    : value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
