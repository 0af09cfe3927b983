import type { Properties } from '../../config/definition.ts';
import { restoreHidden } from '../../config/secrets.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../../config/validation.ts';
import { resolveReferences } from '../../config/references.ts';
import { Config } from '../../config/config.ts';
import { isExactlyOnce } from '../../config/worker-modes.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Level } from '../../foundation/pino.ts';
import type { QueryLimits, QueryResult } from '../../sdk/index.ts';
import {
  connectorRecord,
  loggerRecord,
  removal,
  restartRecord,
  targetRecord,
  type ConfigRecord,
} from '../../storage/config-records.ts';
import type { TargetState } from '../../storage/config-state.ts';
import { groupIdOf } from '../client-config.ts';
import type {
  ConnectorInfo,
  ConnectorStatus,
  GroupHerder,
  Herder,
  InitialState,
  OffsetEntry,
  PluginInfo,
  PluginPackage,
  StateInfo,
  TaskInfo,
} from '../herder.ts';
import { refuse } from '../offset-entries.ts';
import { alterOffsets, readOffsets, resetOffsets, type OffsetOwner } from '../offsets.ts';
import { requireValid, validateConnector } from '../validation.ts';
import { connectorContext } from '../task-wiring.ts';
import { plannedRestart } from '../views.ts';
import type { DistributedHerderDeps } from './deps.ts';
import { Forward } from './forward.ts';
import { Group } from './group.ts';
import { missing } from './group-views.ts';
import { INSTANCE } from './work.ts';

/**
 * Connect's distributed worker: configuration and statuses are the group's, in its topics; the leader writes, the others send
 * it what they are asked (`Forward`). What changes the group is done by one request at a time.
 */
export class DistributedHerder implements Herder, GroupHerder {
  readonly #deps: DistributedHerderDeps;
  readonly #group: Group;

  constructor(deps: DistributedHerderDeps) {
    this.#deps = deps;
    this.#group = new Group(deps);
  }

  get ready(): boolean {
    return this.#group.isReady;
  }

  trouble(): ReturnType<GroupHerder['trouble']> {
    return this.#group.trouble();
  }

  isSigned(...request: Parameters<GroupHerder['isSigned']>): boolean | undefined {
    return this.#group.isSigned(...request);
  }

  async putTasks(connector: string, tasks: readonly Properties[]): Promise<void> {
    await this.#group.putTasks(connector, tasks);
  }

  async fence(connector: string): Promise<void> {
    if (!this.#group.isLeader) throw new Forward(this.#group.leaderUrl);
    const written = this.#group.views.written(connector);
    if (this.#group.plugins.requireOf(written).type !== 'source') {
      throw refuse(`Connector ${connector} is not a source connector`);
    }
    await this.#group.fence(connector);
  }

  async setLevel(logger: string, level: Level): Promise<void> {
    await this.#group.writeShared([loggerRecord(logger, level)]);
  }

  /** Reads the group's topics, then joins the group. Throws `config` where the topics aren't fit for it. */
  async start(): Promise<void> {
    await this.#group.open();
  }

  connectors(): readonly string[] {
    return this.#group.configs.connectors();
  }

  info(name: string): ConnectorInfo {
    return this.#group.views.info(name);
  }

  config(name: string): Properties {
    return this.#group.views.config(name);
  }

  status(name: string): ConnectorStatus {
    return this.#group.views.status(name);
  }

  tasks(name: string): readonly TaskInfo[] {
    return this.#group.views.tasks(name);
  }

  taskStatus(name: string, task: number): { readonly id: number } & StateInfo {
    return this.#group.views.taskStatus(name, task);
  }

  async create(
    name: string,
    config: Properties,
    initial: InitialState = 'RUNNING',
  ): Promise<ConnectorInfo> {
    return await this.#lead(async () => {
      const written = await this.#checked({ ...config, name });
      if (this.#group.configs.properties(name) !== undefined) {
        throw new AppError('conflict', 'connector.exists', `Connector ${name} already exists`);
      }
      const target = initial === 'RUNNING' ? [] : [targetRecord(name, initial)];
      await this.#write([...target, connectorRecord(name, written)]);
      return this.info(name);
    });
  }

  async putConfig(
    name: string,
    config: Properties,
  ): Promise<{ created: boolean; info: ConnectorInfo }> {
    return await this.#lead(() => this.#put(name, config));
  }

  async patchConfig(
    name: string,
    patch: Readonly<Record<string, string | null>>,
  ): Promise<ConnectorInfo> {
    return await this.#lead(async () => {
      const merged = Object.entries({ ...this.#group.views.written(name), ...patch });
      const config = merged.filter((entry): entry is [string, string] => entry[1] !== null);
      return (await this.#put(name, Object.fromEntries(config))).info;
    });
  }

  async delete(name: string): Promise<void> {
    await this.#lead(async () => {
      this.#group.views.written(name);
      await this.#write(removal(name));
    });
  }

  async pause(name: string): Promise<void> {
    await this.#retarget(name, 'PAUSED');
  }

  async resume(name: string): Promise<void> {
    await this.#retarget(name, 'RUNNING');
  }

  async stop(name: string): Promise<void> {
    await this.#lead(() => this.#retarget(name, 'STOPPED'));
  }

  async restart(
    name: string,
    options: { includeTasks: boolean; onlyFailed: boolean },
  ): Promise<ConnectorStatus | undefined> {
    if (this.#group.configs.properties(name) === undefined) {
      throw missing(`Unknown connector: ${name}`);
    }
    if (!options.includeTasks && !options.onlyFailed) {
      await this.#group.restartUnit({ connector: name, task: INSTANCE });
      return undefined;
    }
    return await this.#lead(async () => {
      const planned = plannedRestart(this.status(name), options);
      await this.#group.writeShared([restartRecord(name, options)]);
      return planned;
    });
  }

  async restartTask(name: string, task: number): Promise<void> {
    if (this.#group.configs.properties(name) === undefined) {
      throw missing(`Unknown connector: ${name}`);
    }
    if (this.#group.configs.tasks(name)[task] === undefined) {
      throw missing(`Unknown task: ${name}-${task}`);
    }
    await this.#group.restartUnit({ connector: name, task });
  }

  async offsets(name: string): Promise<readonly OffsetEntry[]> {
    return await readOffsets(await this.#owner(name), this.#deps);
  }

  async alterOffsets(name: string, entries: readonly OffsetEntry[]): Promise<string> {
    await this.#fenceStopped(name);
    return await this.#lead(async () => {
      const owner = await this.#stopped(name);
      return await alterOffsets(owner, entries, this.#deps, this.#group.closing);
    });
  }

  async resetOffsets(name: string): Promise<string> {
    await this.#fenceStopped(name);
    return await this.#lead(async () => {
      return await resetOffsets(await this.#stopped(name), this.#deps, this.#group.closing);
    });
  }

  topics(name: string): readonly string[] {
    return this.#group.statuses.topics(name);
  }

  resetTopics(name: string): void {
    this.#group.forgetTopics(name);
  }

  plugins(connectorsOnly: boolean): readonly PluginInfo[] {
    return this.#group.plugins.list(connectorsOnly);
  }

  pluginConfig(pluginClass: string, version?: string): readonly ConfigKeyInfo[] {
    return this.#group.plugins.configKeys(pluginClass, version);
  }

  pluginPackages(): readonly PluginPackage[] {
    return this.#deps.packages ?? [];
  }

  async validate(pluginClass: string, properties: Properties): Promise<ConfigInfos> {
    const plugin = this.#group.plugins.toValidate(pluginClass, properties);
    const stored = this.#group.configs.properties(properties['name'] ?? '') ?? {};
    const written = restoreHidden(stored, properties);
    return await validateConnector(plugin, written, this.#deps, this.#group.closing);
  }

  async query(name: string, sql: string, limits: QueryLimits): Promise<QueryResult> {
    this.#group.views.written(name);
    const task = this.#group.queryTask(name);
    if (task?.query === undefined) {
      throw new AppError(
        'conflict',
        'query.no_task',
        `Connector ${name} has no task here to ask.`,
        {
          suggestion: 'Ask the worker that its status names; a running DuckDbSink answers queries.',
        },
      );
    }
    return await task.query(sql, limits, this.#group.closing);
  }

  /** Stops what runs here and leaves the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group[Symbol.asyncDispose]();
  }

  async #put(name: string, config: Properties): Promise<{ created: boolean; info: ConnectorInfo }> {
    const stored = this.#group.configs.properties(name);
    const written = await this.#checked(restoreHidden(stored ?? {}, { ...config, name }));
    await this.#write([connectorRecord(name, written)]);
    return { created: stored === undefined, info: this.info(name) };
  }

  async #retarget(name: string, target: TargetState): Promise<void> {
    if (this.#group.configs.properties(name) === undefined) {
      throw missing(`Unknown connector ${name}`);
    }
    await this.#group.writeShared([targetRecord(name, target)]);
  }

  async #checked(written: Properties): Promise<Properties> {
    await requireValid(written, this.#group.plugins, this.#deps, this.#group.closing);
    return written;
  }

  /** Tasks of a stopped connector are gone when its task configurations are. */
  async #stopped(name: string): Promise<OffsetOwner> {
    const { configs } = this.#group;
    this.#group.views.written(name);
    if (configs.target(name) === 'STOPPED' && configs.tasks(name).length === 0) {
      return await this.#owner(name);
    }
    throw refuse(
      "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the " +
        `'/connectors/${name}/stop' endpoint`,
    );
  }

  /** A task that nobody hears of any more could commit its own offsets over those that are altered. */
  async #fenceStopped(name: string): Promise<void> {
    const isEnabled = isExactlyOnce(this.#deps.properties);
    const written = this.#group.configs.properties(name);
    if (!isEnabled || !this.#group.isLeader || written === undefined) return;
    if (this.#group.plugins.of(written)?.type !== 'source') return;
    if (this.#group.configs.target(name) === 'STOPPED') await this.#group.fence(name);
  }

  async #owner(name: string): Promise<OffsetOwner> {
    const written = this.#group.views.written(name);
    const plugin = this.#group.plugins.requireOf(written);
    const resolved = await resolveReferences(written, this.#deps.providers);
    return {
      name,
      plugin,
      resolved,
      groupId: groupIdOf(name, resolved, this.#deps.properties),
      instance: async () => {
        const loaded = await plugin.load();
        return loaded.create(
          new Config(plugin.config, resolved),
          connectorContext(name, this.#deps),
        );
      },
    };
  }

  /** The leader's work; another worker says who leads. */
  async #lead<T>(operation: () => Promise<T>): Promise<T> {
    if (!this.#group.isLeader) throw new Forward(this.#group.leaderUrl);
    return await this.#group.change(operation);
  }

  async #write(records: readonly ConfigRecord[]): Promise<void> {
    await this.#group.write(records);
  }
}
