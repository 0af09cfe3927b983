import type { Properties } from '../config/definition.ts';
import { resolveReferences } from '../config/references.ts';
import { hideSecrets, restoreHidden } from '../config/secrets.ts';
import { invalidConfigMessage } from '../config/validate.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../config/validation.ts';
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import { AppError, explain } from '../foundation/errors.ts';
import type { QueryLimits, QueryResult, SinkConnector, SourceConnector } from '../sdk/index.ts';
import { Claims } from './claims.ts';
import { RunningConnector } from './connector.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type {
  ConnectorInfo,
  ConnectorStatus,
  Herder,
  InitialState,
  OffsetEntry,
  PluginInfo,
  StateInfo,
  TaskInfo,
} from './herder.ts';
import { ALTERED, refuse, RESET, sinkEntries, sinkOffsets } from './offset-entries.ts';
import { PluginCatalog } from './plugins.ts';
import { fullDef, validateConnector } from './validation.ts';
import { registerWorkerMetrics } from './worker-metrics.ts';

export type { StandaloneHerderDeps } from './deps.ts';

export function createStandaloneHerder(deps: StandaloneHerderDeps): StandaloneHerder {
  return new StandaloneHerder(deps);
}

/**
 * Connect's standalone worker: connectors live in memory, only source offsets are kept. Operations that
 * change something run one after another, as in Connect's tick thread.
 */
export class StandaloneHerder implements Herder {
  readonly kafkaClusterId: string;
  readonly #deps: StandaloneHerderDeps;
  readonly #plugins: PluginCatalog;
  readonly #claims: Claims;
  readonly #connectors = new Map<string, RunningConnector>();
  readonly #closing = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();
  #ready = false;

  constructor(deps: StandaloneHerderDeps) {
    this.#deps = deps;
    this.kafkaClusterId = deps.kafkaClusterId;
    this.#plugins = new PluginCatalog(deps.plugins);
    this.#claims = new Claims(deps.offsets);
    registerWorkerMetrics(deps.metrics, () => [...this.#connectors.values()]);
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Creates the connectors given at start; throws the first configuration error. */
  async start(
    connectors: readonly { readonly name: string; readonly config: Properties }[],
  ): Promise<void> {
    for (const { name, config } of connectors) await this.#create(name, config, 'RUNNING', false);
    this.#ready = true;
  }

  connectors(): readonly string[] {
    return [...this.#connectors.keys()];
  }

  info(name: string): ConnectorInfo {
    return this.#info(this.#require(name));
  }

  config(name: string): Properties {
    return this.#shown(this.#require(name));
  }

  status(name: string): ConnectorStatus {
    const connector = this.#connectors.get(name);
    if (connector === undefined) throw missing(`No status found for connector ${name}`);
    return {
      name,
      connector: this.#stateInfo(connector, connector.state()),
      tasks: connector.runners.map((runner, id) => ({
        id,
        ...this.#stateInfo(connector, { state: runner.state.phase, trace: runner.state.trace }),
      })),
      type: connector.plugin.type,
    };
  }

  tasks(name: string): readonly TaskInfo[] {
    const connector = this.#require(name);
    const shown = this.#shown(connector);
    return connector.taskConfigs.map((config, task) => ({
      id: { connector: name, task },
      config: { ...shown, ...this.#hidden(connector, config), 'task.class': taskClass(connector) },
    }));
  }

  taskStatus(name: string, task: number): { readonly id: number } & StateInfo {
    const found = this.#connectors.has(name) ? this.status(name).tasks[task] : undefined;
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
    return this.#serial(async () => {
      const earlier = this.#connectors.get(name);
      const written = restoreHidden(earlier?.written ?? {}, { ...config, name });
      const connector = await this.#build(name, written, earlier?.target ?? 'RUNNING', true);
      await earlier?.stop();
      return { created: earlier === undefined, info: this.#install(connector) };
    });
  }

  async patchConfig(
    name: string,
    patch: Readonly<Record<string, string | null>>,
  ): Promise<ConnectorInfo> {
    const config: Record<string, string> = { ...this.#require(name).written };
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete config[key];
      else config[key] = value;
    }
    return (await this.putConfig(name, config)).info;
  }

  delete(name: string): Promise<void> {
    return this.#serial(async () => {
      const connector = this.#require(name);
      await connector.stop();
      this.#connectors.delete(name);
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
    const planned = this.#planRestart(name, options);
    void this.#serial(async () => {
      if (connector.state().state === 'FAILED') {
        await connector.stop();
        await connector.start(this.#closing.signal);
        return;
      }
      for (const { id, state } of planned.tasks) {
        if (state === 'RESTARTING') await connector.restartTask(id);
      }
    }).catch(() => undefined);
    return await Promise.resolve(options.includeTasks || options.onlyFailed ? planned : undefined);
  }

  restartTask(name: string, task: number): Promise<void> {
    return this.#serial(async () => {
      const connector = this.#connectors.get(name);
      if (connector === undefined) throw missing(`Unknown connector: ${name}`);
      if (connector.runners[task] === undefined) throw missing(`Unknown task: ${name}-${task}`);
      await connector.restartTask(task);
    });
  }

  async offsets(name: string): Promise<readonly OffsetEntry[]> {
    const connector = this.#require(name);
    if (connector.plugin.type === 'source') {
      return (await this.#deps.offsets.read(name)).map(({ partition, offset }) => ({
        partition,
        offset,
      }));
    }
    return sinkEntries(await this.#deps.kafka.admin.groupOffsets(connector.groupId));
  }

  alterOffsets(name: string, entries: readonly OffsetEntry[]): Promise<string> {
    return this.#serial(async () => {
      const connector = this.#stopped(name);
      if (entries.length === 0) {
        throw refuse('Partitions / offsets need to be provided for an alter offsets request');
      }
      if (entries.some(({ partition }) => partition === null)) {
        throw refuse('Partition objects cannot be null');
      }
      await this.#alter(connector, entries);
      return ALTERED;
    });
  }

  resetOffsets(name: string): Promise<string> {
    return this.#serial(async () => {
      const connector = this.#stopped(name);
      const entries = (await this.offsets(name)).map(({ partition }) => ({
        partition,
        offset: null,
      }));
      await this.#alter(connector, entries);
      if (connector.plugin.type === 'sink') {
        await this.#deps.kafka.admin.deleteGroup(connector.groupId);
      }
      return RESET;
    });
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

  pluginConfig(pluginClass: string): readonly ConfigKeyInfo[] {
    return this.#plugins.configKeys(pluginClass);
  }

  validate(pluginClass: string, properties: Properties): Promise<ConfigInfos> {
    const plugin = this.#plugins.require(pluginClass);
    return validateConnector(plugin, properties, this.#deps, this.#closing.signal);
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
    await this.#queue.catch(() => undefined);
    await Promise.all([...this.#connectors.values()].map((connector) => connector.stop()));
    this.#connectors.clear();
  }

  #create(
    name: string,
    config: Properties,
    initial: InitialState,
    reachOut: boolean,
  ): Promise<ConnectorInfo> {
    return this.#serial(async () => {
      if (this.#connectors.has(name)) {
        throw new AppError('conflict', 'connector.exists', `Connector ${name} already exists`);
      }
      return this.#install(await this.#build(name, { ...config, name }, initial, reachOut));
    });
  }

  async #build(
    name: string,
    written: Properties,
    target: InitialState,
    reachOut: boolean,
  ): Promise<RunningConnector> {
    const className = written['connector.class'] ?? '';
    if (className === '') {
      throw new AppError(
        'config',
        'connector.class',
        `Connector config {${Object.keys(written).join(', ')}} contains no connector type`,
        { path: 'connector.class' },
      );
    }
    const plugin = this.#plugins.require(className);
    const infos = await validateConnector(
      plugin,
      written,
      this.#deps,
      this.#closing.signal,
      reachOut,
    );
    if (infos.error_count > 0) {
      throw new AppError('config', 'connector.invalid', invalidConfigMessage(infos));
    }
    const resolved = await resolveReferences(written, this.#deps.providers);
    this.#noteSecrets(plugin.config, resolved);
    return new RunningConnector({
      name,
      plugin,
      written,
      resolved,
      target,
      deps: this.#deps,
      claims: this.#claims,
    });
  }

  #install(connector: RunningConnector): ConnectorInfo {
    this.#connectors.set(connector.name, connector);
    const info = this.#info(connector);
    void this.#serial(() => connector.start(this.#closing.signal)).catch((error: unknown) => {
      this.#deps.log.error(`Starting failed: ${explain(error)}`, { connector: connector.name });
    });
    return info;
  }

  #retarget(name: string, target: InitialState): Promise<void> {
    if (!this.#connectors.has(name)) return Promise.reject(missing(`Unknown connector ${name}`));
    return this.#serial(async () => {
      const connector = this.#connectors.get(name);
      if (connector === undefined || connector.target === target) return;
      connector.target = target;
      await connector.stop(target === 'PAUSED' ? 'paused' : 'stopped');
      if (target === 'RUNNING') await connector.start(this.#closing.signal);
    });
  }

  async #alter(connector: RunningConnector, entries: readonly OffsetEntry[]): Promise<void> {
    const { signal } = this.#closing;
    const instance = await connector.instance();
    if (connector.plugin.type === 'source') {
      const source = instance as SourceConnector;
      const offsets = entries.map(({ partition, offset }) => ({
        partition: partition as SourcePartition,
        offset: offset as SourceOffset | null,
      }));
      await source.alterOffsets?.(offsets, signal);
      await this.#deps.offsets.write(connector.name, offsets);
      return;
    }
    const offsets = sinkOffsets(entries);
    await (instance as SinkConnector).alterOffsets?.(offsets, signal);
    await this.#deps.kafka.admin.setGroupOffsets(connector.groupId, offsets);
  }

  #planRestart(
    name: string,
    options: { includeTasks: boolean; onlyFailed: boolean },
  ): ConnectorStatus {
    const status = this.status(name);
    const planned = (state: string): boolean => !options.onlyFailed || state === 'FAILED';
    return {
      ...status,
      connector: planned(status.connector.state)
        ? { ...status.connector, state: 'RESTARTING', trace: undefined }
        : status.connector,
      tasks: status.tasks.map((task) =>
        options.includeTasks && planned(task.state)
          ? { ...task, state: 'RESTARTING', trace: undefined }
          : task,
      ),
    };
  }

  #stopped(name: string): RunningConnector {
    const connector = this.#require(name);
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

  #info(connector: RunningConnector): ConnectorInfo {
    return {
      name: connector.name,
      config: this.#shown(connector),
      tasks: connector.taskConfigs.map((_, task) => ({ connector: connector.name, task })),
      type: connector.plugin.type,
    };
  }

  #shown(connector: RunningConnector): Properties {
    return this.#hidden(connector, connector.written);
  }

  #hidden(connector: RunningConnector, properties: Properties): Properties {
    if (this.#deps.properties['rest.show.secrets'] === 'true') return properties;
    return hideSecrets(
      fullDef(connector.plugin, connector.written, this.#deps.properties),
      properties,
    );
  }

  #stateInfo(
    connector: RunningConnector,
    { state, trace }: { state: StateInfo['state']; trace: string | undefined },
  ): StateInfo {
    const { workerId, redact = (text: string) => text } = this.#deps;
    return {
      state,
      worker_id: workerId,
      version: connector.plugin.version,
      ...(trace === undefined ? {} : { trace: redact(trace) }),
    };
  }

  #noteSecrets(def: Parameters<typeof hideSecrets>[0], resolved: Properties): void {
    const hidden = hideSecrets(def, resolved);
    for (const [name, value] of Object.entries(resolved)) {
      if (hidden[name] !== value && value !== '') this.#deps.onSecret?.(value);
    }
  }

  #serial<T>(operation: () => Promise<T>): Promise<T> {
    const next = this.#queue.catch(() => undefined).then(operation);
    this.#queue = next;
    return next;
  }
}

function missing(message: string): AppError {
  return new AppError('missing', 'connector.missing', message);
}

function taskClass({ plugin }: RunningConnector): string {
  return plugin.class.replace(/Connector$/, '').concat('Task');
}
