/** Random calls to a worker of Connect and one of ours, answer by answer. */
import type { Random } from '../random.ts';
import { shown, type Answer, type Call, type Exchange } from './call.ts';
import { randomCall } from './generator.ts';
import { isSame, normal } from './normal.ts';
import { differences } from './differences.ts';
import { reasonsOf } from './judge.ts';
import type { Reason } from './reasons.ts';
import { Settling } from './settle.ts';
import { pause, type Side, type Sides } from './side.ts';

export interface Outcome {
  readonly calls: number;
  /** By the method and Connect's status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly reasons: ReadonlyMap<Reason, number>;
  /** What differed without a reason, to be read. */
  readonly mismatches: readonly string[];
}

/** Reads that differ are asked again: states change a moment after the answer. */
const SAME_WITHIN_MS = 4_000;
/** A group that rebalances, tasks that are still ending. */
const MOMENTARY =
  /conflicting operation|momentarily|have not stopped completely|not stopped yet|non-empty|NonEmpty/i;
const TRIES = 40;
const MOST_MISMATCHES = 25;

export async function differential(sides: Sides, random: Random, calls: number): Promise<Outcome> {
  const settling = new Settling(sides);
  const statuses: Record<string, number> = {};
  const reasons = new Map<Reason, number>();
  const mismatches: string[] = [];
  let recent: string[] = [];
  await settling.clear();
  let made = 0;
  for (; made < calls && mismatches.length < MOST_MISMATCHES; made += 1) {
    const asked = randomCall(random);
    recent = [...recent.slice(-15), shown(asked)];
    const exchange = await exchanged(sides, asked);
    const key = `${asked.method} ${exchange.theirs.status}`;
    statuses[key] = (statuses[key] ?? 0) + 1;
    const isAlike = isSame(exchange.theirs, exchange.ours);
    const found = isAlike ? [] : reasonsOf(exchange);
    for (const reason of found) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (!isAlike && found.length === 0) mismatches.push(told(random.seed, made, exchange, recent));
    if (found.length > 0 && exchange.theirs.status < 300 && exchange.ours.status >= 400) {
      await settling.clear();
      continue;
    }
    const isRefused = exchange.theirs.status >= 400 && exchange.ours.status >= 400;
    if (asked.method === 'GET' || isRefused) continue;
    const unsettled = await settling.settle(asked);
    if (unsettled === undefined) continue;
    mismatches.push(
      `seed ${random.seed}, call ${made}: after ${shown(asked)} the workers never got alike:\n${unsettled}\nbefore:\n  ${recent.join('\n  ')}`,
    );
    await settling.clear();
  }
  await settling.clear();
  return { calls: made, statuses, reasons, mismatches };
}

async function exchanged(sides: Sides, asked: Call): Promise<Exchange> {
  const deadline = performance.now() + SAME_WITHIN_MS;
  for (;;) {
    const [theirs, ours] = await Promise.all([
      patiently(sides.theirs, asked),
      patiently(sides.ours, asked),
    ]);
    const exchange = { call: asked, theirs, ours };
    const isRead = asked.method === 'GET' || asked.method === 'HEAD';
    const isDone = !isRead || isSame(theirs, ours) || reasonsOf(exchange).length > 0;
    if (isDone || performance.now() > deadline) return exchange;
    await pause();
  }
}

async function patiently(side: Side, asked: Call): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await side.send(asked);
    const isMomentary = answer.status >= 400 && MOMENTARY.test(answer.text);
    if (!isMomentary || tries === TRIES) return answer;
    await pause();
  }
}

function told(
  seed: number,
  index: number,
  { call: asked, theirs, ours }: Exchange,
  recent: readonly string[],
): string {
  const [a, b] = [normal(theirs), normal(ours)];
  const lines = differences('', a, b);
  return [
    `seed ${seed}, call ${index}: ${shown(asked)}`,
    ...lines.slice(0, 12),
    `before:\n  ${recent.join('\n  ')}`,
  ].join('\n');
}
