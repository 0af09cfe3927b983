/** How long a fuzz goes on: so many runs in `npm test`, `HEADWATER_FUZZ_MS` in `npm run test:long`. */

export interface FuzzLimit {
  readonly numRuns: number;
  readonly interruptAfterTimeLimit?: number;
  readonly seed?: number;
}

const TIME = process.env['HEADWATER_FUZZ_MS'];
const SEED = process.env['HEADWATER_SEED'];

export function fuzzLimit(runs: number): FuzzLimit {
  const seed = SEED === undefined ? {} : { seed: Number(SEED) };
  if (TIME === undefined) return { numRuns: runs, ...seed };
  return { numRuns: Infinity, interruptAfterTimeLimit: Number(TIME), ...seed };
}

/** For the test around it. */
export function fuzzTimeoutMs(usual: number): number {
  return TIME === undefined ? usual : Number(TIME) * 2 + usual;
}
