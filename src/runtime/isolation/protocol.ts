/** What a worker and its task's thread say to each other. Methods of the thread: `poll`, `put` and so on, as the sdk names them. */
import type { Properties } from '../../config/definition.ts';
import type { SinkRecord, SourceRecord } from '../../data/record.ts';
import type { SourceBatch } from '../../sdk/index.ts';
import type { WireError } from './errors.ts';
import type { WireRecord } from './records.ts';

/** A thread's `workerData`: plain, so that it can be cloned. */
export interface ThreadStart {
  /** The module that exports the descriptor. */
  readonly module: string;
  readonly class: string;
  readonly version: string;
  readonly connector: string;
  readonly task: number;
  /** The task's, references resolved. */
  readonly properties: Properties;
  readonly workerValueConverter: string | undefined;
}

/** Of a task that is open: what it has of what a task may have. */
export interface OpenedTask {
  readonly methods: readonly string[];
  readonly batching: { readonly maxRecords: number; readonly maxWaitMs: number } | undefined;
}

export type WireSourceBatch = Omit<SourceBatch, 'records'> & {
  readonly records: readonly WireRecord<SourceRecord>[];
};

export type WireSinkBatch = readonly WireRecord<SinkRecord>[];

/** A record of the batch that is being put, by its place. */
export interface WireRejection {
  readonly at: number;
  readonly error: WireError;
}
