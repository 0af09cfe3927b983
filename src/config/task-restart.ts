/** `task.restart.*`: how a task that failed comes back by itself. The worker's properties, and a connector's. */
import type { ConfigDef, Properties } from './definition.ts';

const PREFIX = 'task.restart.';
const shared = {
  type: 'LONG',
  importance: 'LOW',
  group: 'Error Handling',
  width: 'SHORT',
} as const;

export const TASK_RESTART_KEYS: ConfigDef = [
  {
    ...shared,
    name: `${PREFIX}max.attempts`,
    default: '10',
    min: 0,
    documentation:
      "How many times a task that is FAILED because something was away (broker, registry, source or target) is started again by itself, and a connector that couldn't plan its tasks for the same reason. Other failures stay. 0 = never: as in Connect, somebody restarts it.",
    displayName: 'Restarts of a failed task',
  },
  {
    ...shared,
    name: `${PREFIX}backoff.initial.ms`,
    default: '5000',
    min: 1,
    documentation:
      'How long the first such restart waits, in milliseconds; each next one waits twice as long. Up to half of it is left out at random.',
    displayName: 'First wait before a restart',
  },
  {
    ...shared,
    name: `${PREFIX}backoff.max.ms`,
    default: '300000',
    min: 1,
    documentation: 'No such restart waits longer, in milliseconds.',
    displayName: 'Longest wait before a restart',
  },
  {
    ...shared,
    name: `${PREFIX}reset.ms`,
    default: '600000',
    min: 1,
    documentation:
      'A task that was RUNNING for so long, in milliseconds, is well again: its restarts are counted anew when it fails.',
    displayName: 'When restarts count anew',
  },
];

/** The keys for a connector's definition: none unless it names one, so that answers stay as Connect's. */
export function taskRestartKeys(connector: Properties, worker: Properties): ConfigDef {
  if (!Object.keys(connector).some((name) => name.startsWith(PREFIX))) return [];
  return TASK_RESTART_KEYS.map((key) => ({ ...key, default: worker[key.name] ?? key.default }));
}

export interface RestartSettings {
  /** 0 = never. */
  readonly maxAttempts: number;
  readonly initialMs: number;
  readonly maxMs: number;
  readonly resetMs: number;
}

/** A connector's properties rule, then the worker's. */
export function restartSettings(connector: Properties, worker: Properties): RestartSettings {
  const [maxAttempts = 0, initialMs = 0, maxMs = 0, resetMs = 0] = TASK_RESTART_KEYS.map((key) =>
    Number(connector[key.name] ?? worker[key.name] ?? key.default),
  );
  return { maxAttempts, initialMs, maxMs, resetMs };
}
