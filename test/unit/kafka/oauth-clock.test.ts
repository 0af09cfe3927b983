/** Goal: a token's life is measured by time that passes: a clock that is set neither keeps a dead token nor asks in bursts. */
import { expect, it } from 'vitest';
import { tokenSource } from '../../../src/kafka/oauth.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const DAY_MS = 86_400_000;
const LIFE_S = 3_600;

it.each([DAY_MS, -DAY_MS])('the clock jumps by %d ms', async (jump) => {
  const clock = new ManualClock();
  const options = {
    unsecuredLoginStringClaim_sub: 'worker',
    unsecuredLoginLifetimeSeconds: String(LIFE_S),
  };
  const token = tokenSource({}, options, clock);
  const first = await token();
  clock.jump(jump);
  expect(await token()).toBe(first);
  await clock.advance(LIFE_S * 1_000);
  const next = await token();
  expect(next).not.toBe(first);
  expect(await token()).toBe(next);
});
