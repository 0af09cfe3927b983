/** Goal: a session key is renewed in its time, and soon where the clock it was made by has been set back since. */
import { expect, it } from 'vitest';
import { isExpired, newSessionKey } from '../../../../src/herder/distributed/session-keys.ts';

const HOUR_MS = 3_600_000;
const PROPERTIES = { 'inter.worker.key.ttl.ms': String(HOUR_MS) };

it.each([
  [0, false],
  [HOUR_MS - 1, false],
  [HOUR_MS, true],
  [24 * HOUR_MS, true],
  [-1_000, false],
  [-24 * HOUR_MS, true],
])('%d ms after it was made: %s', (later, expired) => {
  const key = newSessionKey(PROPERTIES, 1_000_000_000_000);
  expect(isExpired(key, PROPERTIES, 1_000_000_000_000 + later)).toBe(expired);
});
