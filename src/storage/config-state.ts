/**
 * What the config topic says, read record by record: Connect's keys and formats. Tasks' configurations count from their
 * `commit-` record on; after compaction some may be missing, and then the connector's tasks are to be planned anew. Pure.
 */
import type { Properties } from '../config/definition.ts';

export type TargetState = 'RUNNING' | 'PAUSED' | 'STOPPED';

export interface SessionKey {
  /** base64. */
  readonly key: string;
  /** `HmacSHA256`. */
  readonly algorithm: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

export interface RestartRequest {
  readonly includeTasks: boolean;
  readonly onlyFailed: boolean;
}

/** What a record changed. `ignored` has the reason why it says nothing. */
export type ConfigChange =
  | { readonly kind: 'connector' | 'removed' | 'target' | 'tasks'; readonly connector: string }
  | { readonly kind: 'restart'; readonly connector: string; readonly request: RestartRequest }
  | { readonly kind: 'logger'; readonly logger: string; readonly level: string }
  | { readonly kind: 'session'; readonly session: SessionKey }
  | { readonly kind: 'none' }
  | { readonly kind: 'ignored'; readonly reason: string };

const NONE: ConfigChange = { kind: 'none' };

export class ConfigState {
  readonly #connectors = new Map<string, Properties>();
  readonly #targets = new Map<string, TargetState>();
  readonly #tasks = new Map<string, readonly Properties[]>();
  readonly #uncommitted = new Map<string, Map<number, Properties>>();
  readonly #inconsistent = new Set<string>();
  readonly #fenced = new Map<string, number>();
  /** Tasks were committed after the last fencing: it is due before they may start. */
  readonly #fencingDue = new Set<string>();
  /** How many times a connector's tasks were committed: whether they moved is seen by it. */
  readonly #generations = new Map<string, number>();

  connectors(): readonly string[] {
    return [...this.#connectors.keys()];
  }

  /** As written: references unresolved. */
  properties(connector: string): Properties | undefined {
    return this.#connectors.get(connector);
  }

  target(connector: string): TargetState {
    return this.#targets.get(connector) ?? 'RUNNING';
  }

  tasks(connector: string): readonly Properties[] {
    return this.#tasks.get(connector) ?? [];
  }

  /** Rises with each commit of the connector's tasks. */
  taskGeneration(connector: string): number {
    return this.#generations.get(connector) ?? 0;
  }

  /** The tasks of its last commit are not all there: they have to be planned anew. */
  isInconsistent(connector: string): boolean {
    return this.#inconsistent.has(connector);
  }

  /** How many tasks may have written transactions since the last fencing; undefined: none ever did. */
  fencedTasks(connector: string): number | undefined {
    return this.#fenced.get(connector);
  }

  /** Its tasks were committed after the last fencing: tasks of before may still write transactions. */
  isFencingDue(connector: string): boolean {
    return this.#fencingDue.has(connector);
  }

  /** `value` is the record's JSON; null of a tombstone. */
  apply(key: string, value: string | null): ConfigChange {
    const [kind, name] = split(key);
    if (kind === undefined || name === undefined) return ignored(`the key "${key}" is unknown`);
    let json: Readonly<Record<string, unknown>> | null;
    try {
      json = readObject(value);
    } catch {
      return ignored(`${key} isn't a JSON object`);
    }
    return READERS[kind]?.(this, name, json) ?? ignored(`${key} is incomplete`);
  }

  connector(name: string, json: Json): ConfigChange | undefined {
    if (json === null) {
      const wasThere = this.#connectors.delete(name);
      // How many tasks it has had stays: one of its name that comes after it has to fence them.
      for (const map of [this.#tasks, this.#uncommitted]) map.delete(name);
      this.#inconsistent.delete(name);
      return wasThere ? { kind: 'removed', connector: name } : NONE;
    }
    const properties = propertiesOf(json);
    if (properties === undefined) return undefined;
    this.#connectors.set(name, properties);
    return { kind: 'connector', connector: name };
  }

  targetState(name: string, json: Json): ConfigChange | undefined {
    if (json === null) {
      this.#targets.delete(name);
      return NONE;
    }
    const state = TARGETS[String(json['state.v2'] ?? json['state'])];
    if (state === undefined) return undefined;
    this.#targets.set(name, state);
    return this.#connectors.has(name) ? { kind: 'target', connector: name } : NONE;
  }

  task(id: string, json: Json): ConfigChange | undefined {
    const [, connector = '', number = ''] = /^(.*)-(\d+)$/s.exec(id) ?? [];
    const properties = json === null ? undefined : propertiesOf(json);
    if (connector === '' || properties === undefined) return json === null ? NONE : undefined;
    const waiting = this.#uncommitted.get(connector) ?? new Map<number, Properties>();
    this.#uncommitted.set(connector, waiting.set(Number(number), properties));
    return NONE;
  }

  commit(connector: string, json: Json): ConfigChange | undefined {
    const count = json?.['tasks'];
    if (!isCount(count)) return json === null ? NONE : undefined;
    const waiting = this.#uncommitted.get(connector) ?? new Map<number, Properties>();
    this.#uncommitted.delete(connector);
    // More than are there can't be whole, however many it says.
    const length = Math.min(count, waiting.size);
    const tasks = Array.from({ length }, (_, task) => waiting.get(task));
    const isWhole = length === count && tasks.every((task) => task !== undefined);
    if (isWhole) {
      this.#tasks.set(connector, tasks);
      this.#inconsistent.delete(connector);
    } else {
      this.#inconsistent.add(connector);
    }
    this.#generations.set(connector, this.taskGeneration(connector) + 1);
    this.#fencingDue.add(connector);
    return this.#connectors.has(connector) ? { kind: 'tasks', connector } : NONE;
  }

  fencing(connector: string, json: Json): ConfigChange | undefined {
    const count = json?.['task-count'];
    if (!isCount(count)) return json === null ? NONE : undefined;
    this.#fenced.set(connector, count);
    this.#fencingDue.delete(connector);
    return NONE;
  }
}

type Json = Readonly<Record<string, unknown>> | null;
type Reader = (state: ConfigState, name: string, json: Json) => ConfigChange | undefined;

/** By what a key begins with; the longer of two comes first. */
const READERS: Readonly<Record<string, Reader>> = {
  'restart-connector-': (_state, connector, json) => {
    if (json === null) return NONE;
    const request = {
      includeTasks: json['include-tasks'] === true,
      onlyFailed: json['only-failed'] === true,
    };
    return { kind: 'restart', connector, request };
  },
  'logger-cluster-': (_state, logger, json) => {
    const level = json?.['level'];
    return typeof level === 'string' ? { kind: 'logger', logger, level } : NONE;
  },
  'tasks-fencing-': (state, name, json) => state.fencing(name, json),
  'target-state-': (state, name, json) => state.targetState(name, json),
  'connector-': (state, name, json) => state.connector(name, json),
  'commit-': (state, name, json) => state.commit(name, json),
  'task-': (state, name, json) => state.task(name, json),
  'session-key': (_state, _rest, json) => {
    const [key, algorithm, createdAt] = ['key', 'algorithm', 'creation-timestamp'].map(
      (name) => json?.[name],
    );
    if (typeof key !== 'string' || typeof algorithm !== 'string') return undefined;
    return { kind: 'session', session: { key, algorithm, createdAt: Number(createdAt) } };
  },
};

const TARGETS: Readonly<Record<string, TargetState>> = {
  STARTED: 'RUNNING',
  PAUSED: 'PAUSED',
  STOPPED: 'STOPPED',
};

function split(key: string): readonly [string, string] | readonly [undefined, undefined] {
  const kind = Object.keys(READERS).find((prefix) => key.startsWith(prefix));
  return kind === undefined ? [undefined, undefined] : [kind, key.slice(kind.length)];
}

function readObject(value: string | null): Json {
  if (value === null) return null;
  const json = JSON.parse(value) as unknown;
  if (typeof json === 'object' && !Array.isArray(json)) return json as Json;
  throw new SyntaxError('not an object');
}

function propertiesOf(json: Readonly<Record<string, unknown>>): Properties | undefined {
  const { properties } = json;
  if (typeof properties !== 'object' || properties === null) return undefined;
  const entries = Object.entries(properties).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries) as Properties;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

function ignored(reason: string): ConfigChange {
  return { kind: 'ignored', reason };
}
