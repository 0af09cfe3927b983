/** Lengths and offsets as records hold them: variable-length zigzag numbers, and bytes behind their length. */

/** Zigzag without bit operations: exact beyond 32 bits. */
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

export function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

export function sizeOfBytes(value: Uint8Array | null): number {
  return value === null ? 1 : sizeOfVarInt(value.length) + value.length;
}

/** Returns where it ended. */
export function writeVarInt(buffer: Buffer, at: number, value: number): number {
  let rest = zigzag(value);
  while (rest >= 128) {
    buffer[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  buffer[at++] = rest;
  return at;
}

/** Null has length -1. Returns where it ended. */
export function writeBytes(buffer: Buffer, at: number, value: Uint8Array | null): number {
  if (value === null) return writeVarInt(buffer, at, -1);
  const start = writeVarInt(buffer, at, value.length);
  buffer.set(value, start);
  return start + value.length;
}
