/** Random calls: seven of ten about connectors that may exist, the rest of every other kind. */
import type { Random } from '../random.ts';
import { call, type Call } from './call.ts';
import {
  alterOffsets,
  badCreate,
  create,
  list,
  nameOf,
  patchConfig,
  putConfig,
  read,
  restart,
  restartTask,
} from './connector-calls.ts';
import { loggers, malformed, odd, plugins, validate } from './other-calls.ts';

type Make = (random: Random) => Call;

/** By how often, then what. */
const KINDS: readonly (readonly [number, Make])[] = [
  [10, create],
  [4, (random) => badCreate(random)],
  [8, putConfig],
  [6, patchConfig],
  [7, list],
  [16, read],
  [
    8,
    (random) =>
      call(
        'PUT',
        `/connectors/${nameOf(random)}/${random.pick(['pause', 'resume', 'stop', 'stop'])}`,
      ),
  ],
  [5, restart],
  [3, restartTask],
  [5, (random) => call('DELETE', `/connectors/${nameOf(random)}`)],
  [5, (random) => call('GET', `/connectors/${nameOf(random)}/offsets`)],
  [9, alterOffsets],
  [3, (random) => call('DELETE', `/connectors/${nameOf(random)}/offsets`)],
  [2, (random) => call('PUT', `/connectors/${nameOf(random)}/topics/reset`)],
  [3, plugins],
  [9, validate],
  [4, loggers],
  [5, malformed],
  [4, odd],
];
const TOTAL = KINDS.reduce((sum, [weight]) => sum + weight, 0);

export function randomCall(random: Random): Call {
  let left = random.below(TOTAL);
  for (const [weight, make] of KINDS) {
    left -= weight;
    if (left < 0) return make(random);
  }
  throw new Error('weights don’t add up');
}
