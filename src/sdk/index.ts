/**
 * What a connector sees of Headwater, and nothing else. A package exports `plugins`; the least source there is:
 *
 *     export const plugins: readonly Plugin[] = [
 *       {
 *         class: 'TickSource',
 *         type: 'source',
 *         version: '1.0.0',
 *         config: [],
 *         load: async () => ({
 *           create: () => ({ plan: async () => [{}] }),
 *           openTask: async (_config, { clock, offsets }) => {
 *             const partition = { tick: 1 };
 *             let n = Number((await offsets.read(partition))?.['n'] ?? 0);
 *             return {
 *               poll: async (signal) => {
 *                 await clock.sleep(1_000, signal).catch(() => undefined);
 *                 if (signal.aborted) return { records: [] };
 *                 const position = { partition, offset: { n: (n += 1) } };
 *                 return { records: [{ topic: 'ticks', key: null, value: n, headers: [], position }] };
 *               },
 *               [Symbol.asyncDispose]: async () => undefined,
 *             };
 *           },
 *         }),
 *       },
 *     ];
 *
 * and the least `put` of a sink's task, which writes by key, so that what comes twice changes nothing:
 *
 *     put: async (batch) => {
 *       for (const { key, value } of batch) await table.set(String(key), value);
 *       return []; // everything is durable; a Rejection for each record that never will be
 *     },
 *
 * docs/writing-a-connector.md goes through a whole package.
 */
import type { Config } from '../config/config.ts';
import type { Finding, Properties } from '../config/definition.ts';
import type { Position, SinkRecord, SourceRecord, TopicPartition } from '../data/record.ts';
import type { SourceOffset, SourcePartition } from '../data/record.ts';
import type { Schema } from '../data/schema.ts';
import type { Clock } from '../foundation/clock.ts';
import type { AppError } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { Metrics } from '../foundation/metrics.ts';
import type { ExtensionDescriptor, PluginIdentity } from './extensions.ts';

export type * from './extensions.ts';
export { AppError, assert, explain, messageOf, toAppError } from '../foundation/errors.ts';
export type { ErrorKind } from '../foundation/errors.ts';
export { systemClock } from '../foundation/clock.ts';
export type { Clock } from '../foundation/clock.ts';
export { backoffMs } from '../foundation/backoff.ts';
export type { Log } from '../foundation/log.ts';
export type { Metrics } from '../foundation/metrics.ts';
export { encodedAvro } from '../data/encoded-avro.ts';
export { decimalOf, isDecimal, scaleOf } from '../data/decimal.ts';
export { LOGICAL } from '../data/schema.ts';
export type { Field, Schema, SchemaAndValue, SchemaType, Struct } from '../data/schema.ts';
export type * from '../data/record.ts';
export type { ConfigDef, ConfigKey, Finding, Properties } from '../config/definition.ts';
export type { Config } from '../config/config.ts';

/**
 * How a plugin announces itself. `load` imports the vendor libraries, so that a worker loads only
 * what it runs.
 */
export type PluginDescriptor =
  | (PluginIdentity & { readonly type: 'source'; load(): Promise<SourcePlugin> })
  | (PluginIdentity & { readonly type: 'sink'; load(): Promise<SinkPlugin> });

/** One element of the list `plugins` that a plugin package's module exports. */
export type Plugin = PluginDescriptor | ExtensionDescriptor;

/** A task's configuration: plain JSON strings, so that it can cross a thread. */
export type TaskConfig = Readonly<Record<string, string>>;

export interface ConnectorContext {
  /** The connector's name. */
  readonly connector: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** A Kafka topic's effective configuration, or undefined when there is no such topic. */
  topicConfig(topic: string): Promise<Properties | undefined>;
  /** The worker's `value.converter`, in force where the connector names none. */
  readonly workerValueConverter?: string | undefined;
}

export interface SourcePlugin {
  create(config: Config, context: ConnectorContext): SourceConnector;
  openTask(config: Config, context: SourceTaskContext, signal: AbortSignal): Promise<SourceTask>;
}

export interface SinkPlugin {
  create(config: Config, context: ConnectorContext): SinkConnector;
  openTask(config: Config, context: SinkTaskContext, signal: AbortSignal): Promise<SinkTask>;
}

/** Control plane: checks and plans, never moves a record. */
interface ConnectorBase {
  /** Reaches the outside world (login, permissions, topics): each finding on its property. */
  check?(signal: AbortSignal): Promise<readonly Finding[]>;
  /** At most `tasksMax` task configs; each is merged over the connector's own properties. */
  plan(tasksMax: number, signal: AbortSignal): Promise<readonly TaskConfig[]>;
}

export interface SourceConnector extends ConnectorBase {
  /**
   * Whether it can deliver exactly once as it is configured: each record comes from a position, and is polled again the same
   * from the one before. Asked where `exactly.once.support=required`; without this method the answer isn't known, and it is refused.
   */
  exactlyOnceSupport?(): 'supported' | 'unsupported';
  /** Whether its tasks say `transactionEnds`; without this method they don't. */
  canDefineTransactionBoundaries?(): boolean;
  /**
   * Validates altered offsets (null = reset that partition); throws a `config` error to refuse.
   * `undefined` as `offsets` = all are reset.
   */
  alterOffsets?(
    offsets: readonly { partition: SourcePartition; offset: SourceOffset | null }[],
    signal: AbortSignal,
  ): Promise<void>;
}

export interface SinkConnector extends ConnectorBase {
  /**
   * Rewrites offsets the target holds (null = forget that partition). Returns true when the target
   * holds them, false when only the framework's group offsets count.
   */
  alterOffsets?(
    offsets: readonly (TopicPartition & { offset: bigint | null })[],
    signal: AbortSignal,
  ): Promise<boolean>;
  /** For targets that hold offsets: forgets them all, those of partitions that the framework doesn't know, too. */
  resetOffsets?(signal: AbortSignal): Promise<void>;
}

export interface TaskContext extends ConnectorContext {
  readonly task: number;
  /**
   * Says why the task isn't moving although it lives (a stream being reopened, a target away):
   * shown as RESTARTING with `reason` as trace. `undefined` = all is well again (Invariant 10).
   */
  report(reason: string | undefined): void;
}

export interface SourceTaskContext extends TaskContext {
  readonly offsets: OffsetReader;
  /**
   * The newest value schema registered for a topic, or undefined (none, or a converter without a
   * registry): after a restart the registry's version wins.
   */
  latestValueSchema(topic: string): Promise<Schema | undefined>;
  /** All value schemas registered for a topic, oldest first; empty as `latestValueSchema` is undefined. */
  valueSchemas(topic: string): Promise<readonly Schema[]>;
}

export interface OffsetReader {
  /** The stored offset of a partition, or undefined. */
  read(partition: SourcePartition): Promise<SourceOffset | undefined>;
  /**
   * Stores `value` under `key` unless a value is there; returns the value that stands. Shared by
   * all connectors of the offset store (one org per topic prefix). Durable when it returns.
   */
  claim(key: string, value: string): Promise<string>;
  /**
   * Writes a position durably, now, outside the ledger: only for a partition that has none yet
   * (a first start's anchor).
   */
  anchor(position: Position): Promise<void>;
}

/** Data plane of a source. */
export interface SourceTask extends AsyncDisposable {
  /**
   * Waits for at least one record or position, or returns empty when `signal` aborts. Bounded.
   * Throws an AppError whose kind decides (retriable: poll again; reconnect: the task is reopened).
   */
  poll(signal: AbortSignal): Promise<SourceBatch>;
  /** Called after `positions` are durable in the offset store, never before (Invariant 2). */
  onCommitted?(positions: readonly Position[]): Promise<void>;
}

export interface SourceBatch {
  readonly records: readonly SourceRecord[];
  /** Positions reached after all of `records`, with no record of their own (a keepalive). */
  readonly positions?: readonly Position[] | undefined;
  /**
   * With `transaction.boundary=connector`: where transactions end, in order; without it, it isn't heeded. Exactly once,
   * whatever the boundary, needs batches that end with an event's end: a transaction may end there.
   */
  readonly transactionEnds?: readonly TransactionEnd[] | undefined;
}

export interface TransactionEnd {
  /** After so many of the batch's records; all of them: after its `positions` too. */
  readonly after: number;
  /** `abort`: nothing that the transaction holds is published, and none of it is polled again: its positions are committed. */
  readonly how: 'commit' | 'abort';
}

export interface SinkTaskContext extends TaskContext {
  /**
   * For targets that hold their offsets: hands a bad record over before the offset passes it. Returns
   * when its dead letter is durable (or it is skipped, as configured); throws when it isn't tolerated,
   * and then nothing of the batch may be committed (Invariant 1).
   */
  reject(rejection: Rejection): Promise<void>;
}

/** One record a sink refuses; the runtime dead-letters it or fails, as configured. */
export interface Rejection {
  readonly record: SinkRecord;
  readonly error: AppError;
}

/** Data plane of a sink. */
export interface SinkTask extends AsyncDisposable {
  /** How large a batch this sink likes; the runtime gathers up to it. */
  readonly batching: { readonly maxRecords: number; readonly maxWaitMs: number };
  /**
   * Called with newly assigned partitions before their first record. Returned offsets (of targets
   * that hold them) are where the runtime seeks to; it never relies on that: records below are dropped
   * by the task.
   */
  assign?(
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
  ): Promise<readonly (TopicPartition & { offset: bigint })[]>;
  /**
   * Called with each record as soon as it is converted, in order, while an earlier batch may still be put: what it
   * returns goes to `put` in the record's place. For sinks whose batches are large: a record that holds
   * only what will be written costs less to keep. Synchronous, without I/O, never throws.
   */
  prepare?(record: SinkRecord): SinkRecord;
  /**
   * Writes the batch in order. On return everything not rejected is durable. Throws `retriable` to
   * be called again with the same batch.
   */
  put(batch: readonly SinkRecord[], signal: AbortSignal): Promise<readonly Rejection[]>;
  revoke?(partitions: readonly TopicPartition[]): Promise<void>;
  /** Read-only SQL over what this task owns; rows as JSON-safe objects. */
  query?(sql: string, limits: QueryLimits, signal: AbortSignal): Promise<QueryResult>;
}

export interface QueryLimits {
  readonly maxRows: number;
  readonly timeoutMs: number;
}

export interface QueryResult {
  readonly columns: readonly { name: string; type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** True when more rows were there than `maxRows`. */
  readonly truncated: boolean;
}
