/**
 * What the group gives this worker to do, in turns: rounds of the group, changes of the configuration and requests that
 * people make don't cross (Connect's tick thread).
 */
import type { Clock } from '../../foundation/clock.ts';
import { errorFields, explain } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import type { ConfigChange } from '../../storage/config-state.ts';
import type { ConfigTopic } from '../../storage/config-topic.ts';
import type { StatusId, StoredStatus } from '../../storage/status-state.ts';
import type { StatusTopic } from '../../storage/status-topic.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { Leader } from './leader.ts';
import type { LocalStatus, LocalWork } from './local-work.ts';
import type { GroupWorker, Round } from './membership.ts';
import type { Assignment, MemberState } from './protocol.ts';
import type { RebalanceMetrics } from './rebalance-metrics.ts';
import { INSTANCE, Work, type WorkUnit } from './work.ts';

export interface GroupWorkOptions {
  readonly configs: ConfigTopic;
  readonly statuses: StatusTopic;
  readonly local: LocalWork;
  readonly clock: Clock;
  readonly log: Log;
  /** `host:port`, as statuses show it. */
  readonly workerId: string;
  /** Where this worker answers REST: `http://host:port/`. */
  readonly url: string;
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number;
  /** `worker.sync.timeout.ms`: so long the config topic is read before the worker joins again. */
  readonly syncTimeoutMs: number;
  readonly rebalances: RebalanceMetrics;
  readonly requestRejoin: () => void;
  /** This worker leads, before it starts what it got; `isNew`: it didn't before. */
  readonly onLeading: (isNew: boolean) => Promise<void>;
}

export class GroupWork implements GroupWorker {
  readonly #options: GroupWorkOptions;
  readonly #leader = new Leader();
  readonly #turns = new KeyedQueue();
  #assignment: Assignment | undefined;
  #round: Round | undefined;
  #owned = new Work();
  /** It leads the round, and alone can write. */
  #isInOffice = false;
  /** How many times its work was lost: what began before a loss mustn't go on after it. */
  #losses = 0;
  #isReleased = false;
  /** What this worker last said of each thing. */
  readonly #told = new Map<string, LocalStatus>();
  /** It was in a round once, and as a leader in office: what changes the group can be asked of it. */
  #hasBegun = false;

  constructor(options: GroupWorkOptions) {
    this.#options = options;
  }

  /** In its group: not yet, now, or not any more. */
  get place(): 'joining' | 'member' | 'lost' {
    if (this.#round !== undefined) return this.#hasBegun ? 'member' : 'joining';
    return this.#losses > 0 && this.#assignment !== undefined ? 'lost' : 'joining';
  }

  get isLeader(): boolean {
    return this.#round?.isLeader === true && this.#isInOffice;
  }

  get leaderUrl(): string | undefined {
    if (this.#round === undefined || (this.#round.isLeader && !this.#isInOffice)) return undefined;
    return this.#assignment?.leaderUrl;
  }

  /** Where the worker that runs a unit answers; known to the leader alone. */
  ownerOf(unit: WorkUnit): string | undefined {
    return this.isLeader ? this.#leader.ownerOf(unit) : undefined;
  }

  owns(unit: WorkUnit): boolean {
    return this.#owned.has(unit);
  }

  /** One after the other with rounds and changes. */
  inTurn<T>(operation: () => Promise<T>): Promise<T> {
    return this.#turns.run('', operation);
  }

  /** Starts them again, those that are still this worker's when it is their turn; resolves to how many that were. */
  restart(units: () => Iterable<WorkUnit>): Promise<number> {
    return this.inTurn(async () => {
      const own = [...units()].filter((unit) => this.#owned.has(unit));
      await Promise.all(own.map((unit) => this.#options.local.start(unit)));
      return own.length;
    });
  }

  /** Somebody else writes by now, or this worker can't: it leads again when a round says so. */
  resign(): void {
    this.#isInOffice = false;
    this.#options.requestRejoin();
  }

  state(): Promise<MemberState> {
    return this.inTurn(async () => {
      const { configs, url, rebalances } = this.#options;
      rebalances.begun();
      const assignment = {
        isMismatch: false,
        leader: this.#assignment?.leader ?? '',
        leaderUrl: this.#assignment?.leaderUrl ?? '',
        configOffset: configs.offset,
        assigned: this.#owned,
        revoked: new Work(),
        delayMs: 0,
      };
      return await Promise.resolve({ url, configOffset: configs.offset, assignment });
    });
  }

  lead(
    members: ReadonlyMap<string, MemberState>,
    round: { readonly generation: number; readonly memberId: string },
  ): Promise<ReadonlyMap<string, Assignment>> {
    return this.inTurn(async () => {
      const { configs, clock, maxDelayMs } = this.#options;
      const newest = Math.max(
        ...[...members.values()].map(({ configOffset }) => Number(configOffset)),
      );
      if (Number(configs.offset) < newest) await this.#catchUp();
      return this.#leader.decide({
        ...round,
        members,
        configOffset: configs.offset,
        configured: this.#configured(),
        now: clock.monotonic(),
        maxDelayMs,
      });
    });
  }

  take(assignment: Assignment, round: Round): Promise<boolean> {
    const losses = this.#losses;
    const isOver = (): boolean => losses !== this.#losses;
    return this.inTurn(async () => {
      const { configs, local, statuses } = this.#options;
      if (this.#isReleased) return false;
      if (isOver()) return true;
      this.#assignment = assignment;
      this.#round = round;
      this.#options.rebalances.ended(round, assignment.leaderUrl);
      if (!round.isLeader) {
        this.#leader.resign();
        this.#isInOffice = false;
      }
      if (configs.offset < assignment.configOffset) await this.#catchUp();
      if (isOver() || configs.offset < assignment.configOffset) return true;
      await local.stop(assignment.revoked);
      await statuses.flush();
      if (isOver()) return true;
      this.#owned = this.#owned.minus(assignment.revoked).plus(assignment.assigned);
      for (const unit of assignment.revoked) this.#told.delete(nameOf(unit));
      if (round.isLeader) await this.#takeOffice();
      if (isOver()) return true;
      this.#hasBegun = true;
      await this.#startMissing();
      return assignment.revoked.size > 0 || configs.offset > assignment.configOffset;
    });
  }

  /**
   * At once, whatever has its turn now, and after that what it may have started still. Statuses say nothing of it: who takes
   * the work over writes them.
   */
  async lose(): Promise<void> {
    this.#losses += 1;
    this.#owned = new Work();
    this.#told.clear();
    this.#round = undefined;
    this.#isInOffice = false;
    const { local, statuses } = this.#options;
    statuses.dropStatuses();
    await local.stop(local.units());
    await this.inTurn(() => local.stop(local.units().minus(this.#owned)));
  }

  /** Everything is stopped, and the group told so; what the group gives out after that isn't taken. */
  async release(): Promise<void> {
    await this.inTurn(async () => {
      const { local, statuses } = this.#options;
      this.#isReleased = true;
      this.#owned = new Work();
      await local.stop(local.units());
      await statuses.flush();
    });
  }

  onStatus(unit: WorkUnit, told: LocalStatus): void {
    const { state, trace, version } = told;
    const { statuses, workerId } = this.#options;
    const { connector, task } = unit;
    const id = { connector, task: task === INSTANCE ? undefined : task };
    const round = this.#round;
    // Outside the group it has no say.
    if (round === undefined) return;
    if (!this.#isConfigured(unit)) {
      this.#told.delete(nameOf(unit));
      statuses.put(id, null);
      return;
    }
    this.#told.set(nameOf(unit), told);
    const { generation } = round;
    const status = { state, trace: trace ?? null, workerId, generation, version };
    // What another worker runs by now isn't UNASSIGNED because this one has stopped it, however late.
    if (state === 'UNASSIGNED') statuses.putSafe(id, status);
    else statuses.put(id, status);
  }

  /**
   * A worker that was asleep may write how its work is before it learns that it has none any more: what runs here is said again
   * (Invariant 10). Only to one of an earlier round, so that no two answer each other for ever.
   */
  onStatusRead({ connector, task }: StatusId, status: StoredStatus): void {
    const unit = { connector, task: task ?? INSTANCE };
    const told = this.#told.get(nameOf(unit));
    const isOther = status.workerId !== this.#options.workerId;
    if (!isOther || told === undefined || this.#round === undefined) return;
    if (this.#owned.has(unit) && status.generation < this.#round.generation) {
      this.onStatus(unit, told);
    }
  }

  onChange(change: ConfigChange): void {
    const apply = async (): Promise<void> => {
      switch (change.kind) {
        case 'connector':
          return await this.#connectorChanged(change.connector);
        case 'tasks':
          return await this.#tasksChanged(change.connector);
        case 'target':
          return await this.#options.local.retarget(change.connector);
        case 'removed':
          this.#forget(change.connector);
          return this.#options.requestRejoin();
        default:
      }
    };
    this.inTurn(apply).catch((error: unknown) => {
      const fields = { change: change.kind, ...errorFields(error) };
      this.#options.log.error(`A change of the configuration failed: ${explain(error)}`, fields);
    });
  }

  async #connectorChanged(connector: string): Promise<void> {
    const instance = { connector, task: INSTANCE };
    if (this.#owned.has(instance)) await this.#options.local.start(instance);
    else this.#options.requestRejoin();
  }

  /** Those that are still this worker's after the next round are started by it. */
  async #tasksChanged(connector: string): Promise<void> {
    const { local, requestRejoin } = this.#options;
    const tasks = [...local.units()].filter(
      (unit) => unit.connector === connector && unit.task !== INSTANCE,
    );
    await local.stop(tasks);
    requestRejoin();
  }

  /** The leader forgets how a removed connector was. */
  #forget(connector: string): void {
    if (!this.isLeader) return;
    const { statuses } = this.#options;
    for (const task of [undefined, ...statuses.state.tasks(connector)]) {
      statuses.put({ connector, task }, null);
    }
    for (const topic of statuses.state.topics(connector)) statuses.putTopic(connector, topic, null);
  }

  async #takeOffice(): Promise<void> {
    const losses = this.#losses;
    await this.#options.onLeading(!this.#isInOffice);
    if (losses !== this.#losses) return;
    this.#isInOffice = true;
    // Connectors that were removed while nobody led.
    const { statuses, configs } = this.#options;
    for (const { connector, task } of statuses.state.all()) {
      if (configs.state.properties(connector) === undefined) {
        statuses.put({ connector, task }, null);
      }
    }
  }

  async #startMissing(): Promise<void> {
    const { local } = this.#options;
    const missing = [...this.#owned].filter(
      (unit) => this.#isConfigured(unit) && !local.isRunning(unit),
    );
    await Promise.all(missing.map((unit) => local.start(unit)));
  }

  async #catchUp(): Promise<void> {
    const { configs, log, syncTimeoutMs } = this.#options;
    await configs.refresh(AbortSignal.timeout(syncTimeoutMs)).catch((error: unknown) => {
      log.warn(`The config topic isn't read to its end yet: ${explain(error)}`, errorFields(error));
    });
  }

  #isConfigured({ connector, task }: WorkUnit): boolean {
    const { state } = this.#options.configs;
    if (state.properties(connector) === undefined) return false;
    return task === INSTANCE || task < state.tasks(connector).length;
  }

  /** All that is to run by the config topic. */
  #configured(): Work {
    const { state } = this.#options.configs;
    return new Work(
      state
        .connectors()
        .flatMap((connector) => [
          { connector, task: INSTANCE },
          ...state.tasks(connector).map((_, task) => ({ connector, task })),
        ]),
    );
  }
}

function nameOf({ connector, task }: WorkUnit): string {
  return `${task} ${connector}`;
}
