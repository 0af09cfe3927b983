import type { FieldDef } from './types.ts';

/** How many characters at the end stay readable, by the kind of mask; all others show all or none. */
const READABLE: Readonly<Record<string, number>> = {
  lastFour: 4,
  creditCard: 4,
  ssn: 4,
  nino: 0,
  sin: 3,
  all: 0,
};

/**
 * An encrypted text as it is shown to everybody without View Encrypted Data. It is kept that way, for here nobody has
 * that permission.
 */
export function masked({ mask }: FieldDef, text: string): string {
  if (mask === undefined) return text;
  const shown = READABLE[mask.type] ?? 0;
  const hidden = Math.max(0, text.length - shown);
  return mask.char.repeat(hidden) + text.slice(hidden);
}
