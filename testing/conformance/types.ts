import type {
  PluginDescriptor,
  Properties,
  SinkRecord,
  SourceRecord,
} from '../../src/sdk/index.ts';

/** One clause of the connector standard (`connectors/README.md`), as a check that can fail. */
export interface Clause {
  /** Its number there; a letter where several checks belong to one. */
  readonly clause: string;
  readonly name: string;
  /**
   * Rejects with what is wrong. Resolves to undefined, or to why it doesn't apply: a source has no `put`, the
   * world can't do what it takes. Each run makes a world of its own.
   */
  readonly run: () => Promise<string | undefined>;
}

/**
 * The outside world of a connector, made anew for each clause. What it can't do is left out; the clauses that need
 * it say so instead of running.
 */
export interface World {
  /** Properties that work. Values of PASSWORD properties are looked for in whatever the connector says. */
  readonly properties: Properties;
  /** Wrong properties, and which one must be named. */
  readonly mistakes?: readonly Mistake[] | undefined;
  /** Within how many ms anything may be started or stopped; default 5,000. */
  readonly boundMs?: number | undefined;
  /** The connector's folder: its README and sources. */
  readonly folder?: string | undefined;
  readonly source?: SourceWorld | undefined;
  readonly sink?: SinkWorld | undefined;
  /** Ends it. */
  readonly close?: (() => Promise<void>) | undefined;
}

export interface Mistake {
  readonly change: Properties;
  readonly property: string;
}

export interface SourceWorld {
  /** `count` more events happen. */
  produce(count: number): Promise<void>;
  /** What a record is known by; default: topic, key and value. */
  readonly identify?: ((record: SourceRecord) => string) | undefined;
  /** The next event is one that can't be read. */
  spoil?(): Promise<void>;
  /** The most records that one poll may return under `properties`. */
  readonly maxBatch?: number | undefined;
  /** The other side goes away, and comes back. */
  readonly outage?: { begin(): Promise<void>; end(): Promise<void> } | undefined;
}

/** Where a record stands in its topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface SinkWorld {
  /** The `n`th record: every `n` is another key. */
  record(n: number, at: Place): SinkRecord;
  /** What the target holds, as an independent reader finds it; one text for each record written. */
  contents(): Promise<readonly string[]>;
  /** One that can't be written: a `data` error. */
  bad?(at: Place): SinkRecord;
  /** That of `record(n)`'s key. */
  tombstone?(n: number, at: Place): SinkRecord;
  /** The `n`th record under a schema that has a field more. */
  evolved?(n: number, at: Place): SinkRecord;
}

export interface Subject {
  readonly plugin: PluginDescriptor;
  readonly world: World;
}

export type Check = (subject: Subject) => Promise<string | undefined | void>;
