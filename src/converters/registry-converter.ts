import { writerSchemaOf } from '../data/encoded-avro.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { BoundedMap } from '../foundation/bounded-map.ts';
import { AppError } from '../foundation/errors.ts';
import type { SchemaRegistry } from '../registry/port.ts';
import { DEFAULT_SUBJECT_STRATEGY, subjectStrategy, topicSubject } from '../registry/subjects.ts';
import { HEADER_LENGTH, schemaIdOf, wireHeader } from '../registry/wire.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { refuseEncoded } from './encoded.ts';
import { writerSchema } from './registry-options.ts';
import type { WriterSchema } from './registry-options.ts';

/** What is behind the wire header. */
export interface RegistryFormat {
  /** The converter's name, for messages. */
  readonly converter: string;
  /** Whether values that are Avro already are passed on; else they are refused. */
  readonly passesAvro: boolean;
  /** A Connect schema as the registry keeps it. */
  text(schema: Schema): string;
  /** Throws a `data` error for a text that isn't such a schema. */
  compile(text: string): Codec;
}

/** One schema of the registry's, compiled. */
export interface Codec {
  /** Of what `decode` returns; one object for the codec's life. */
  readonly schema: Schema;
  encode(value: unknown, prefix: Uint8Array): Uint8Array;
  decode(bytes: Uint8Array, offset: number): unknown;
  /** Whether what `text` writes can be read by this one. */
  reads(text: string): boolean;
}

/** Encoders and decoders kept per converter. */
const CACHE_SIZE = 1000;

/** What one (topic, schema) needs per record: the value behind its wire header. */
type Encode = (value: unknown) => Uint8Array;

/**
 * Confluent's converters with a registry: records in its wire format. The registry is asked once per
 * schema; from then on encoding and decoding are synchronous. Bytes that are Avro already
 * (`data/encoded-avro.ts`) are passed on under their writer's schema.
 */
export class RegistryConverter implements Converter {
  readonly #registry: SchemaRegistry;
  readonly #isKey: boolean;
  readonly #writer: WriterSchema;
  readonly #format: RegistryFormat;
  readonly #subject: (topic: string, schema: Schema) => string;
  readonly #topicNamed: boolean;
  /** By schema object, then topic: the path of every record. */
  readonly #encoders = new WeakMap<Schema, BoundedMap<string, Encode>>();
  /** By subject and schema text: for schema objects made anew with the same content. */
  readonly #encodersByText = new BoundedMap<string, Encode>(CACHE_SIZE);
  readonly #decoders = new BoundedMap<number, Codec>(CACHE_SIZE);

  constructor(options: ConverterOptions, registry: SchemaRegistry, format: RegistryFormat) {
    const { properties, isKey } = options;
    const property = `${isKey ? 'key' : 'value'}.subject.name.strategy`;
    const strategyName = properties[property] ?? DEFAULT_SUBJECT_STRATEGY;
    const strategy = subjectStrategy(strategyName, property);
    this.#registry = registry;
    this.#isKey = isKey;
    this.#writer = writerSchema(properties);
    this.#format = format;
    this.#subject = (topic, schema) => strategy(topic, isKey, schema);
    this.#topicNamed = strategy === subjectStrategy(DEFAULT_SUBJECT_STRATEGY, property);
  }

  encode(
    topic: string,
    schema: Schema | undefined,
    value: unknown,
  ): Uint8Array | null | Promise<Uint8Array | null> {
    if (value === null || value === undefined) return null;
    if (schema === undefined) {
      throw new AppError(
        'data',
        'converter.schemaless',
        `${this.#format.converter} needs a schema, but the record for ${topic} has none.`,
        { suggestion: 'Use JsonConverter with schemas.enable=false for records without a schema.' },
      );
    }
    const known = this.#encoders.get(schema)?.get(topic);
    if (known !== undefined) return known(value);
    return this.#firstEncode(topic, schema, value);
  }

  decode(_topic: string, bytes: Uint8Array | null): SchemaAndValue | Promise<SchemaAndValue> {
    if (bytes === null) return { schema: undefined, value: null };
    const id = schemaIdOf(bytes);
    const known = this.#decoders.get(id);
    if (known !== undefined) return decodeWith(known, bytes);
    return this.#firstDecode(id, bytes);
  }

  /**
   * Only TopicNameStrategy's subject is known without a record. Records encoded with the schema
   * returned carry the id it is registered under: it isn't registered again.
   */
  async latest(topic: string): Promise<Schema | undefined> {
    if (!this.#topicNamed) return undefined;
    const found = await this.#registry.latest(topicSubject(topic, this.#isKey));
    if (found === undefined) return undefined;
    const codec = this.#format.compile(found.schema);
    this.#remember(topic, codec.schema, written(codec, found.id));
    return codec.schema;
  }

  /** As `latest`: none where the subject isn't known. */
  async versions(topic: string): Promise<readonly Schema[]> {
    if (!this.#topicNamed) return [];
    const found = await this.#registry.versions(topicSubject(topic, this.#isKey));
    return found.map(({ schema }) => this.#format.compile(schema).schema);
  }

  #firstEncode(topic: string, schema: Schema, value: unknown): Uint8Array | Promise<Uint8Array> {
    const subject = this.#subject(topic, schema);
    if (!this.#format.passesAvro) refuseEncoded(schema, topic, this.#format.converter);
    const encoded = writerSchemaOf(schema);
    const json = encoded ?? this.#format.text(schema);
    const text = `${schema.type} ${subject}\n${json}`;
    const known = this.#encodersByText.get(text);
    if (known !== undefined) {
      this.#remember(topic, schema, known);
      return known(value);
    }
    return this.#encoder(subject, json, encoded !== undefined).then((encode) => {
      this.#encodersByText.set(text, encode);
      this.#remember(topic, schema, encode);
      return encode(value);
    });
  }

  async #encoder(subject: string, json: string, isEncoded: boolean): Promise<Encode> {
    // Compiled before it is registered: a schema we can't write must not reach the registry.
    const codec = this.#format.compile(json);
    const { register, useLatest, useId, strict } = this.#writer;
    if (useLatest || useId !== undefined) {
      if (isEncoded) throw writtenAlready(subject);
      const found =
        useId === undefined
          ? await this.#registry.latest(subject)
          : { id: useId, schema: await this.#registry.byId(useId) };
      if (found === undefined) throw unregistered(subject);
      const prescribed = this.#format.compile(found.schema);
      if (strict && !prescribed.reads(json)) throw incompatible(subject, found.id);
      return written(prescribed, found.id);
    }
    const id = register
      ? await this.#registry.register(subject, json)
      : await this.#registry.lookup(subject, json);
    if (id === undefined) throw unregistered(subject);
    return isEncoded ? passedOn(subject, id) : written(codec, id);
  }

  async #firstDecode(id: number, bytes: Uint8Array): Promise<SchemaAndValue> {
    const codec = this.#format.compile(await this.#registry.byId(id));
    // A concurrent call may have been first; one schema object per id.
    const kept = this.#decoders.get(id) ?? codec;
    this.#decoders.set(id, kept);
    return decodeWith(kept, bytes);
  }

  #remember(topic: string, schema: Schema, encode: Encode): void {
    const known = this.#encoders.get(schema);
    const byTopic = known ?? new BoundedMap<string, Encode>(CACHE_SIZE);
    if (known === undefined) this.#encoders.set(schema, byTopic);
    byTopic.set(topic, encode);
  }
}

function written(codec: Codec, id: number): Encode {
  const header = wireHeader(id);
  return (value) => codec.encode(value, header);
}

/** Bytes that are Avro already: copied behind the header, not looked at. */
function passedOn(subject: string, id: number): Encode {
  const header = wireHeader(id);
  return (value) => {
    if (!(value instanceof Uint8Array)) {
      const message = `A value of ${subject} should be encoded Avro, but is ${typeof value}.`;
      throw new AppError('data', 'converter.avro.encoded', message);
    }
    const bytes = Buffer.allocUnsafe(HEADER_LENGTH + value.length);
    bytes.set(header, 0);
    bytes.set(value, HEADER_LENGTH);
    return bytes;
  };
}

function writtenAlready(subject: string): AppError {
  const message = `The values of ${subject} are encoded already: they can't be written with the latest schema.`;
  return new AppError('config', 'config.invalid', message, {
    path: 'use.latest.version',
    suggestion: 'Set use.latest.version=false.',
  });
}

function decodeWith(codec: Codec, bytes: Uint8Array): SchemaAndValue {
  return { schema: codec.schema, value: codec.decode(bytes, HEADER_LENGTH) };
}

function incompatible(subject: string, id: number): AppError {
  const message = `The schema of a record of ${subject} doesn't fit the schema ${id} it is to be written with.`;
  return new AppError('data', 'registry.incompatible', message, {
    path: subject,
    suggestion: 'Set latest.compatibility.strict=false to write it where its values fit.',
  });
}

function unregistered(subject: string): AppError {
  const message = `The schema of ${subject} is not registered, and auto.register.schemas is false.`;
  return new AppError('data', 'registry.subject.missing', message, {
    path: subject,
    suggestion: 'Register it, or set auto.register.schemas=true.',
  });
}
