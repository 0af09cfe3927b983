/**
 * How avsc's types call each other. Not in its documentation: the methods are overridden in the files
 * beside, which is why avsc's version is pinned.
 */
import type avro from 'avsc';

/**
 * avsc's cursor over a buffer. Reads and writes past the end are not errors where they happen: the
 * position tells afterwards.
 */
export interface Tap {
  buf: Buffer;
  pos: number;
  readLong(): number;
  writeLong(value: number): void;
  readString(): string;
  writeString(value: string): void;
  readBytes(): Buffer | undefined;
}

export type ErrorHook = (value: unknown, type: avro.Type) => void;

/** How avsc's types call each other. */
export interface TypeMethods {
  _read(tap: Tap): unknown;
  _write(tap: Tap, value: unknown): void;
  _check(value: unknown, flags?: number, hook?: ErrorHook, path?: string[]): boolean;
  _copy(value: unknown, options?: unknown): unknown;
}

/** A type as its neighbours see it. */
export type AvscType = avro.Type & TypeMethods;

export function invalid(value: unknown, type: { typeName: string }): never {
  throw new TypeError(`invalid ${type.typeName}: ${typeof value}`);
}

export function property(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}
