import avro from 'avsc';
import { invalid } from './avsc.ts';
import type { ErrorHook, Tap } from './avsc.ts';
import { CONNECT_TYPE } from './names.ts';
import type { AvroDefinition } from './names.ts';

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;
/** Zigzag numbers below this are exact in avsc's floating-point path. */
const EXACT = 2 ** 52;
const TWO_28 = 2 ** 28;

/** Avro's long as a bigint, exactly (Invariant 6). */
class LongType extends avro.types.LongType {
  _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'bigint') invalid(value, this);
    const rounded = Number(value);
    if (rounded < EXACT && rounded > -EXACT) {
      tap.writeLong(rounded);
      return;
    }
    if (value < MIN_LONG || value > MAX_LONG) invalid(value, this);
    let rest = value < 0n ? -2n * value - 1n : 2n * value;
    for (; rest > 0x7fn; rest >>= 7n) tap.buf[tap.pos++] = Number(rest & 0x7fn) | 0x80;
    tap.buf[tap.pos++] = Number(rest);
  }

  _read(tap: Tap): bigint {
    const { buf } = tap;
    let pos = tap.pos;
    let low = 0;
    let high = 0;
    let top = 0;
    let byte = 0x80;
    for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
      byte = buf[pos++] ?? 0;
      low |= (byte & 0x7f) << shift;
    }
    for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
      byte = buf[pos++] ?? 0;
      high |= (byte & 0x7f) << shift;
    }
    for (let shift = 0; shift < 14 && byte > 0x7f; shift += 7) {
      byte = buf[pos++] ?? 0;
      top |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) throw new RangeError('a long of more than ten bytes');
    tap.pos = pos;
    const negative = (low & 1) === 1;
    if (top === 0 && high < 2 ** 24) {
      const zigzag = low + high * TWO_28;
      return BigInt(negative ? -(zigzag + 1) / 2 : zigzag / 2);
    }
    const zigzag = BigInt(low) + (BigInt(high) << 28n) + (BigInt(top) << 56n);
    return BigInt.asIntN(64, negative ? -(zigzag >> 1n) - 1n : zigzag >> 1n);
  }

  _check(value: unknown, _flags?: number, hook?: ErrorHook): boolean {
    const valid = typeof value === 'bigint' && value >= MIN_LONG && value <= MAX_LONG;
    if (!valid) hook?.(value, this);
    return valid;
  }

  /** avsc reads a field's default by this; in JSON it is a number. */
  _copy(value: unknown): bigint {
    if (typeof value === 'number') return BigInt(value);
    return typeof value === 'bigint' ? value : invalid(value, this);
  }
}

/** Text that has a UTF-8 form: half a surrogate pair would silently become U+FFFD (Invariant 6). */
class StringType extends avro.types.StringType {
  _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'string' || !value.isWellFormed()) invalid(value, this);
    tap.writeString(value);
  }

  _check(value: unknown, _flags?: number, hook?: ErrorHook): boolean {
    const valid = typeof value === 'string' && value.isWellFormed();
    if (!valid) hook?.(value, this);
    return valid;
  }
}

/** Any Uint8Array. */
class BytesType extends avro.types.BytesType {
  _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Uint8Array)) invalid(value, this);
    tap.writeLong(value.length);
    if (tap.pos + value.length <= tap.buf.length) tap.buf.set(value, tap.pos);
    tap.pos += value.length;
  }

  _check(value: unknown, _flags?: number, hook?: ErrorHook): boolean {
    const valid = value instanceof Uint8Array;
    if (!valid) hook?.(value, this);
    return valid;
  }
}

const NARROW_LIMITS: Readonly<Record<string, number>> = { int8: 2 ** 7, int16: 2 ** 15 };

/** Connect's int8 and int16: an Avro int whose range is checked. */
export function narrowInt(schema: AvroDefinition): avro.Type | undefined {
  const limit = NARROW_LIMITS[String(schema[CONNECT_TYPE])];
  if (limit === undefined) return undefined;
  const fits = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit;
  return new (class extends avro.types.IntType {
    _write(tap: Tap, value: unknown): void {
      if (!fits(value)) invalid(value, this);
      tap.writeLong(value);
    }
    _check(value: unknown, _flags?: number, hook?: ErrorHook): boolean {
      if (!fits(value)) hook?.(value, this);
      return fits(value);
    }
  })();
}

export const LONG = new LongType();
export const STRING = new StringType();
export const BYTES = new BytesType();
