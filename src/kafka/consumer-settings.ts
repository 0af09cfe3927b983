/** What a consumer is told by the JVM clients' property names, prefix off, in a form that every client takes. */
import { AppError } from '../foundation/errors.ts';

export interface ConsumerSettings {
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long one fetch may wait for `minBytes`. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  readonly readUncommitted: boolean;
}

/** The JVM consumer's default is 45 s; heartbeats go on here while a batch waits. */
const SESSION_TIMEOUT_MS = 30_000;
const HEARTBEAT_MS = 1_000;
/** Far below the rebalance timeout, or two members keep throwing each other out. */
const MAX_WAIT_MS = 250;
const MIN_BYTES = 1;
/** The JVM consumer takes 50 MB: a worker of many sinks has to hold one such answer for each. */
const MAX_BYTES = 10 * 1024 * 1024;
/** The JVM consumer's, too. Four times as much took twice the memory, and was no faster (docs/benchmarks.md). */
const MAX_BYTES_PER_PARTITION = 1024 * 1024;

type Overrides = Readonly<Record<string, string>>;

/** Throws a `config` error naming the property whose value isn't one. */
export function consumerSettings(overrides: Overrides = {}): ConsumerSettings {
  return {
    sessionTimeoutMs: whole(overrides, 'session.timeout.ms', SESSION_TIMEOUT_MS),
    heartbeatMs: whole(overrides, 'heartbeat.interval.ms', HEARTBEAT_MS),
    maxWaitMs: whole(overrides, 'fetch.max.wait.ms', MAX_WAIT_MS),
    minBytes: whole(overrides, 'fetch.min.bytes', MIN_BYTES),
    maxBytes: whole(overrides, 'fetch.max.bytes', MAX_BYTES),
    maxBytesPerPartition: whole(overrides, 'max.partition.fetch.bytes', MAX_BYTES_PER_PARTITION),
    readUncommitted: isolation(overrides) === 'read_uncommitted',
  };
}

function whole(overrides: Overrides, name: string, usual: number): number {
  const given = overrides[name]?.trim();
  if (given === undefined) return usual;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw refused(name, `a whole number above 0, not ${given}`);
}

/** Unlike Connect's consumers, ours don't read what was rolled back unless they are told to. */
function isolation(overrides: Overrides): string {
  const given = overrides['isolation.level']?.trim() ?? 'read_committed';
  if (given === 'read_committed' || given === 'read_uncommitted') return given;
  throw refused('isolation.level', `read_committed or read_uncommitted, not ${given}`);
}

function refused(name: string, what: string): AppError {
  return new AppError('config', 'kafka.consumer', `${name} must be ${what}.`, {
    path: `consumer.override.${name}`,
  });
}
