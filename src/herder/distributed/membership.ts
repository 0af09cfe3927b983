/**
 * A worker's place in its group: joins, lets the leader deal out the work, keeps the membership alive, and joins again
 * when told. What is revoked is stopped before the worker joins again, so that nobody starts it meanwhile (Invariant 5).
 */
import { backoffMs } from '../../foundation/backoff.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, errorFields, explain } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import type { GroupMember, Joined } from '../../kafka/port.ts';
import {
  decodeAssignment,
  decodeMemberState,
  encodeAssignment,
  encodeMemberState,
  type Assignment,
  type MemberState,
} from './protocol.ts';

export interface MembershipOptions {
  readonly member: GroupMember;
  readonly clock: Clock;
  readonly log: Log;
  /** `session.timeout.ms`: after so long without an answer the others may have started this worker's work. */
  readonly sessionTimeoutMs: number;
  /** `rebalance.timeout.ms`: so long the group waits for a worker that joins again. */
  readonly rebalanceTimeoutMs: number;
  /** `heartbeat.interval.ms`. */
  readonly heartbeatMs: number;
  readonly worker: GroupWorker;
}

/** What the membership needs of its worker. One call at a time, but for `lose`. */
export interface GroupWorker {
  /** What it brings to the group: with all that it runs. */
  state(): Promise<MemberState>;
  /** As the leader: what each member gets. */
  lead(
    members: ReadonlyMap<string, MemberState>,
    round: { readonly generation: number; readonly memberId: string },
  ): Promise<ReadonlyMap<string, Assignment>>;
  /** Stops what is revoked, starts what is new. True: it has to join again at once. */
  take(assignment: Assignment, round: Round): Promise<boolean>;
  /** The group may have gone on without it: everything is stopped. */
  lose(): Promise<void>;
}

export interface Round {
  readonly generation: number;
  readonly memberId: string;
  readonly isLeader: boolean;
}

/** The part of its time in which a worker that isn't heard must have begun to stop. */
const SAFE_PART = 2 / 3;
const GONE_ON = 'The group has gone on without the worker';
/** After a failed try to join. */
const BACKOFF = { initialMs: 100, maxMs: 5_000 } as const;

export class Membership implements AsyncDisposable {
  readonly #options: MembershipOptions;
  readonly #closing = new AbortController();
  #rejoin = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  #round: Round | undefined;
  #heardAt = 0;
  /** Ends in the worker giving up its work, unless the group is heard of before. */
  #watchdog: Disposable | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The round that is in force; undefined while the group rebalances. */
  get round(): Round | undefined {
    return this.#round;
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** The worker has something to tell the group, or knows that work has to be dealt out anew. */
  requestRejoin(): void {
    this.#rejoin.abort(new Error('the worker asked to join again'));
  }

  /** Leaves the group, so that it needn't wait for this worker. The work has to be stopped before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the worker is closing'));
    await this.#ended;
    this.#watchdog?.[Symbol.dispose]();
    const { member } = this.#options;
    await member.leave().catch(() => undefined);
    await member[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted;) {
      try {
        const assignment = await this.#join();
        failures = 0;
        const again = await this.#whileAlive(() => this.#take(assignment));
        if (!again) await this.#hold(assignment.delayMs);
      } catch (error) {
        if (signal.aborted) return;
        if (isA(error, 'kafka.not_a_member')) this.#lose(GONE_ON);
        failures += 1;
        log.info(`The worker joins its group again: ${explain(error)}`, errorFields(error));
        await clock.sleep(backoffMs(failures, BACKOFF), signal).catch(() => undefined);
      }
      this.#round = undefined;
    }
  }

  /** While the group waits for its members, it lets a session be: the watchdog waits as long. */
  async #join(): Promise<Assignment> {
    const { clock, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    this.#rejoin = new AbortController();
    if (this.#watchdog !== undefined) this.#watch(rebalanceTimeoutMs, clock.monotonic());
    try {
      return await this.#playRound();
    } catch (error) {
      if (this.#watchdog !== undefined) this.#watch(sessionTimeoutMs, this.#heardAt);
      throw error;
    }
  }

  /** One round of the group, in which this worker may be the leader. */
  async #playRound(): Promise<Assignment> {
    const { member, worker } = this.#options;
    const joined = await member.join(encodeMemberState(await worker.state()));
    const { generation, memberId, leaderId } = joined;
    const isLeader = leaderId === memberId;
    const shares = isLeader ? await this.#lead(joined) : new Map<string, Uint8Array>();
    const own = await this.#ask(() => member.sync(shares));
    const assignment = decodeAssignment(Buffer.from(own));
    this.#round = { generation, memberId, isLeader };
    return assignment;
  }

  async #lead({ members, ...round }: Joined): Promise<ReadonlyMap<string, Uint8Array>> {
    const states = members.map(
      ({ memberId, metadata }) => [memberId, decodeMemberState(Buffer.from(metadata))] as const,
    );
    const shares = await this.#options.worker.lead(new Map(states), round);
    return new Map([...shares].map(([memberId, share]) => [memberId, encodeAssignment(share)]));
  }

  async #take(assignment: Assignment): Promise<boolean> {
    const round = this.#round;
    if (assignment.isMismatch || round === undefined) return true;
    return await this.#options.worker.take(assignment, round);
  }

  /** Heartbeats until the group rebalances, the worker asks for it, or `delayMs` has passed (0: never). */
  async #hold(delayMs: number): Promise<void> {
    const { clock } = this.#options;
    using _scheduled =
      delayMs > 0 ? clock.timer(delayMs, () => this.requestRejoin()) : { [Symbol.dispose]() {} };
    const signal = AbortSignal.any([this.#closing.signal, this.#rejoin.signal]);
    while (!signal.aborted) {
      await clock.sleep(this.#options.heartbeatMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.#beat();
    }
  }

  /**
   * Heartbeats beside `work`, which may take long; a rebalance that begins meanwhile is joined after it, and the group waits
   * for that as long as it hears of the worker.
   */
  async #whileAlive(work: () => Promise<boolean>): Promise<boolean> {
    const { clock, heartbeatMs } = this.#options;
    const done = new AbortController();
    let mustJoin = false;
    const beating = (async (): Promise<void> => {
      for (;;) {
        await clock.sleep(heartbeatMs, done.signal).catch(() => undefined);
        if (done.signal.aborted) return;
        const failure = await this.#beat().catch((error: unknown) => error);
        if (failure === undefined) continue;
        mustJoin = true;
        if (!isA(failure, 'kafka.not_a_member')) continue;
        return this.#lose(GONE_ON);
      }
    })();
    try {
      return (await work()) || mustJoin;
    } finally {
      done.abort();
      await beating;
    }
  }

  async #beat(): Promise<void> {
    await this.#ask(() => this.#options.member.heartbeat());
  }

  /** An answer says that the group knew the worker when it was asked; that it rebalances is one too. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const asked = this.#options.clock.monotonic();
    try {
      const answer = await question();
      this.#hear(asked);
      return answer;
    } catch (error) {
      if (isA(error, 'kafka.rebalancing')) this.#hear(asked);
      throw error;
    }
  }

  #hear(asked: number): void {
    this.#heardAt = asked;
    this.#watch(this.#options.sessionTimeoutMs, asked);
  }

  /** Within `ms` since the group was asked (and has answered), the worker's place in it is safe. */
  #watch(ms: number, asked: number): void {
    const { clock } = this.#options;
    this.#watchdog?.[Symbol.dispose]();
    const left = Math.max(0, asked + ms * SAFE_PART - clock.monotonic());
    this.#watchdog = clock.timer(left, () => this.#lose('The group has not answered for too long'));
  }

  /** It comes back as a new member, without work. */
  #lose(because: string): void {
    const { member, worker, log } = this.#options;
    this.#watchdog?.[Symbol.dispose]();
    this.#watchdog = undefined;
    log.warn(`${because}: the worker gives up its work.`);
    member.forget();
    worker.lose().catch((error: unknown) => {
      log.error(`Giving up its work failed: ${explain(error)}`, errorFields(error));
    });
    this.requestRejoin();
  }
}

function isA(error: unknown, code: string): boolean {
  return error instanceof AppError && error.code === code;
}
