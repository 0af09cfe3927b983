/**
 * A set of an event's fields, as the header's `changedFields`, `nulledFields` and `diffFields` carry it: `0x…` for
 * top-level fields, `N-0x…` for parts of the compound at index N. A compound's own bit is not set for its parts.
 */
export class FieldSet {
  readonly #fields: number[] = [];
  readonly #parts = new Map<number, number[]>();

  /** `field` is the index in the event's record (ChangeEventHeader is 0), `part` the one inside a compound. */
  add(field: number, part?: number): void {
    if (part === undefined) {
      this.#fields.push(field);
      return;
    }
    const parts = this.#parts.get(field);
    if (parts === undefined) this.#parts.set(field, [part]);
    else parts.push(part);
  }

  /** How many fields and parts were added. */
  get size(): number {
    let size = this.#fields.length;
    for (const parts of this.#parts.values()) size += parts.length;
    return size;
  }

  toBitmaps(): string[] {
    const nested = [...this.#parts].sort(([a], [b]) => a - b);
    return [
      ...(this.#fields.length === 0 ? [] : [bitmap(this.#fields)]),
      ...nested.map(([field, parts]) => `${field}-${bitmap(parts)}`),
    ];
  }
}

/** The other way: what `toBitmaps` says, top-level fields first. */
export function* fieldsOfBitmaps(
  bitmaps: readonly string[],
): Generator<{ readonly field: number; readonly part: number | undefined }> {
  for (const text of bitmaps) {
    const [bits = '', parent] = text.split('-').toReversed();
    const hex = bits.slice('0x'.length);
    for (let bit = 0; bit < hex.length * 4; bit++) {
      const digit = Number.parseInt(hex.charAt(hex.length - 1 - (bit >> 2)), 16);
      if ((digit & (1 << (bit & 3))) === 0) continue;
      yield parent === undefined
        ? { field: bit, part: undefined }
        : { field: Number(parent), part: bit };
    }
  }
}

/** Bit i (the lowest is 0) for each index; big-endian, whole bytes, upper case, no leading zero byte. */
function bitmap(indices: readonly number[]): string {
  const bytes = Buffer.alloc((Math.max(...indices) >> 3) + 1);
  const last = bytes.length - 1;
  for (const index of indices) {
    const at = last - (index >> 3);
    bytes[at] = (bytes[at] ?? 0) | (1 << (index & 7));
  }
  return `0x${bytes.toString('hex').toUpperCase()}`;
}
