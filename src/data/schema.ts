/**
 * Connect's data model. How each type stands in memory:
 *
 * | type | JavaScript |
 * | --- | --- |
 * | int8, int16, int32 | number (integer) |
 * | int64 | bigint, always: 64-bit numbers are never rounded (Invariant 6) |
 * | float32, float64 | number |
 * | boolean, string | boolean, string |
 * | bytes | Uint8Array |
 * | array | Array |
 * | map | Map |
 * | struct | object with one property per field; a missing property reads as null |
 *
 * Logical types are named as in Connect and keep their primitive in memory:
 * Date = int32 days, Time = int32 ms of day, Timestamp = int64 epoch ms, Decimal = bytes.
 */
export type SchemaType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'boolean'
  | 'string'
  | 'bytes'
  | 'array'
  | 'map'
  | 'struct';

export interface Schema {
  readonly type: SchemaType;
  readonly optional: boolean;
  /** Full name: a struct's record name, or a logical type's name. */
  readonly name?: string | undefined;
  readonly version?: number | undefined;
  readonly doc?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly default?: unknown;
  /** struct only. */
  readonly fields?: readonly Field[] | undefined;
  /** array: its items; map: its values. */
  readonly items?: Schema | undefined;
  /** map only. */
  readonly keys?: Schema | undefined;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
}

export const LOGICAL = {
  date: 'org.apache.kafka.connect.data.Date',
  time: 'org.apache.kafka.connect.data.Time',
  timestamp: 'org.apache.kafka.connect.data.Timestamp',
  decimal: 'org.apache.kafka.connect.data.Decimal',
} as const;

export type Struct = Record<string, unknown>;

export interface SchemaAndValue {
  readonly schema: Schema | undefined;
  readonly value: unknown;
}
