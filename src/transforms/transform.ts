import type { ConnectRecord } from '../data/record.ts';

/** Pure: returns a new record, the same one, or undefined = filtered (and still acked). */
export interface Transform {
  apply<R extends ConnectRecord>(record: R): R | undefined;
}

export interface Predicate {
  test(record: ConnectRecord): boolean;
}

/** No transform at all: records pass as they are. */
export const NO_TRANSFORM: Transform = { apply: (record) => record };
