import avro from 'avsc';
import { invalid, property } from './avsc.ts';
import type { AvscType, ErrorHook, Tap, TypeMethods } from './avsc.ts';

/**
 * Calls `item` for each element of an array's or map's blocks. Stops at the buffer's end: a corrupt
 * count must not fill the memory.
 */
function readBlocks(tap: Tap, item: () => void): void {
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    if (count < 0) tap.readLong(); // the block's size in bytes
    for (let left = Math.abs(count); left > 0; left -= 1) {
      if (tap.pos > tap.buf.length) throw new RangeError('truncated buffer');
      item();
    }
  }
}

export class ArrayType extends avro.Type implements TypeMethods {
  override readonly typeName: string = 'array';
  readonly #items: AvscType;

  constructor(items: AvscType) {
    super();
    this.#items = items;
  }

  _write(tap: Tap, value: unknown): void {
    if (!Array.isArray(value)) invalid(value, this);
    if (value.length > 0) {
      tap.writeLong(value.length);
      for (const item of value as readonly unknown[]) this.#items._write(tap, item);
    }
    tap.writeLong(0);
  }

  _read(tap: Tap): unknown[] {
    const items: unknown[] = [];
    readBlocks(tap, () => items.push(this.#items._read(tap)));
    return items;
  }

  _check(value: unknown, flags?: number, hook?: ErrorHook, path: string[] = []): boolean {
    if (!Array.isArray(value)) {
      hook?.(value, this);
      return false;
    }
    return value.every((item, index) => {
      path.push(String(index));
      const valid = this.#items._check(item, flags, hook, path);
      path.pop();
      return valid;
    });
  }

  _copy(value: unknown, options?: unknown): unknown {
    if (!Array.isArray(value)) invalid(value, this);
    return value.map((item) => this.#items._copy(item, options));
  }
}

export class MapType extends avro.Type implements TypeMethods {
  override readonly typeName: string = 'map';
  readonly #values: AvscType;

  constructor(values: AvscType) {
    super();
    this.#values = values;
  }

  _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Map)) invalid(value, this);
    if (value.size > 0) {
      tap.writeLong(value.size);
      for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
        if (typeof key !== 'string') invalid(key, this);
        tap.writeString(key);
        this.#values._write(tap, item);
      }
    }
    tap.writeLong(0);
  }

  _read(tap: Tap): Map<string, unknown> {
    const values = new Map<string, unknown>();
    readBlocks(tap, () => values.set(tap.readString(), this.#values._read(tap)));
    return values;
  }

  _check(value: unknown, flags?: number, hook?: ErrorHook, path: string[] = []): boolean {
    if (!(value instanceof Map)) {
      hook?.(value, this);
      return false;
    }
    return [...(value as ReadonlyMap<unknown, unknown>)].every(([key, item]) => {
      path.push(String(key));
      if (typeof key !== 'string') hook?.(key, this);
      const valid = typeof key === 'string' && this.#values._check(item, flags, hook, path);
      path.pop();
      return valid;
    });
  }

  _copy(value: unknown, options?: unknown): unknown {
    const entries = value instanceof Map ? [...value] : Object.entries(value ?? {});
    return new Map(entries.map(([key, item]) => [key, this.#values._copy(item, options)]));
  }
}

/** A map whose keys aren't strings: an array of `{ key, value }` records. */
export class EntriesType extends avro.Type implements TypeMethods {
  override readonly typeName: string = 'map';
  readonly #entries: ArrayType;

  constructor(entries: ArrayType) {
    super();
    this.#entries = entries;
  }

  _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Map)) invalid(value, this);
    this.#entries._write(tap, toEntries(value));
  }
  _read(tap: Tap): Map<unknown, unknown> {
    return fromEntries(this.#entries._read(tap));
  }
  _check(value: unknown, flags?: number, hook?: ErrorHook, path?: string[]): boolean {
    if (value instanceof Map) return this.#entries._check(toEntries(value), flags, hook, path);
    hook?.(value, this);
    return false;
  }
  _copy(value: unknown, options?: unknown): unknown {
    return fromEntries(this.#entries._copy(value, options) as unknown[]);
  }
}

function toEntries(map: ReadonlyMap<unknown, unknown>): unknown[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

function fromEntries(entries: readonly unknown[]): Map<unknown, unknown> {
  return new Map(entries.map((entry) => [property(entry, 'key'), property(entry, 'value')]));
}
