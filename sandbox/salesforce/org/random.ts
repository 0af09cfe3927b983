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
  const hex = (length: number): string =>
    Array.from({ length }, () => random(16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}
