import type { Properties } from '../../config/definition.ts';
import { backoffMs } from '../../foundation/backoff.ts';
import { AppError, errorFields, explain } from '../../foundation/errors.ts';
import { LEVELS } from '../../foundation/pino.ts';
import type { SinkTask } from '../../sdk/index.ts';
import { sessionRecord, taskRecords, type ConfigRecord } from '../../storage/config-records.ts';
import type { ConfigChange, ConfigState, SessionKey } from '../../storage/config-state.ts';
import { ConfigTopic } from '../../storage/config-topic.ts';
import type { StatusState } from '../../storage/status-state.ts';
import { topicSettings } from '../../storage/internal-topic.ts';
import { StatusTopic } from '../../storage/status-topic.ts';
import { canonicalJson } from '../../data/exact-json.ts';
import { Claims } from '../claims.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { Leftovers } from '../leftovers.ts';
import { PluginCatalog } from '../plugins.ts';
import { startupMetrics } from '../startups.ts';
import { registerAssignment, registerWorkerMetrics } from '../worker-metrics.ts';
import { ExactlyOnceSources } from './exactly-once.ts';
import { ZombieFencing } from './fencing.ts';
import { Forward } from './forward.ts';
import { GroupViews } from './group-views.ts';
import { GroupWork } from './group-work.ts';
import type { DistributedHerderDeps } from './deps.ts';
import { askLeader, type LeaderRequest } from './leader-requests.ts';
import { LocalWork } from './local-work.ts';
import { Membership } from './membership.ts';
import { PROTOCOL, PROTOCOL_TYPE } from './protocol.ts';
import { RebalanceMetrics } from './rebalance-metrics.ts';
import { isExpired, isSigned, newSessionKey } from './session-keys.ts';
import { INSTANCE, type WorkUnit } from './work.ts';

/** After a failed try to hand planned tasks to the leader. */
const PUBLISH_BACKOFF = { initialMs: 250, maxMs: 60_000 } as const;

/** The parts of a group's worker, wired: its topics, its place in the group, and what it runs. */
export class Group implements AsyncDisposable {
  readonly plugins: PluginCatalog;
  readonly views: GroupViews;
  readonly #deps: DistributedHerderDeps;
  readonly #configTopic: ConfigTopic;
  readonly #statusTopic: StatusTopic;
  readonly #local: LocalWork;
  readonly #work: GroupWork;
  readonly #membership: Membership;
  readonly #fencing: ZombieFencing;
  readonly #changes = new KeyedQueue();
  readonly #closing = new AbortController();
  /** What each instance planned last: older plans aren't handed over any more. */
  readonly #planned = new Map<string, readonly Properties[]>();
  #session: SessionKey | undefined;
  #isOpen = false;

  constructor(deps: DistributedHerderDeps) {
    const { kafka, properties, plugins, clock, groupId } = deps;
    const log = deps.log.child({ logger: 'herder' });
    this.#deps = deps;
    this.plugins = new PluginCatalog(plugins, deps.classes);
    this.#configTopic = new ConfigTopic({
      kafka,
      topic: topicOf('config', properties, 1),
      groupId,
      log,
      onChange: (change) => this.#onChange(change),
    });
    this.#statusTopic = new StatusTopic({
      kafka,
      topic: topicOf('status', properties, 5),
      log,
      onStatus: (id, status) => this.#work.onStatusRead(id, status),
    });
    const syncTimeoutMs = Number(properties['worker.sync.timeout.ms'] ?? 3_000);
    this.#fencing = new ZombieFencing({
      configs: this.#configTopic,
      kafka,
      groupId,
      syncTimeoutMs,
      inTurn: (operation) => this.change(operation),
      write: (records) => this.write(records),
    });
    this.views = new GroupViews(this.configs, this.statuses, this.plugins, deps);
    this.#local = new LocalWork({
      deps,
      plugins: this.plugins,
      configs: this.configs,
      claims: new Claims(deps.offsets),
      leftovers: new Leftovers(),
      startups: startupMetrics(deps.metrics, clock),
      onStatus: (unit, status) => this.#work.onStatus(unit, status),
      onPlanned: (connector, tasks) => void this.#publish(connector, tasks),
      onTopic: (connector, topic, task) => this.#noteTopic(connector, topic, task),
      exactlyOnce: new ExactlyOnceSources({
        deps,
        configs: this.#configTopic,
        syncTimeoutMs,
        owns: (unit) => this.#work.owns(unit),
        fence: (connector, signal) => this.#askToFence(connector, signal),
      }),
      onReload: (connector) => this.#restart(connector, { includeTasks: true, onlyFailed: false }),
      inTurn: (run) => {
        this.#work.inTurn(run).catch((error: unknown) => {
          log.error(`A restart failed: ${explain(error)}`, errorFields(error));
        });
      },
    });
    registerWorkerMetrics(deps.metrics, () => this.#local.running());
    registerAssignment(deps.metrics, `connect-${deps.workerId}`, () => this.#local.running());
    this.#work = new GroupWork({
      configs: this.#configTopic,
      statuses: this.#statusTopic,
      local: this.#local,
      clock,
      log,
      workerId: deps.workerId,
      url: deps.url,
      maxDelayMs: Number(properties['scheduled.rebalance.max.delay.ms'] ?? 300_000),
      syncTimeoutMs,
      rebalances: new RebalanceMetrics(deps.metrics, clock),
      requestRejoin: () => this.#membership.requestRejoin(),
      onLeading: (isNew) => this.#startLeading(isNew),
    });
    const sessionTimeoutMs = Number(properties['session.timeout.ms'] ?? 10_000);
    const rebalanceTimeoutMs = Number(properties['rebalance.timeout.ms'] ?? 60_000);
    this.#membership = new Membership({
      member: kafka.groupMember({
        groupId,
        clientId: `connect-${deps.workerId}`,
        protocolType: PROTOCOL_TYPE,
        protocol: PROTOCOL,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
      }),
      clock,
      log,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      heartbeatMs: Number(properties['heartbeat.interval.ms'] ?? 3_000),
      worker: this.#work,
    });
  }

  get configs(): ConfigState {
    return this.#configTopic.state;
  }

  get statuses(): StatusState {
    return this.#statusTopic.state;
  }

  /** It has read the group's topics and was given a place in the group once. */
  get isReady(): boolean {
    return this.#isOpen && this.#work.place !== 'joining';
  }

  trouble(): { readonly reason: string; readonly lasting: boolean } | undefined {
    if (this.#work.place !== 'lost') return undefined;
    const reason =
      "The group doesn't know this worker any more, or can't be reached: nothing runs here until it has joined again.";
    return { reason, lasting: true };
  }

  get isLeader(): boolean {
    return this.#work.isLeader;
  }

  get leaderUrl(): string | undefined {
    return this.#work.leaderUrl;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  async open(): Promise<void> {
    await this.#configTopic.open(this.closing);
    await this.#statusTopic.open(this.closing);
    this.#isOpen = true;
    this.#membership.start();
  }

  /** Requests that change the group, one after another. */
  change<T>(operation: () => Promise<T>): Promise<T> {
    return this.#changes.run('', operation);
  }

  /** As the leader. One that was fenced meanwhile joins the group again and says who leads. */
  async write(records: readonly ConfigRecord[]): Promise<void> {
    if (!this.isLeader) throw new Forward(this.leaderUrl);
    try {
      await this.#configTopic.write(records, this.closing);
    } catch (error) {
      this.#work.resign();
      if (!(error instanceof AppError) || error.code !== 'kafka.fenced') throw error;
      throw new Forward(undefined);
    }
  }

  async writeShared(records: readonly ConfigRecord[]): Promise<void> {
    await this.#configTopic.writeShared(records, this.closing);
  }

  /** By the worker that runs it; the leader knows which that is. */
  async restartUnit(unit: WorkUnit): Promise<void> {
    if ((await this.#work.restart(() => [unit])) > 0) return;
    throw new Forward(this.isLeader ? this.#work.ownerOf(unit) : this.leaderUrl);
  }

  /** undefined: the group's key isn't known yet. */
  isSigned(
    body: string,
    headers: { readonly signature: string; readonly algorithm: string },
  ): boolean | undefined {
    return this.#session === undefined ? undefined : isSigned(body, headers, this.#session);
  }

  /** Tasks that another worker has planned. */
  async putTasks(connector: string, tasks: readonly Properties[]): Promise<void> {
    if (!this.isLeader) throw new Forward(this.leaderUrl);
    await this.change(() => this.#writeTasks(connector, tasks));
  }

  /** As the leader: shuts out tasks of the connector's earlier configurations. Never within `change`: it takes a turn itself. */
  async fence(connector: string): Promise<void> {
    if (!this.isLeader) throw new Forward(this.leaderUrl);
    await this.#fencing.fence(connector);
  }

  queryTask(connector: string): SinkTask | undefined {
    return this.#local.queryTask(connector);
  }

  forgetTopics(connector: string): void {
    for (const topic of this.statuses.topics(connector)) {
      this.#statusTopic.putTopic(connector, topic, null);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the worker is stopping'));
    this.#local.close();
    await this.#changes.idle();
    await this.#work.release();
    await this.#membership[Symbol.asyncDispose]();
    await this.#configTopic[Symbol.asyncDispose]();
    await this.#statusTopic[Symbol.asyncDispose]();
  }

  async #startLeading(isNew: boolean): Promise<void> {
    if (isNew) await this.#configTopic.claim();
    const { properties, clock } = this.#deps;
    if (this.#session !== undefined && !isExpired(this.#session, properties, clock.now())) return;
    const key = sessionRecord(newSessionKey(properties, clock.now()));
    await this.#configTopic.write([key], this.closing);
  }

  #onChange(change: ConfigChange): void {
    if (change.kind === 'session') this.#session = change.session;
    else if (change.kind === 'restart') this.#restart(change.connector, change.request);
    else if (change.kind === 'logger') this.#setLevel(change.logger, change.level);
    else this.#work.onChange(change);
  }

  #setLevel(logger: string, wanted: string): void {
    const level = LEVELS.find((each) => each === wanted.toUpperCase());
    if (level !== undefined) this.#deps.levels.set(logger, level);
    else this.#deps.log.warn(`The group has no log level '${wanted}' for ${logger}.`);
  }

  /** Each worker restarts of its own work what the request is about. */
  #restart(
    connector: string,
    options: { readonly includeTasks: boolean; readonly onlyFailed: boolean },
  ): void {
    const isMeant = (unit: WorkUnit): boolean => {
      if (unit.connector !== connector) return false;
      const isInstance = unit.task === INSTANCE;
      if (!isInstance && !options.includeTasks) return false;
      const status = this.statuses.get({ connector, task: isInstance ? undefined : unit.task });
      return !options.onlyFailed || status?.state === 'FAILED';
    };
    const units = (): readonly WorkUnit[] => [...this.#local.units()].filter(isMeant);
    this.#work.restart(units).catch((error: unknown) => {
      this.#deps.log.error(`Restarting ${connector} failed: ${explain(error)}`, errorFields(error));
    });
  }

  /** Planned here, written by the leader; until it is, tried again. What is as before isn't written. */
  async #publish(connector: string, tasks: readonly Properties[]): Promise<void> {
    this.#planned.set(connector, tasks);
    await this.#handOver(connector, tasks);
    if (this.#planned.get(connector) === tasks) this.#planned.delete(connector);
  }

  async #handOver(connector: string, tasks: readonly Properties[]): Promise<void> {
    const { clock, log } = this.#deps;
    for (let attempt = 1; !this.closing.aborted; attempt += 1) {
      if (!this.#work.owns({ connector, task: INSTANCE })) return;
      if (this.#planned.get(connector) !== tasks || this.#isAsBefore(connector, tasks)) return;
      try {
        if (this.isLeader) await this.change(() => this.#writeTasks(connector, tasks));
        else await this.#sendTasks(connector, tasks);
        return;
      } catch (error) {
        log.info(
          `Tasks of ${connector} aren't handed over yet: ${explain(error)}`,
          errorFields(error),
        );
      }
      const wait = backoffMs(attempt, PUBLISH_BACKOFF);
      await clock.sleep(wait, this.closing).catch(() => undefined);
    }
  }

  async #writeTasks(connector: string, tasks: readonly Properties[]): Promise<void> {
    // One that was removed meanwhile has none: they would wait for the next of its name.
    if (this.configs.properties(connector) === undefined) return;
    if (!this.#isAsBefore(connector, tasks)) await this.write(taskRecords(connector, tasks));
  }

  #isAsBefore(connector: string, tasks: readonly Properties[]): boolean {
    if (this.configs.isInconsistent(connector)) return false;
    return canonicalJson(this.configs.tasks(connector)) === canonicalJson(tasks);
  }

  async #askToFence(connector: string, signal: AbortSignal): Promise<void> {
    if (this.isLeader) return await this.fence(connector);
    const path = `connectors/${encodeURIComponent(connector)}/fence`;
    const either = AbortSignal.any([signal, this.closing]);
    await this.#askLeader({ method: 'PUT', path }, either);
  }

  async #askLeader(request: LeaderRequest, signal: AbortSignal): Promise<void> {
    const { leaderUrl } = this;
    const { fetch: ask } = this.#deps;
    await askLeader(request, { leaderUrl, session: this.#session, fetch: ask }, signal);
  }

  async #sendTasks(connector: string, tasks: readonly Properties[]): Promise<void> {
    const path = `connectors/${encodeURIComponent(connector)}/tasks`;
    const request = { method: 'POST', path, body: JSON.stringify(tasks) } as const;
    await this.#askLeader(request, this.closing);
  }

  #noteTopic(connector: string, topic: string, task: number): void {
    if (this.#deps.properties['topic.tracking.enable'] === 'false') return;
    if (this.statuses.topics(connector).includes(topic)) return;
    this.#statusTopic.putTopic(connector, topic, { task, at: this.#deps.clock.now() });
  }
}

/** `config.storage.topic` and its kin. */
function topicOf(
  kind: 'config' | 'status',
  properties: Properties,
  partitions: number,
): ConstructorParameters<typeof StatusTopic>[0]['topic'] {
  const prefix = `${kind}.storage.`;
  return {
    topic: properties[`${prefix}topic`] ?? '',
    property: `${prefix}topic`,
    partitions: kind === 'config' ? 1 : Number(properties[`${prefix}partitions`] ?? partitions),
    replicationFactor: Number(properties[`${prefix}replication.factor`] ?? 3),
    config: topicSettings(kind, properties),
  };
}
