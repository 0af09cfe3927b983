/** The service's limits; each default is Salesforce's. */
export interface PubSubSettings {
  /** A stream with credit and nothing to send hears from the server within this. */
  readonly keepaliveMs: number;
  /** A stream without credit is ended after this. */
  readonly zeroCreditMs: number;
  /** A PublishStream without requests is ended after this. */
  readonly publishIdleMs: number;
  /** Credit that can be outstanding. */
  readonly maxCredit: number;
  /** Of one FetchResponse. */
  readonly maxResponseBytes: number;
}

export const DEFAULT_PUBSUB_SETTINGS: PubSubSettings = {
  keepaliveMs: 270_000,
  zeroCreditMs: 70_000,
  publishIdleMs: 70_000,
  maxCredit: 100,
  maxResponseBytes: 3 * 1024 * 1024,
};
