/**
 * Who runs what: Connect's incremental cooperative rebalancing (KIP-415), pure. What a worker runs is left with it;
 * what moves is revoked in one round and given away in the next, when nobody runs it any more. The work of a worker that
 * was lost waits `scheduled.rebalance.max.delay.ms` for it to come back.
 */
import { Work, WORK_KINDS, type WorkKind, type WorkUnit } from './work.ts';

export interface AssignorInput {
  /** Each member's own report, in the order of the group. */
  readonly members: ReadonlyMap<string, Work>;
  /** All that is to run. */
  readonly configured: Work;
  /** The group's generation that is being decided. */
  readonly generation: number;
  /** Any clock, ms, that doesn't go back. */
  readonly now: number;
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number;
}

export interface Decision {
  readonly assigned: ReadonlyMap<string, Work>;
  readonly revoked: ReadonlyMap<string, Work>;
  /** When members join again by themselves, ms; 0: no need. */
  readonly delayMs: number;
}

/** What a leader remembers from round to round; a new leader starts with `NO_MEMORY`. */
export interface AssignorMemory {
  readonly generation: number;
  /** What should run where, after the last round. */
  readonly given: ReadonlyMap<string, Work>;
  /** When lost work is given away; undefined: none waits. */
  readonly lostUntil: number | undefined;
  /** Rounds in a row that revoked in order to balance. */
  readonly revokingRounds: number;
  /** No work is revoked for balance before. */
  readonly balanceFrom: number;
}

export const NO_MEMORY: AssignorMemory = {
  generation: -1,
  given: new Map(),
  lostUntil: undefined,
  revokingRounds: 0,
  balanceFrom: 0,
};

/** Rounds that revoke one after the other wait: twice as long each time, up to the maximal delay (KAFKA-12495). */
const BACKOFF_INITIAL_MS = 1_000;
/** The least that makes members join again. */
const NEXT_ROUND_MS = 1;

/** One round. Every unit stays with at most one member; a unit that is assigned was run by nobody who reported. */
export function assign(
  input: AssignorInput,
  memory: AssignorMemory,
): { decision: Decision; memory: AssignorMemory } {
  const { members, configured, now } = input;
  const isKnown = memory.generation === input.generation - 1;
  const before = isKnown ? union(memory.given) : new Work();
  const running = union(members);

  const kept = keepOnce(members, configured);
  const lost = new Work([...before.minus(running)].filter((unit) => configured.has(unit)));
  const { waiting, until } = waitForLost(lost, members, memory, isKnown, input);
  const free = configured.minus(union(kept), waiting);
  // What somebody still runs twice, or shouldn't, is given away in a later round.
  const assignable = free.minus(running);
  const balanceRevoked =
    waiting.size === 0 && assignable.size === 0 && now >= memory.balanceFrom
      ? overload(kept, configured)
      : new Map<string, Work>();

  const assigned = deal(assignable, kept);
  const revoked = new Map<string, Work>();
  for (const [member, work] of members) {
    const own = kept.get(member) ?? new Work();
    revoked.set(member, work.minus(own).plus(balanceRevoked.get(member) ?? new Work()));
  }
  const given = new Map<string, Work>();
  for (const [member, own] of kept) {
    given.set(
      member,
      own.plus(assigned.get(member) ?? new Work()).minus(revoked.get(member) ?? new Work()),
    );
  }
  const hasBalanced = balanceRevoked.size > 0;
  const revokingRounds = hasBalanced ? memory.revokingRounds + 1 : memory.revokingRounds;
  const isBalanced = [...overload(given, configured).values()].every(({ size }) => size === 0);
  const backoff = Math.min(BACKOFF_INITIAL_MS * 2 ** (revokingRounds - 1), input.maxDelayMs);
  const balanceFrom = hasBalanced ? now + (revokingRounds > 1 ? backoff : 0) : memory.balanceFrom;
  const lostDelay = until === undefined ? 0 : Math.max(0, until - now);
  // A round that gives work away revokes none: what is still uneven then is for a round of its own.
  const balanceDelay =
    !hasBalanced && !isBalanced && waiting.size === 0
      ? Math.max(NEXT_ROUND_MS, memory.balanceFrom - now)
      : 0;
  return {
    decision: { assigned, revoked, delayMs: Math.ceil(Math.max(lostDelay, balanceDelay)) },
    memory: {
      generation: input.generation,
      given: waiting.size === 0 ? given : new Map([...given, [LOST, waiting]]),
      lostUntil: until,
      revokingRounds: isBalanced && !hasBalanced ? 0 : revokingRounds,
      balanceFrom: isBalanced && !hasBalanced ? 0 : balanceFrom,
    },
  };
}

/** Holds what waits for a lost worker in what should run; no member has this name. */
const LOST = '';

/** What each member may go on with: configured, and reported by no member before it. */
function keepOnce(members: ReadonlyMap<string, Work>, configured: Work): Map<string, Work> {
  const reports = new Map<string, number>();
  const name = ({ connector, task }: WorkUnit): string => `${task} ${connector}`;
  for (const unit of [...members.values()].flatMap((work) => [...work])) {
    reports.set(name(unit), (reports.get(name(unit)) ?? 0) + 1);
  }
  const kept = new Map<string, Work>();
  for (const [member, work] of members) {
    const own = [...work].filter((unit) => configured.has(unit) && reports.get(name(unit)) === 1);
    kept.set(member, new Work(own));
  }
  return kept;
}

/** Lost work waits, until its time is over or a worker comes that could be the one that ran it. */
function waitForLost(
  lost: Work,
  members: ReadonlyMap<string, Work>,
  memory: AssignorMemory,
  isKnown: boolean,
  { now, maxDelayMs }: AssignorInput,
): { waiting: Work; until: number | undefined } {
  const none = { waiting: new Work(), until: undefined };
  if (lost.size === 0 || !isKnown || maxDelayMs === 0) return none;
  const { given, lostUntil } = memory;
  const isAnyoneGone = [...given.keys()].some((member) => member !== LOST && !members.has(member));
  const hasCome = [...members].some(([member, work]) => !given.has(member) && work.size === 0);
  // Nobody is gone: a member gave up its work by itself. Somebody came empty-handed: it takes the work over.
  if (hasCome || (lostUntil === undefined && !isAnyoneGone)) return none;
  const until = lostUntil ?? now + maxDelayMs;
  return now >= until ? none : { waiting: lost, until };
}

/** Each unit goes to whoever has the fewest of its kind, the first of equals. */
function deal(units: Work, kept: ReadonlyMap<string, Work>): Map<string, Work> {
  const assigned = new Map([...kept.keys()].map((member) => [member, new Work()]));
  for (const kind of WORK_KINDS) {
    const loads = new Map([...kept].map(([member, work]) => [member, work.count(kind)]));
    for (const unit of units.of(kind)) {
      const member = lightest(loads);
      if (member === undefined) break;
      assigned.get(member)?.add(unit);
      loads.set(member, (loads.get(member) ?? 0) + 1);
    }
  }
  return assigned;
}

function lightest(loads: ReadonlyMap<string, number>): string | undefined {
  let found: string | undefined;
  let least = Infinity;
  for (const [member, load] of loads) {
    if (load < least) [found, least] = [member, load];
  }
  return found;
}

/** What must move so that no two members differ by more than one unit of a kind: the last of who has too many. */
function overload(kept: ReadonlyMap<string, Work>, configured: Work): Map<string, Work> {
  const moved = new Map<string, Work>();
  for (const kind of WORK_KINDS) {
    for (const [member, units] of overloadOf(kind, kept, configured)) {
      moved.set(member, (moved.get(member) ?? new Work()).plus(new Work(units)));
    }
  }
  return moved;
}

function overloadOf(
  kind: WorkKind,
  kept: ReadonlyMap<string, Work>,
  configured: Work,
): ReadonlyMap<string, readonly WorkUnit[]> {
  const moved = new Map<string, readonly WorkUnit[]>();
  const total = configured.count(kind);
  const floor = Math.floor(total / kept.size);
  /** So many members may have one more than `floor`. */
  let bigger = total - floor * kept.size;
  const byLoad = [...kept].toSorted(([, a], [, b]) => b.count(kind) - a.count(kind));
  for (const [member, work] of byLoad) {
    const units = work.of(kind);
    const may = units.length > floor && bigger > 0 ? floor + 1 : floor;
    if (units.length > floor) bigger -= 1;
    if (units.length > may) moved.set(member, units.slice(may));
  }
  return moved;
}

function union(works: ReadonlyMap<string, Work>): Work {
  return new Work().plus(...works.values());
}
