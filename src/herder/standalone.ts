import type { Properties } from '../config/definition.ts';
import { restoreHidden } from '../config/secrets.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../config/validation.ts';
import { AppError, errorFields, explain, toAppError } from '../foundation/errors.ts';
import type { QueryLimits, QueryResult } from '../sdk/index.ts';
import { buildConnector } from './build.ts';
import { Claims } from './claims.ts';
import type { RunningConnector } from './connector.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type {
  ConnectorInfo,
  ConnectorStatus,
  Herder,
  InitialState,
  OffsetEntry,
  PluginInfo,
  PluginPackage,
  StateInfo,
  TaskInfo,
} from './herder.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { Leftovers } from './leftovers.ts';
import { refuse } from './offset-entries.ts';
import { alterOffsets, readOffsets, resetOffsets } from './offsets.ts';
import { PluginCatalog } from './plugins.ts';
import { validateConnector } from './validation.ts';
import { Reloads } from './reloads.ts';
import { plannedRestart, Views } from './views.ts';
import { SelfHealing } from './self-healing.ts';
import { startupMetrics, type Startups } from './startups.ts';
import { registerWorkerMetrics } from './worker-metrics.ts';

export type { StandaloneHerderDeps } from './deps.ts';

export function createStandaloneHerder(deps: StandaloneHerderDeps): StandaloneHerder {
  return new StandaloneHerder(deps);
}

/**
 * Connect's standalone worker: connectors live in memory, only source offsets are kept. What changes one
 * connector runs one after another, in the order it was asked for; connectors don't wait for each other.
 */
export class StandaloneHerder implements Herder {
  readonly #deps: StandaloneHerderDeps;
  readonly #plugins: PluginCatalog;
  readonly #views: Views;
  readonly #claims: Claims;
  readonly #leftovers = new Leftovers();
  readonly #startups: Startups;
  readonly #healing: SelfHealing;
  readonly #connectors = new Map<string, RunningConnector>();
  readonly #queue = new KeyedQueue();
  readonly #reloads: Reloads;
  readonly #closing = new AbortController();
  #ready = false;

  constructor(deps: StandaloneHerderDeps) {
    this.#deps = deps;
    this.#plugins = new PluginCatalog(deps.plugins, deps.classes);
    this.#views = new Views(deps);
    this.#claims = new Claims(deps.offsets);
    this.#startups = startupMetrics(deps.metrics, deps.clock);
    const { providers, clock, log } = deps;
    const onChanged = (name: string): void => this.#reload(name);
    this.#reloads = new Reloads({ providers, clock, log, onChanged });
    this.#healing = new SelfHealing(deps);
    registerWorkerMetrics(deps.metrics, () => [...this.#connectors.values()]);
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Creates the connectors given at start; throws the first configuration error. */
  async start(
    connectors: readonly { readonly name: string; readonly config: Properties }[],
  ): Promise<void> {
    for (const { name, config } of connectors) {
      await this.#create(name, config, 'RUNNING', false).catch((error: unknown) => {
        throw of(name, error);
      });
    }
    this.#ready = true;
  }

  connectors(): readonly string[] {
    return [...this.#connectors.keys()];
  }

  info(name: string): ConnectorInfo {
    return this.#views.info(this.#require(name));
  }

  config(name: string): Properties {
    return this.#views.config(this.#require(name));
  }

  status(name: string): ConnectorStatus {
    const connector = this.#connectors.get(name);
    if (connector === undefined) throw missing(`No status found for connector ${name}`);
    return this.#views.status(connector);
  }

  tasks(name: string): readonly TaskInfo[] {
    return this.#views.tasks(this.#require(name));
  }

  taskStatus(name: string, task: number): { readonly id: number } & StateInfo {
    const tasks = this.#connectors.has(name) ? this.status(name).tasks : [];
    const found = tasks.find(({ id }) => id === task);
    if (found === undefined) throw missing(`No status found for task ${name}-${task}`);
    return found;
  }

  create(
    name: string,
    config: Properties,
    initial: InitialState = 'RUNNING',
  ): Promise<ConnectorInfo> {
    return this.#create(name, config, initial, true);
  }

  putConfig(name: string, config: Properties): Promise<{ created: boolean; info: ConnectorInfo }> {
    return this.#queue.run(name, () => this.#put(name, config));
  }

  patchConfig(
    name: string,
    patch: Readonly<Record<string, string | null>>,
  ): Promise<ConnectorInfo> {
    return this.#queue.run(name, async () => {
      const merged = Object.entries({ ...this.#require(name).written, ...patch });
      const config = merged.filter((entry): entry is [string, string] => entry[1] !== null);
      return (await this.#put(name, Object.fromEntries(config))).info;
    });
  }

  delete(name: string): Promise<void> {
    return this.#queue.run(name, async () => {
      await this.#require(name).stop();
      this.#connectors.delete(name);
      this.#reloads.forget(name);
    });
  }

  pause(name: string): Promise<void> {
    return this.#retarget(name, 'PAUSED');
  }

  resume(name: string): Promise<void> {
    return this.#retarget(name, 'RUNNING');
  }

  stop(name: string): Promise<void> {
    return this.#retarget(name, 'STOPPED');
  }

  async restart(
    name: string,
    options: { includeTasks: boolean; onlyFailed: boolean },
  ): Promise<ConnectorStatus | undefined> {
    const connector = this.#connectors.get(name);
    if (connector === undefined) throw missing(`Unknown connector: ${name}`);
    const planned = plannedRestart(this.#views.status(connector), options);
    this.#inTurn(connector, 'Restarting failed', async () => {
      if (connector.state().state === 'FAILED') {
        await connector.stop();
        await connector.start(this.#closing.signal);
        return;
      }
      const tasks = planned.tasks.filter(({ state }) => state === 'RESTARTING');
      if (options.includeTasks) {
        await Promise.all(tasks.map(({ id }) => connector.restartTask(id)));
      }
    });
    return await Promise.resolve(options.includeTasks || options.onlyFailed ? planned : undefined);
  }

  restartTask(name: string, task: number): Promise<void> {
    return this.#queue.run(name, async () => {
      const connector = this.#connectors.get(name);
      if (connector === undefined) throw missing(`Unknown connector: ${name}`);
      if (connector.target === 'STOPPED' || connector.runners[task] === undefined) {
        throw missing(`Unknown task: ${name}-${task}`);
      }
      await connector.restartTask(task);
    });
  }

  async offsets(name: string): Promise<readonly OffsetEntry[]> {
    return await readOffsets(this.#require(name), this.#deps);
  }

  alterOffsets(name: string, entries: readonly OffsetEntry[]): Promise<string> {
    return this.#queue.run(name, () =>
      alterOffsets(this.#stopped(name), entries, this.#deps, this.#closing.signal),
    );
  }

  resetOffsets(name: string): Promise<string> {
    return this.#queue.run(name, () =>
      resetOffsets(this.#stopped(name), this.#deps, this.#closing.signal),
    );
  }

  topics(name: string): readonly string[] {
    return [...(this.#connectors.get(name)?.topics ?? [])];
  }

  resetTopics(name: string): void {
    this.#connectors.get(name)?.topics.clear();
  }

  plugins(connectorsOnly: boolean): readonly PluginInfo[] {
    return this.#plugins.list(connectorsOnly);
  }

  pluginConfig(pluginClass: string, version?: string): readonly ConfigKeyInfo[] {
    return this.#plugins.configKeys(pluginClass, version);
  }

  pluginPackages(): readonly PluginPackage[] {
    return this.#deps.packages ?? [];
  }

  async validate(pluginClass: string, properties: Properties): Promise<ConfigInfos> {
    const plugin = this.#plugins.toValidate(pluginClass, properties);
    const earlier = this.#connectors.get(properties['name'] ?? '');
    const written = restoreHidden(earlier?.written ?? {}, properties);
    return await validateConnector(plugin, written, this.#deps, this.#closing.signal);
  }

  async query(name: string, sql: string, limits: QueryLimits): Promise<QueryResult> {
    const task = this.#require(name).queryTask();
    if (task?.query === undefined) {
      throw new AppError('conflict', 'query.no_task', `Connector ${name} has no task to ask.`, {
        suggestion: 'A running DuckDbSink answers queries.',
      });
    }
    return await task.query(sql, limits, this.#closing.signal);
  }

  /** Drains: every task finishes what is in flight within the graceful timeout. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the worker is stopping'));
    this.#reloads[Symbol.dispose]();
    await this.#queue.idle();
    await Promise.all([...this.#connectors.values()].map((connector) => connector.stop()));
    this.#connectors.clear();
  }

  #create(
    name: string,
    config: Properties,
    initial: InitialState,
    reachOut: boolean,
  ): Promise<ConnectorInfo> {
    return this.#queue.run(name, async () => {
      const connector = await this.#build(name, { ...config, name }, initial, reachOut);
      if (this.#connectors.has(name)) {
        throw new AppError('conflict', 'connector.exists', `Connector ${name} already exists`);
      }
      return this.#install(connector, 0);
    });
  }

  async #put(name: string, config: Properties): Promise<{ created: boolean; info: ConnectorInfo }> {
    const earlier = this.#connectors.get(name);
    const written = restoreHidden(earlier?.written ?? {}, { ...config, name });
    const connector = await this.#build(name, written, earlier?.target ?? 'RUNNING', true);
    const tasks = earlier?.taskConfigs.length ?? 0;
    await earlier?.stop();
    for (const topic of earlier?.topics ?? []) connector.topics.add(topic);
    return { created: earlier === undefined, info: this.#install(connector, tasks) };
  }

  /** What a connector's configuration refers to has changed: it is built anew, in its target state. */
  #reload(name: string): void {
    const connector = this.#connectors.get(name);
    if (connector === undefined) return;
    this.#inTurn(connector, 'Reloading failed', async () => {
      const { written, target } = connector;
      const next = await this.#build(name, written, target, false);
      await connector.stop();
      this.#install(next, connector.taskConfigs.length);
    });
  }

  #build(
    name: string,
    written: Properties,
    target: InitialState,
    reachOut: boolean,
  ): Promise<RunningConnector> {
    const given = {
      name,
      written,
      target,
      deps: this.#deps,
      claims: this.#claims,
      leftovers: this.#leftovers,
      startups: this.#startups,
      healing: this.#healing,
      inTurn: (connector: RunningConnector, run: () => Promise<void>) =>
        this.#inTurn(connector, 'Restarting failed', run),
    };
    return buildConnector(given, this.#plugins, this.#reloads, this.#closing.signal, reachOut);
  }

  /** As in Connect, the answer shows the tasks from before: the new ones aren't planned yet. */
  #install(connector: RunningConnector, tasksBefore: number): ConnectorInfo {
    this.#connectors.set(connector.name, connector);
    this.#inTurn(connector, 'Starting failed', () => connector.start(this.#closing.signal));
    return this.#views.info(connector, tasksBefore);
  }

  #retarget(name: string, target: InitialState): Promise<void> {
    if (!this.#connectors.has(name)) return Promise.reject(missing(`Unknown connector ${name}`));
    return this.#queue.run(name, async () => {
      const connector = this.#connectors.get(name);
      if (connector === undefined || connector.target === target) return;
      await connector.retarget(target, this.#closing.signal);
    });
  }

  /** Later, and only if the connector is still this one: no task of a replaced one runs (Invariant 5). */
  #inTurn(connector: RunningConnector, failed: string, run: () => Promise<void>): void {
    const { name } = connector;
    const inTurn = async (): Promise<void> => {
      if (this.#connectors.get(name) === connector && !this.#closing.signal.aborted) await run();
    };
    this.#queue.run(name, inTurn).catch((error: unknown) => {
      const fields = { connector: name, ...errorFields(error) };
      this.#deps.log.error(`${failed}: ${explain(error)}`, fields);
    });
  }

  #stopped(name: string): RunningConnector {
    const connector = this.#require(name);
    if (this.#leftovers.has(name)) {
      throw new AppError(
        'conflict',
        'offsets.task_left_behind',
        `A task of ${name} didn't stop and may still write offsets.`,
        { suggestion: 'Try again when its status shows no task, or restart the worker.' },
      );
    }
    if (connector.target === 'STOPPED') return connector;
    throw refuse(
      "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the " +
        `'/connectors/${name}/stop' endpoint`,
    );
  }

  #require(name: string): RunningConnector {
    const connector = this.#connectors.get(name);
    if (connector === undefined) throw missing(`Connector ${name} not found`);
    return connector;
  }
}

function missing(message: string): AppError {
  return new AppError('missing', 'connector.missing', message);
}

/** Of several files, which one. */
function of(name: string, error: unknown): AppError {
  const { kind, code, message, path, suggestion } = toAppError(error, 'fatal', 'connector.create');
  return new AppError(kind, code, `${name}: ${message}`, { cause: error, path, suggestion });
}
