import { randomInt } from 'node:crypto';

/** Returns an integer in [0, bound). */
export type Random = (bound: number) => number;

/** The system's generator, or (mulberry32) one that repeats itself for tests. */
export function createRandom(seed?: number): Random {
  if (seed === undefined) return (bound) => randomInt(bound);
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

const TOKEN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` letters and digits. */
export function randomToken(random: Random, length: number): string {
  let token = '';
  for (let i = 0; i < length; i++) token += TOKEN.charAt(random(TOKEN.length));
  return token;
}

/** In the shape of a UUID of version 4. */
export function randomUuid(random: Random): string {
  const hex = (): string => random(0x10000).toString(16).padStart(4, '0');
  const [version, variant] = [hex(), hex()].map((digits) => digits.slice(1));
  return `${hex()}${hex()}-${hex()}-4${version}-a${variant}-${hex()}${hex()}${hex()}`;
}
