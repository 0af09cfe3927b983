/**
 * The bitmaps of a change event's header (nulledFields, diffFields, changedFields), decoded to names.
 *
 * `0xHEX` tells of the event's own fields, `N-0xHEX` of the parts of its Nth field. HEX is one big-endian number
 * without leading zero bytes; its bit i (lowest first) is field i of the event's own schema. A changed compound's
 * own bit is not set, and an array may hold nested bitmaps only.
 */

/** A record's fields in the order of its schema; `parts` where a field is a compound. */
export interface FieldTree {
  readonly name: string;
  readonly parts?: readonly FieldTree[] | undefined;
}

/** Names in the order of the bits; parts as `Parent.Part`. Bits without a field are ignored. */
export function decodeBitmaps(
  bitmaps: readonly string[],
  fields: readonly FieldTree[],
): readonly string[] {
  const names: string[] = [];
  for (const bitmap of bitmaps) {
    const dash = bitmap.indexOf('-');
    if (dash < 0) collect(bitmap, fields, '', names);
    else {
      const parent = fields[Number(bitmap.slice(0, dash))];
      collect(bitmap.slice(dash + 1), parent?.parts ?? [], `${parent?.name ?? ''}.`, names);
    }
  }
  return names;
}

function collect(
  bitmap: string,
  fields: readonly FieldTree[],
  prefix: string,
  names: string[],
): void {
  if (!/^0[xX][0-9a-fA-F]+$/.test(bitmap)) {
    throw new RangeError(`${JSON.stringify(bitmap)} is not a bitmap`);
  }
  // Nibble by nibble from the lowest: as long as the bitmap, which may be hundreds of bits.
  for (let at = bitmap.length - 1, base = 0; at >= 2; at -= 1, base += 4) {
    const nibble = Number.parseInt(bitmap.charAt(at), 16);
    if (nibble === 0) continue;
    for (let bit = 0; bit < 4; bit += 1) {
      if ((nibble & (1 << bit)) === 0) continue;
      const field = fields[base + bit];
      if (field !== undefined) names.push(prefix + field.name);
    }
  }
}
