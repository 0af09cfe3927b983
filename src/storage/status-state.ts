/** What the status topic says, in Connect's keys and formats: the newest status of each connector and task. Pure. */
import { parseJson } from '../data/exact-json.ts';

export interface StoredStatus {
  /** RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED, RESTARTING, DESTROYED. */
  readonly state: string;
  readonly trace: string | null;
  /** `host:port` of who wrote it. */
  readonly workerId: string;
  /** Of the group, when it was written. */
  readonly generation: number;
  readonly version: string | null;
}

/** `task` undefined: the connector's instance. */
export interface StatusId {
  readonly connector: string;
  readonly task: number | undefined;
}

export class StatusState {
  readonly #connectors = new Map<string, StoredStatus>();
  readonly #tasks = new Map<string, Map<number, StoredStatus>>();
  readonly #topics = new Map<string, Map<string, { task: number; discovered: number }>>();

  get({ connector, task }: StatusId): StoredStatus | undefined {
    return task === undefined
      ? this.#connectors.get(connector)
      : this.#tasks.get(connector)?.get(task);
  }

  /** Numbers of the connector's tasks that have a status, in order. */
  tasks(connector: string): readonly number[] {
    return [...(this.#tasks.get(connector)?.keys() ?? [])].toSorted((a, b) => a - b);
  }

  /** Everything that has a status. */
  all(): readonly (StatusId & { readonly status: StoredStatus })[] {
    const instances = [...this.#connectors].map(([connector, status]) => ({
      connector,
      task: undefined,
      status,
    }));
    const tasks = [...this.#tasks].flatMap(([connector, each]) =>
      [...each].map(([task, status]) => ({ connector, task, status })),
    );
    return [...instances, ...tasks];
  }

  /** Topics that a connector read or wrote. */
  topics(connector: string): readonly string[] {
    return [...(this.#topics.get(connector)?.keys() ?? [])];
  }

  /**
   * `value` is the record's JSON; null of a tombstone. What can't be read says nothing. Returns what the record is a status of, if it
   * is one.
   */
  apply(key: string, value: string | null): StatusId | undefined {
    const topic = /^status-topic-(.*?):connector-(.*)$/s.exec(key);
    if (topic !== null) {
      this.#applyTopic(topic[2] ?? '', topic[1] ?? '', value);
      return undefined;
    }
    const task = /^status-task-(.*)-(\d+)$/s.exec(key);
    const connector = (task ?? /^status-connector-(.*)$/s.exec(key))?.[1];
    if (connector === undefined) return undefined;
    const id = { connector, task: task === null ? undefined : Number(task[2]) };
    this.#applyStatus(id.connector, id.task, value);
    return id;
  }

  #applyStatus(connector: string, task: number | undefined, value: string | null): void {
    const status = value === null ? undefined : readStatus(value);
    if (value !== null && status === undefined) return;
    if (task === undefined) return put(this.#connectors, connector, status);
    const tasks = this.#tasks.get(connector) ?? new Map<number, StoredStatus>();
    put(tasks, task, status);
    put(this.#tasks, connector, tasks.size === 0 ? undefined : tasks);
  }

  #applyTopic(connector: string, topic: string, value: string | null): void {
    const topics = this.#topics.get(connector) ?? new Map<string, never>();
    const found = value === null ? undefined : readTopic(value);
    put(topics, topic, found);
    put(this.#topics, connector, topics.size === 0 ? undefined : topics);
  }
}

/**
 * Whether a status that says that work isn't with its writer any more may be written over what is known: not when another
 * worker took it over meanwhile, in whatever generation the writer is by now.
 */
export function isSafe(known: StoredStatus | undefined, next: StoredStatus): boolean {
  return known === undefined || known.workerId === next.workerId;
}

export function statusRecord(
  { connector, task }: StatusId,
  status: StoredStatus | null,
): { readonly key: string; readonly value: string | null } {
  const key =
    task === undefined ? `status-connector-${connector}` : `status-task-${connector}-${task}`;
  if (status === null) return { key, value: null };
  const { state, trace, workerId, generation, version } = status;
  return { key, value: JSON.stringify({ state, trace, worker_id: workerId, generation, version }) };
}

/** `at`: epoch ms; null forgets the topic. */
export function topicRecord(
  connector: string,
  topic: string,
  found: { readonly task: number; readonly at: number } | null,
): { readonly key: string; readonly value: string | null } {
  const key = `status-topic-${topic}:connector-${connector}`;
  if (found === null) return { key, value: null };
  const { task, at } = found;
  const value = { topic: { name: topic, connector, task, discoverTimestamp: at } };
  return { key, value: JSON.stringify(value) };
}

function readStatus(value: string): StoredStatus | undefined {
  const json = readJson(value);
  const { state, worker_id: workerId, generation } = json;
  if (typeof state !== 'string' || typeof workerId !== 'string') return undefined;
  if (typeof generation !== 'number') return undefined;
  return {
    state,
    workerId,
    generation,
    trace: textOf(json['trace']),
    version: textOf(json['version']),
  };
}

function readTopic(value: string): { task: number; discovered: number } | undefined {
  const { topic } = readJson(value) as { topic?: Record<string, unknown> | null };
  if (typeof topic !== 'object' || topic === null) return undefined;
  return { task: Number(topic['task']), discovered: Number(topic['discoverTimestamp']) };
}

function readJson(value: string): Readonly<Record<string, unknown>> {
  try {
    const json = parseJson(value);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
