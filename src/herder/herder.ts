/**
 * The control plane behind REST and CLI, as Connect's `Herder`. Methods throw AppErrors: `missing`
 * (404), `conflict` (409), `config` (400); messages are Connect's own.
 */
import type { Level } from '../foundation/pino.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../config/validation.ts';
import type { Properties } from '../config/definition.ts';
import type { QueryLimits, QueryResult } from '../sdk/index.ts';

export type ConnectorState =
  | 'RUNNING'
  | 'PAUSED'
  | 'STOPPED'
  | 'FAILED'
  | 'UNASSIGNED'
  | 'RESTARTING';
export type TaskState = Exclude<ConnectorState, 'STOPPED'>;
export type InitialState = 'RUNNING' | 'PAUSED' | 'STOPPED';
export type ConnectorType = 'source' | 'sink' | 'unknown';

export interface ConnectorInfo {
  readonly name: string;
  /** As submitted, `name` added; PASSWORD values hidden (design §13). */
  readonly config: Properties;
  readonly tasks: readonly { connector: string; task: number }[];
  readonly type: ConnectorType;
}

export interface StateInfo {
  readonly state: ConnectorState;
  readonly worker_id: string;
  readonly version: string | null;
  readonly trace?: string | undefined;
}

export interface ConnectorStatus {
  readonly name: string;
  readonly connector: StateInfo;
  readonly tasks: readonly ({ readonly id: number } & StateInfo)[];
  readonly type: ConnectorType;
}

export interface TaskInfo {
  readonly id: { readonly connector: string; readonly task: number };
  readonly config: Properties;
}

/** Free-form maps for sources; `{kafka_topic, kafka_partition}` / `{kafka_offset}` for sinks. */
export interface OffsetEntry {
  readonly partition: Readonly<Record<string, unknown>>;
  readonly offset: Readonly<Record<string, unknown>> | null;
}

export interface PluginInfo {
  readonly class: string;
  readonly type:
    | 'source'
    | 'sink'
    | 'converter'
    | 'header_converter'
    | 'transformation'
    | 'predicate';
  readonly version?: string | undefined;
}

/** A package of `plugin.path`. */
export interface PluginPackage {
  /** Its folder, or the entry of `plugin.path` that isn't there. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly plugins: readonly { readonly class: string; readonly type: string; version: string }[];
  /** Why it wasn't loaded, in one sentence. */
  readonly error: string | undefined;
}

/** What a worker of a group answers the others besides. */
export interface GroupHerder {
  /** Why it can't do its share, though it could before. */
  trouble(): { readonly reason: string; readonly lasting: boolean } | undefined;
  /** Whether a member of the group has signed `body`; undefined: the group's key isn't known yet. */
  isSigned(
    body: string,
    headers: { readonly signature: string; readonly algorithm: string },
  ): boolean | undefined;
  /** Tasks that another worker has planned. */
  putTasks(connector: string, tasks: readonly Properties[]): Promise<void>;
  /** Shuts out former tasks of an exactly-once source. */
  fence(connector: string): Promise<void>;
  /** Of a logger, with every worker of the group. */
  setLevel(logger: string, level: Level): Promise<void>;
}

export interface Herder extends AsyncDisposable {
  /** False until the connectors given at start are created. */
  readonly ready: boolean;
  connectors(): readonly string[];
  info(name: string): ConnectorInfo;
  config(name: string): Properties;
  status(name: string): ConnectorStatus;
  tasks(name: string): readonly TaskInfo[];
  taskStatus(name: string, task: number): { readonly id: number } & StateInfo;
  create(name: string, config: Properties, initial?: InitialState): Promise<ConnectorInfo>;
  putConfig(name: string, config: Properties): Promise<{ created: boolean; info: ConnectorInfo }>;
  patchConfig(name: string, patch: Readonly<Record<string, string | null>>): Promise<ConnectorInfo>;
  delete(name: string): Promise<void>;
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
  stop(name: string): Promise<void>;
  /** The planned restart, or undefined when only the connector instance was restarted. */
  restart(
    name: string,
    options: { includeTasks: boolean; onlyFailed: boolean },
  ): Promise<ConnectorStatus | undefined>;
  restartTask(name: string, task: number): Promise<void>;
  offsets(name: string): Promise<readonly OffsetEntry[]>;
  /** The message Connect answers with. */
  alterOffsets(name: string, offsets: readonly OffsetEntry[]): Promise<string>;
  resetOffsets(name: string): Promise<string>;
  topics(name: string): readonly string[];
  resetTopics(name: string): void;
  plugins(connectorsOnly: boolean): readonly PluginInfo[];
  /** `version`: one, a range or `latest`; default: the newest. Throws `config` when it isn't here. */
  pluginConfig(pluginClass: string, version?: string): readonly ConfigKeyInfo[];
  /** The packages of `plugin.path`, those that don't load too. */
  pluginPackages(): readonly PluginPackage[];
  /** Checks properties, and reaches the outside world through the connector's `check`. */
  validate(pluginClass: string, properties: Properties): Promise<ConfigInfos>;
  query(name: string, sql: string, limits: QueryLimits): Promise<QueryResult>;
}
