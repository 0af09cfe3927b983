import type { Transform } from '../sdk/extensions.ts';

export type { Predicate, Transform } from '../sdk/extensions.ts';

/** No transform at all: records pass as they are. */
export const NO_TRANSFORM: Transform = { apply: (record) => record };
