import { isDeepStrictEqual } from 'node:util';
import type { Exchange } from './call.ts';
import { normal } from './normal.ts';
import { REASONS, type Reason } from './reasons.ts';

/** Empty: the answers differ for none of the reasons. */
export function reasonsOf(exchange: Exchange): readonly Reason[] {
  const whole = REASONS.find(({ holds }) => holds?.(exchange) === true);
  if (whole !== undefined) return [whole];
  let [theirs, ours] = [normal(exchange.theirs), normal(exchange.ours)];
  const used: Reason[] = [];
  for (const reason of REASONS) {
    if (reason.without === undefined) continue;
    const [a, b] = [reason.without(theirs), reason.without(ours)];
    if (isDeepStrictEqual(a, theirs) && isDeepStrictEqual(b, ours)) continue;
    [theirs, ours] = [a, b];
    used.push(reason);
  }
  return isDeepStrictEqual(theirs, ours) ? used : [];
}
