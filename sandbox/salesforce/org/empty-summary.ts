import type { FieldValue, Summary } from './types.ts';

/** Of a parent without children. */
export function emptySummary({ operation }: Summary): FieldValue {
  return operation === 'count' || operation === 'sum' ? 0 : null;
}
