import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import type { Value } from './value.ts';

/** What formulas see of the org. */
export interface World {
  object(name: string): ObjectDef | undefined;
  field(object: ObjectDef, name: string): FieldDef | undefined;
  /** Live or deleted. */
  record(entity: string, id: string): RecordValues | undefined;
  objectOfId(id: string): ObjectDef | undefined;
  /** All live ones: of custom settings and custom metadata. */
  records(entity: string): Iterable<RecordValues>;
  /** Epoch ms. */
  now(): number;
}

/** The record that a formula is about, and the circumstances. */
export interface Frame {
  readonly record: RecordValues;
  /** As it was before this write; null for a new one, and where nothing is written. */
  readonly before: RecordValues | null;
  /** Who writes; undefined where a field is read, which doesn't depend on the reader. */
  readonly userId: string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/** A formula that is ready to be worked out. */
export type Evaluate = (frame: Frame) => Value;
