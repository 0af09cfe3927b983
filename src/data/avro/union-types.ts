import avro from 'avsc';
import { invalid, property } from './avsc.ts';
import type { AvscType, ErrorHook, Tap, TypeMethods } from './avsc.ts';

/** `["null", T]` or `[T, "null"]`: null, or the bare value. A missing property reads as null. */
export class NullableType extends avro.Type implements TypeMethods {
  override readonly typeName: string;
  readonly #inner: AvscType;
  /** Branch indices 0 and 1 as zigzag bytes. */
  readonly #nullByte: number;
  readonly #valueByte: number;
  readonly #nullFirst: boolean;

  constructor(inner: AvscType, nullIndex: number) {
    super();
    this.typeName = inner.typeName;
    this.#inner = inner;
    this.#nullFirst = nullIndex === 0;
    this.#nullByte = nullIndex === 0 ? 0 : 2;
    this.#valueByte = nullIndex === 0 ? 2 : 0;
  }

  _write(tap: Tap, value: unknown): void {
    if (value === null || value === undefined) {
      tap.buf[tap.pos++] = this.#nullByte;
    } else {
      tap.buf[tap.pos++] = this.#valueByte;
      this.#inner._write(tap, value);
    }
  }

  _read(tap: Tap): unknown {
    const byte = tap.buf[tap.pos++];
    if (byte === this.#nullByte) return null;
    if (byte === this.#valueByte) return this.#inner._read(tap);
    throw new RangeError('invalid union index');
  }

  _check(value: unknown, flags?: number, hook?: ErrorHook, path?: string[]): boolean {
    if (value === null || value === undefined) return true;
    return this.#inner._check(value, flags, hook, path);
  }

  /** A default is of the first branch's type. */
  _copy(value: unknown, options?: unknown): unknown {
    if (value === null && this.#nullFirst) return null;
    return this.#inner._copy(value, options);
  }
}

export interface Branch {
  /** undefined = null. */
  readonly name: string | undefined;
  readonly type: AvscType;
}

/** A union of several types: a struct with one property per branch, the one that is set. */
export class UnionType extends avro.Type implements TypeMethods {
  override readonly typeName: string = 'union';
  readonly branches: readonly Branch[];

  constructor(branches: readonly Branch[]) {
    super();
    this.branches = branches;
  }

  _write(tap: Tap, value: unknown): void {
    const index = this.#indexOf(value);
    const branch = this.branches[index];
    if (branch === undefined) invalid(value, this);
    tap.writeLong(index);
    if (branch.name !== undefined) branch.type._write(tap, property(value, branch.name));
  }

  _read(tap: Tap): unknown {
    const branch = this.branches[tap.readLong()];
    if (branch === undefined) throw new RangeError('invalid union index');
    return branch.name === undefined ? null : { [branch.name]: branch.type._read(tap) };
  }

  _check(value: unknown, flags?: number, hook?: ErrorHook, path?: string[]): boolean {
    const branch = this.branches[this.#indexOf(value)];
    if (branch === undefined) {
      hook?.(value, this);
      return false;
    }
    if (branch.name === undefined) return true;
    path?.push(branch.name);
    const valid = branch.type._check(property(value, branch.name), flags, hook, path);
    path?.pop();
    return valid;
  }

  _copy(value: unknown, options?: unknown): unknown {
    const [first] = this.branches;
    if (first?.name === undefined) return null;
    return { [first.name]: first.type._copy(value, options) };
  }

  #indexOf(value: unknown): number {
    if (value === null || value === undefined) {
      return this.branches.findIndex(({ name }) => name === undefined);
    }
    if (typeof value !== 'object') return -1;
    return this.branches.findIndex(
      ({ name }) => name !== undefined && (property(value, name) ?? null) !== null,
    );
  }
}

/** A union of one type, `[T]`: the bare value behind an index. */
export class SingleType extends avro.Type implements TypeMethods {
  override readonly typeName: string;
  readonly #inner: AvscType;

  constructor([branch]: readonly Branch[]) {
    super();
    if (branch === undefined) throw new TypeError('an empty union');
    this.#inner = branch.type;
    this.typeName = branch.type.typeName;
  }

  _write(tap: Tap, value: unknown): void {
    tap.writeLong(0);
    this.#inner._write(tap, value);
  }
  _read(tap: Tap): unknown {
    if (tap.readLong() !== 0) throw new RangeError('invalid union index');
    return this.#inner._read(tap);
  }
  _check(value: unknown, flags?: number, hook?: ErrorHook, path?: string[]): boolean {
    return this.#inner._check(value, flags, hook, path);
  }
  _copy(value: unknown, options?: unknown): unknown {
    return this.#inner._copy(value, options);
  }
}
