/** The config topic's records as they are written: what `config-state.ts` reads. */
import type { Properties } from '../config/definition.ts';
import type { RestartRequest, SessionKey, TargetState } from './config-state.ts';

export interface ConfigRecord {
  readonly key: string;
  /** JSON; null is a tombstone. */
  readonly value: string | null;
}

export function connectorRecord(connector: string, properties: Properties): ConfigRecord {
  return record(`connector-${connector}`, { properties });
}

export function removal(connector: string): readonly ConfigRecord[] {
  return [
    { key: `connector-${connector}`, value: null },
    { key: `target-state-${connector}`, value: null },
  ];
}

/** Workers older than STOPPED read the first of the two. */
export function targetRecord(connector: string, target: TargetState): ConfigRecord {
  const state = target === 'RUNNING' ? 'STARTED' : target;
  const older = target === 'STOPPED' ? 'PAUSED' : state;
  return record(`target-state-${connector}`, { state: older, 'state.v2': state });
}

/** The commit comes last: before it, readers don't heed the others. */
export function taskRecords(
  connector: string,
  tasks: readonly Properties[],
): readonly ConfigRecord[] {
  const each = tasks.map((properties, i) => record(`task-${connector}-${i}`, { properties }));
  return [...each, record(`commit-${connector}`, { tasks: tasks.length })];
}

export function fencingRecord(connector: string, tasks: number): ConfigRecord {
  return record(`tasks-fencing-${connector}`, { 'task-count': tasks });
}

export function sessionRecord({ key, algorithm, createdAt }: SessionKey): ConfigRecord {
  return record('session-key', { key, algorithm, 'creation-timestamp': createdAt });
}

export function restartRecord(
  connector: string,
  { includeTasks, onlyFailed }: RestartRequest,
): ConfigRecord {
  const value = { 'include-tasks': includeTasks, 'only-failed': onlyFailed };
  return record(`restart-connector-${connector}`, value);
}

export function loggerRecord(logger: string, level: string): ConfigRecord {
  return record(`logger-cluster-${logger}`, { level });
}

function record(key: string, value: unknown): ConfigRecord {
  return { key, value: JSON.stringify(value) };
}
