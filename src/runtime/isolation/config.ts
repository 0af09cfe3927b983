/** `task.isolation`: whether a connector's tasks run in threads of their own. */
import type { ConfigDef, Properties } from '../../config/definition.ts';

const PREFIX = 'task.isolation';
const THREAD = `${PREFIX}`;
const MEMORY_MB = `${PREFIX}.memory.mb`;
const STALL_MS = `${PREFIX}.stall.timeout.ms`;

const shared = { importance: 'LOW', group: 'Task Isolation', width: 'SHORT' } as const;

export const ISOLATION_KEYS: ConfigDef = [
  {
    ...shared,
    name: THREAD,
    type: 'STRING',
    default: 'none',
    values: ['none', 'thread'],
    documentation:
      'Where the tasks of a connector run: none = on the main thread, thread = each in a thread of its own. A task that blocks its thread or runs out of memory there fails alone.',
    displayName: 'Task isolation',
  },
  {
    ...shared,
    name: MEMORY_MB,
    type: 'INT',
    default: '256',
    min: 16,
    documentation:
      "With task.isolation=thread: how large a task's heap may become, in MB; then the task fails. Buffers and native memory are not counted.",
    displayName: 'Heap of an isolated task',
  },
  {
    ...shared,
    name: STALL_MS,
    type: 'INT',
    default: '30000',
    min: 1_000,
    documentation:
      'With task.isolation=thread: how long a task may block its thread, in milliseconds; then the task fails.',
    displayName: 'Longest block of an isolated task',
  },
];

/** The keys for a connector's definition: none unless it names one, so that answers stay as Connect's. */
export function isolationKeys(connector: Properties, worker: Properties): ConfigDef {
  if (!Object.keys(connector).some((name) => name.startsWith(PREFIX))) return [];
  return ISOLATION_KEYS.map((key) => ({ ...key, default: worker[key.name] ?? key.default }));
}

export interface Isolation {
  readonly memoryMb: number;
  readonly stallMs: number;
}

/** undefined = tasks run on the main thread. A connector's properties rule, then the worker's. */
export function isolationOf(connector: Properties, worker: Properties): Isolation | undefined {
  const value = (name: string): string =>
    connector[name] ??
    worker[name] ??
    ISOLATION_KEYS.find((key) => key.name === name)?.default ??
    '';
  if (value(THREAD).trim() !== 'thread') return undefined;
  return { memoryMb: Number(value(MEMORY_MB)), stallMs: Number(value(STALL_MS)) };
}
