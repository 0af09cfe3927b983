/** The JVM clients' hash of a key (`org.apache.kafka.common.utils.Utils.murmur2`), a signed 32-bit number. */
const SEED = 0x9747b28c;
const M = 0x5bd1e995;

export function murmur2(key: Buffer): number {
  const { length } = key;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(key.readInt32LE(at), M);
    k = Math.imul(k ^ (k >>> 24), M);
    hash = Math.imul(hash, M) ^ k;
  }
  if (whole < length) {
    hash ^= key.readUIntLE(whole, length - whole);
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
