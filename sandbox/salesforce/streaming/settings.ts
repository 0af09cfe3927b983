import { FaultBoard } from '../faults/board.ts';
import { CometdFaults } from '../faults/views.ts';

/** The Streaming API's limits; each default is Salesforce's, unless it says otherwise. */
export interface StreamingSettings {
  /** A `/meta/connect` without events is answered after this; told to clients as `advice.timeout`. */
  readonly timeoutMs: number;
  /** A client that doesn't connect within this after an answer is forgotten: `403::Unknown client`. */
  readonly maxIntervalMs: number;
  /** Of a request's body, unpacked. */
  readonly maxRequestBytes: number;
  /** Events go out in one answer up to this size, at least one: this machine's bound, Salesforce's isn't known. */
  readonly maxResponseBytes: number;
  /** Clients at a time: Enterprise Edition's 1,000 (Performance and Unlimited 2,000, Developer 20). */
  readonly maxClients: number;
  /** Clients at a time of one PushTopic or generic channel. */
  readonly maxSubscribersPerTopic: number;
  /** Of one client, filtered ones counted each: this machine's bound, Salesforce's isn't known. */
  readonly maxSubscriptionsPerClient: number;
  /** Active PushTopics: Enterprise Edition's 50 (Performance and Unlimited 100, Developer 40). */
  readonly maxPushTopics: number;
  /** Generic channels: Salesforce's 200. */
  readonly maxGenericChannels: number;
  /** How long notifications of PushTopics and generic channels can be read again, in sandbox time. */
  readonly retentionMs: number;
  /** Older notifications go early when all together take more: this machine's bound, Salesforce has none. */
  readonly maxRetainedBytes: number;
  /** A held connect's session is looked at this often, for it may be revoked; how often Salesforce does isn't known. */
  readonly sessionCheckMs: number;
  /** Whether an expired session ends its clients as a revoked one does; in Salesforce it doesn't. */
  readonly expiryEndsClients: boolean;
  /**
   * Who has to send the handshake's cookies back, as Salesforce demands. By default whoever calls the sandbox by a
   * name: common cookie jars keep none for IP addresses, and no Salesforce has one of those.
   */
  readonly requireCookies: 'always' | 'by name' | 'never';
}

export const DEFAULT_STREAMING_SETTINGS: StreamingSettings = {
  timeoutMs: 110_000,
  maxIntervalMs: 40_000,
  maxRequestBytes: 32_768,
  maxResponseBytes: 1024 * 1024,
  maxClients: 1000,
  maxSubscribersPerTopic: 1000,
  maxSubscriptionsPerClient: 1000,
  maxPushTopics: 50,
  maxGenericChannels: 200,
  retentionMs: 24 * 60 * 60 * 1000,
  maxRetainedBytes: 64 * 1024 * 1024,
  sessionCheckMs: 2000,
  expiryEndsClients: false,
  requireCookies: 'by name',
};

/** How the Streaming API misbehaves; asked at each message, so that a change works at once. */
export type StreamingFaults = CometdFaults;

export function noStreamingFaults(): StreamingFaults {
  return new CometdFaults(new FaultBoard());
}

/** True, and one less from now on, while the fault is due. */
export function takeFault(
  { board }: StreamingFaults,
  fault: 'unavailable' | 'unknownClient',
): boolean {
  return board.take(`streaming.${fault}`) !== undefined;
}
