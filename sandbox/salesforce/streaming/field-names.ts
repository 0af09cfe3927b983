import type { Column } from '../events/columns.ts';

/** In events, ChangeEventHeader is the field before the columns. */
const FIRST_COLUMN = 1;

/**
 * The fields of a header's bitmaps by name: `Phone`, and `BillingAddress.Street` for a part of a compound. They come
 * in the bitmaps' order, so those of compounds are last.
 */
export function fieldNames(bitmaps: readonly string[], columns: readonly Column[]): string[] {
  return bitmaps.flatMap((text) => {
    const [bits = '', parent] = text.split('-').toReversed();
    if (parent === undefined) {
      return setBits(bits).flatMap((bit) => columns[bit - FIRST_COLUMN]?.name ?? []);
    }
    const compound = columns[Number(parent) - FIRST_COLUMN];
    if (compound?.kind !== 'compound') return [];
    return setBits(bits).flatMap((bit) => {
      const part = compound.parts[bit];
      return part === undefined ? [] : `${compound.name}.${part.name}`;
    });
  });
}

/** `0x0A` → 1, 3. */
function setBits(hex: string): number[] {
  const found: number[] = [];
  for (let rest = BigInt(hex), bit = 0; rest > 0n; rest >>= 1n, bit++) {
    if ((rest & 1n) === 1n) found.push(bit);
  }
  return found;
}
