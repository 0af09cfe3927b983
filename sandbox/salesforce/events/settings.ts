/** How the events of an org are made and kept; each default is Salesforce's. */
export interface EventSettings {
  /** One event for several records of an object that changed alike in one transaction. */
  readonly mergeIdentical: boolean;
  /** Long texts as unified diffs where Salesforce's rules say so. */
  readonly textDiffs: boolean;
  /** Changes in one transaction (each field of an update counts) after which overflow events stand for the rest. */
  readonly overflowAfter: number;
  /** A larger event becomes a gap event, or is refused when published. */
  readonly maxEventBytes: number;
  /** How long events can be read again, in sandbox time. */
  readonly retentionMs: number;
  /** Older events go early when all together take more: this machine's bound, Salesforce has none. */
  readonly maxRetainedBytes: number;
  /** Custom channels: `/data/Sales__chn` and the objects on it. */
  readonly customChannels: ReadonlyMap<string, readonly string[]>;
}

export const DEFAULT_EVENT_SETTINGS: EventSettings = {
  mergeIdentical: true,
  textDiffs: true,
  overflowAfter: 100_000,
  maxEventBytes: 1024 * 1024,
  retentionMs: 72 * 60 * 60 * 1000,
  maxRetainedBytes: 1024 ** 3,
  customChannels: new Map(),
};
