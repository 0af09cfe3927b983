/** Connect's Date, Time and Timestamp as milliseconds, which is what Java holds them as. */
import { LOGICAL } from './schema.ts';
import type { Schema } from './schema.ts';

export const MS_PER_DAY = 86_400_000;

export function isTemporal(schema: Schema | undefined): boolean {
  const name = schema?.name;
  return name === LOGICAL.date || name === LOGICAL.time || name === LOGICAL.timestamp;
}

/** Epoch ms of a Date, Time or Timestamp value. */
export function millisOf(schema: Schema, value: unknown): number {
  return schema.name === LOGICAL.date ? Number(value) * MS_PER_DAY : Number(value);
}

/** As Java's `Values.dateFormatFor` shows it: a time before 1970-01-02, a date at midnight, else a timestamp. */
export function millisText(millis: number): string {
  const [day = '', time = ''] = new Date(millis).toISOString().split('T');
  if (millis < MS_PER_DAY) return time;
  return millis % MS_PER_DAY === 0 ? day : `${day}T${time}`;
}
