import avro from 'avsc';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Schema } from '../schema.ts';
import { fromAvro, parseAvro } from './from-avro.ts';
import type { AvroSchema } from './names.ts';
import { connectType } from './type-hook.ts';

/**
 * One Avro schema, compiled: values as `data/schema.ts` describes them to bytes and back,
 * synchronously. Every `long` is a bigint both ways (Invariant 6).
 */
export interface AvroCodec {
  /** The Connect schema of what `decode` returns; one object for the codec's life. */
  readonly schema: Schema;
  /** The Avro schema as JSON text. */
  readonly json: string;
  /**
   * `value` behind `prefix` (a wire header). Properties the schema doesn't have are not written. Throws
   * a `data` error with the path of the first field that doesn't fit.
   */
  encode(value: unknown, prefix?: Uint8Array): Uint8Array;
  /** The value that starts at `offset` and fills the rest; throws a `data` error when it doesn't. */
  decode(bytes: Uint8Array, offset?: number): unknown;
  /** Whether records of the Avro schema `json` can be read by this one. */
  reads(json: string): boolean;
}

/** Compiles Avro JSON. Throws a `data` error when it isn't a schema avsc can take. */
export function compileAvro(json: string): AvroCodec {
  const parsed = parseAvro(json);
  const schema = fromAvro(parsed);
  const type = avscType(parsed);
  return {
    schema,
    json,
    encode: (value, prefix) => encode(type, value, prefix),
    decode: (bytes, offset = 0) => decode(type, bytes, offset),
    reads: (other) => reads(json, other),
  };
}

function avscType(schema: AvroSchema): avro.Type {
  try {
    return avro.Type.forSchema(schema as avro.Schema, {
      typeHook: connectType,
      omitRecordMethods: true,
    });
  } catch (cause) {
    const message = `The Avro schema is not valid: ${messageOf(cause)}.`;
    throw new AppError('data', 'avro.schema.invalid', message, {
      cause,
      suggestion: 'Avro names are letters, digits and underscores, and start with no digit.',
    });
  }
}

/** By avsc's own types: those of `type-hook.ts` can't be resolved against each other. */
function reads(reader: string, writer: string): boolean {
  const type = (json: string): avro.Type => avro.Type.forSchema(parseAvro(json) as avro.Schema);
  try {
    type(reader).createResolver(type(writer));
    return true;
  } catch {
    return false;
  }
}

const INITIAL_SCRATCH = 64 * 1024;
/** A larger record gets a buffer of its own instead of being kept for ever. */
const MAX_SCRATCH = 4 * 1024 * 1024;

/** Encoding is synchronous, so one buffer serves all codecs; results are copied out of it. */
let scratch = Buffer.allocUnsafeSlow(INITIAL_SCRATCH);

function encode(type: avro.Type, value: unknown, prefix: Uint8Array | undefined): Uint8Array {
  const start = prefix?.length ?? 0;
  let buffer = scratch;
  let end = write(type, value, buffer, start);
  if (end < 0) {
    // avsc says how many bytes were missing.
    buffer = Buffer.allocUnsafeSlow(buffer.length - end);
    if (buffer.length <= MAX_SCRATCH) scratch = buffer;
    end = write(type, value, buffer, start);
  }
  const bytes = Buffer.allocUnsafe(end);
  buffer.copy(bytes, 0, 0, end);
  if (prefix !== undefined) bytes.set(prefix, 0);
  return bytes;
}

function write(type: avro.Type, value: unknown, buffer: Buffer, start: number): number {
  try {
    return type.encode(value, buffer, start);
  } catch (cause) {
    throw misfit(type, value, cause);
  }
}

function decode(type: avro.Type, bytes: Uint8Array, offset: number): unknown {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end: number;
  let value: unknown;
  try {
    ({ value, offset: end } = type.decode(buffer, offset) as { value: unknown; offset: number });
  } catch (cause) {
    const message = `The bytes are not a record of the schema they name: ${messageOf(cause)}.`;
    throw new AppError('data', 'avro.decode', message, { cause });
  }
  if (end === buffer.length) return value;
  const wrong = end < 0 ? 'they end too early' : `${buffer.length - end} bytes are left over`;
  const message = `The bytes are not a record of the schema they name: ${wrong}.`;
  throw new AppError('data', 'avro.decode', message);
}

/** Finds the first field that doesn't fit; runs on failure only. */
function misfit(type: avro.Type, value: unknown, cause: unknown): AppError {
  let found: { path: string; expected: string; got: string } | undefined;
  type.isValid(value, {
    errorHook: (path, got: unknown, expected) => {
      found ??= {
        path: path.join('.'),
        expected: expected.typeName,
        got: describe(got, expected.typeName),
      };
    },
  });
  if (found === undefined) {
    return new AppError('data', 'avro.encode', messageOf(cause), { cause });
  }
  const { path, expected, got } = found;
  const where = path === '' ? 'value' : path;
  const message = `${where}: expected ${expected}, got ${got}`;
  return new AppError('data', 'avro.encode', message, { path: where, cause });
}

/** What a value is, never the value itself: it may be personal data. */
function describe(value: unknown, expected: string): string {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Map) return 'map';
  if (typeof value === 'number' && expected === 'int') {
    return Number.isInteger(value) ? 'a number out of range' : 'a number with a fraction';
  }
  if (typeof value === 'bigint') return expected === 'long' ? 'a bigint out of range' : 'bigint';
  if (typeof value === 'string' && expected === 'string') return 'text with half a surrogate pair';
  if (typeof value === 'object') return 'struct';
  return typeof value;
}
