/** TimestampConverter's five forms of a time, each to and from epoch ms (a bigint: Java's range is wider than a Date's). */
import { DATE, INT64, STRING, TIME, TIMESTAMP } from '../data/build.ts';
import type { DateFormat } from '../data/java-date-format.ts';
import { LOGICAL } from '../data/schema.ts';
import type { Schema } from '../data/schema.ts';
import { MS_PER_DAY, millisOf } from '../data/temporal.ts';
import { shortened } from './cast-value.ts';
import { refusal, schemaText } from './side.ts';

export type TimestampType = 'string' | 'unix' | 'Date' | 'Time' | 'Timestamp';
export type UnixPrecision = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

export const TIMESTAMP_SCHEMAS: Readonly<Record<TimestampType, Schema>> = {
  string: STRING,
  unix: INT64,
  Date: DATE,
  Time: TIME,
  Timestamp: TIMESTAMP,
};

export interface TimestampOptions {
  readonly target: TimestampType;
  /** undefined = no format is configured. */
  readonly format: DateFormat | undefined;
  readonly precision: UnixPrecision;
}

/** ms per unit, or units per ms. */
const PER_MS: Readonly<Record<UnixPrecision, (units: bigint) => bigint>> = {
  seconds: (units) => units * 1000n,
  milliseconds: (units) => units,
  microseconds: (units) => units / 1000n,
  nanoseconds: (units) => units / 1_000_000n,
};
const FROM_MS: Readonly<Record<UnixPrecision, (millis: bigint) => bigint>> = {
  seconds: (millis) => millis / 1000n,
  milliseconds: (millis) => millis,
  microseconds: (millis) => millis * 1000n,
  nanoseconds: (millis) => millis * 1_000_000n,
};
const MAX_LONG = 2n ** 63n - 1n;
/** The last ms a date and time can be written for. */
const MAX_DATE = 8_640_000_000_000_000n;

/** What a schema says its values are; `data` error for one that is no time. */
export function typeOfSchema(schema: Schema): TimestampType {
  if (schema.name === LOGICAL.timestamp) return 'Timestamp';
  if (schema.name === LOGICAL.date) return 'Date';
  if (schema.name === LOGICAL.time) return 'Time';
  if (schema.type === 'string') return 'string';
  if (schema.type === 'int64') return 'unix';
  throw refusal(
    `Schema ${schemaText(schema)} does not correspond to a known timestamp type format`,
  );
}

export function toMillis(
  schema: Schema | undefined,
  type: TimestampType,
  value: unknown,
  { format, precision }: TimestampOptions,
): bigint {
  if (value instanceof Date) return BigInt(value.getTime());
  if (type === 'unix') return saturated(PER_MS[precision](BigInt(value as number | bigint)));
  if (type === 'Timestamp') return BigInt(value as number | bigint);
  if (type !== 'string') return BigInt(millisOf(schema ?? TIMESTAMP_SCHEMAS[type], value));
  const text = String(value);
  if (format === undefined) {
    throw refusal('format is needed to read timestamps from strings', 'format');
  }
  const millis = format.parse(text);
  if (millis !== undefined) return BigInt(millis);
  throw refusal(
    `Could not parse timestamp: value (${text}) does not match pattern (${format.pattern})`,
  );
}

/** As the target type has it; without a schema dates and times are JavaScript's Date. */
export function fromMillis(
  millis: bigint,
  hasSchema: boolean,
  { target, format, precision }: TimestampOptions,
): unknown {
  if (target === 'unix') {
    const units = saturated(FROM_MS[precision](millis));
    return hasSchema ? units : shortened(units);
  }
  if (target === 'Timestamp' && hasSchema) return millis;
  if (millis > MAX_DATE || millis < -MAX_DATE) {
    throw refusal(`The timestamp ${millis} is too far away to be written as a date`);
  }
  const at = Number(millis);
  if (target === 'string') return format?.format(at) ?? String(at);
  const days = Math.floor(at / MS_PER_DAY);
  if (target === 'Date') return hasSchema ? days : new Date(days * MS_PER_DAY);
  const ofDay = at - days * MS_PER_DAY;
  if (target === 'Time') return hasSchema ? ofDay : new Date(ofDay);
  return new Date(at);
}

/** Java's TimeUnit keeps to a long's range. */
function saturated(value: bigint): bigint {
  if (value > MAX_LONG) return MAX_LONG;
  return value < -MAX_LONG - 1n ? -MAX_LONG - 1n : value;
}
