/** Replay ids on the wire: 8 bytes big-endian and two zero bytes. Clients also send the first 8 alone. */
const LENGTH = 10;
const SHORT_LENGTH = 8;

export function encodeReplayId(sequence: number): Buffer {
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt32BE(Math.floor(sequence / 2 ** 32), 0);
  bytes.writeUInt32BE(sequence % 2 ** 32, 4);
  return bytes;
}

/** undefined for anything that can't be a replay id of ours. */
export function decodeReplayId(bytes: Uint8Array): number | undefined {
  if (bytes.length !== LENGTH && bytes.length !== SHORT_LENGTH) return undefined;
  if (bytes.subarray(SHORT_LENGTH).some((byte) => byte !== 0)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SHORT_LENGTH);
  const sequence = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}
