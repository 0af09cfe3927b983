/** What the leader of a round tells the members: from what they brought, and what is configured. */
import { assign, NO_MEMORY, type AssignorMemory } from './assignor.ts';
import type { Assignment, MemberState } from './protocol.ts';
import { Work, type WorkUnit } from './work.ts';

export interface LeaderInput {
  readonly members: ReadonlyMap<string, MemberState>;
  /** The leader's own id in the group. */
  readonly memberId: string;
  readonly generation: number;
  /** How far the leader has read the config topic, and all that is to run by it. */
  readonly configOffset: bigint;
  readonly configured: Work;
  readonly now: number;
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number;
}

export class Leader {
  #memory: AssignorMemory = NO_MEMORY;
  #members: ReadonlyMap<string, MemberState> = new Map();

  /** Another worker leads: what is remembered is old by the next time. */
  resign(): void {
    this.#memory = NO_MEMORY;
    this.#members = new Map();
  }

  /** Where the worker with this id answers REST; undefined: it isn't in the group. */
  urlOf(memberId: string): string | undefined {
    return this.#members.get(memberId)?.url;
  }

  /** Where the worker that runs a unit, by the last round, answers REST. */
  ownerOf(unit: WorkUnit): string | undefined {
    for (const [member, work] of this.#memory.given) {
      if (work.has(unit)) return this.urlOf(member);
    }
    return undefined;
  }

  decide(input: LeaderInput): ReadonlyMap<string, Assignment> {
    const { members, memberId, configOffset, generation, configured, now, maxDelayMs } = input;
    this.#members = members;
    const leaderUrl = members.get(memberId)?.url ?? '';
    const newest = [...members.values()].reduce(
      (max, state) => (state.configOffset > max ? state.configOffset : max),
      -1n,
    );
    const common = { leader: memberId, leaderUrl, assigned: new Work(), revoked: new Work() };
    if (configOffset < newest) {
      // Members have read more than the leader: nothing may be decided by less.
      const behind = { ...common, isMismatch: true, configOffset: newest, delayMs: 0 };
      return new Map([...members.keys()].map((member) => [member, behind]));
    }
    const reported = new Map(
      [...members].map(([member, { assignment }]) => [member, assignment?.assigned ?? new Work()]),
    );
    const round = { members: reported, configured, generation, now, maxDelayMs };
    const { decision, memory } = assign(round, this.#memory);
    this.#memory = memory;
    const shareOf = (member: string): Assignment => ({
      ...common,
      isMismatch: false,
      configOffset,
      assigned: decision.assigned.get(member) ?? new Work(),
      revoked: decision.revoked.get(member) ?? new Work(),
      delayMs: decision.delayMs,
    });
    return new Map([...members.keys()].map((member) => [member, shareOf(member)]));
  }
}
