/**
 * Files of frames, each `length u32 | crc32 u32 | body`: a frame is there whole or not at all. What a kill left half
 * written at a file's end is found by its checksum.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const HEADER = 8;
/** Bytes read at a time. */
const CHUNK = 4 * 1024 * 1024;

export function frame(body: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER);
  const whole = Buffer.concat([header, ...body]);
  const content = whole.subarray(HEADER);
  whole.writeUInt32BE(content.length, 0);
  whole.writeUInt32BE(crc32(content), 4);
  return whole;
}

/**
 * The bodies of all whole frames, in order; each is only valid until the next. Returns how many bytes they take: less
 * than the file has where its end is broken.
 */
export function* readFrames(file: string): Generator<Buffer, number> {
  const descriptor = openSync(file, 'r');
  try {
    const size = fstatSync(descriptor).size;
    let held = Buffer.alloc(0);
    let heldAt = 0;
    let at = 0;
    const take = (offset: number, length: number): Buffer | undefined => {
      if (offset + length > size) return undefined;
      if (offset + length > heldAt + held.length) {
        held = Buffer.allocUnsafe(Math.min(size - offset, Math.max(CHUNK, length)));
        heldAt = offset;
        readWhole(descriptor, held, offset);
      }
      return held.subarray(offset - heldAt, offset - heldAt + length);
    };
    for (;;) {
      const header = take(at, HEADER);
      if (header === undefined) return at;
      const length = header.readUInt32BE(0);
      const checksum = header.readUInt32BE(4);
      const body = take(at + HEADER, length);
      if (length === 0 || body === undefined || crc32(body) !== checksum) return at;
      yield body;
      at += HEADER + length;
    }
  } finally {
    closeSync(descriptor);
  }
}

function readWhole(descriptor: number, into: Buffer, position: number): void {
  for (let done = 0; done < into.length;) {
    const read = readSync(descriptor, into, done, into.length - done, position + done);
    if (read === 0) throw new RangeError('The file became shorter while it was read.');
    done += read;
  }
}
