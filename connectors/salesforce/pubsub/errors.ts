/** What the Pub/Sub API's errors mean to a client. */
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

/**
 * - `retriable`: the service's or the network's trouble: reopen after a backoff.
 * - `unknown`: a code that isn't listed: retried, but less often.
 * - `slow-down`: an allocation or limit is used up: reopen after a long pause.
 * - `auth`: the session isn't valid: log in again, once.
 * - `position-lost`: the replay id is invalid or older than the retention. Never answered by a preset.
 * - `fatal`: no retry will help.
 */
export type ErrorClass = 'retriable' | 'unknown' | 'slow-down' | 'auth' | 'position-lost' | 'fatal';

export class PubSubError extends Error {
  override name = 'PubSubError';
  readonly class: ErrorClass;
  /** Salesforce's code without its common prefix, or the gRPC status' name. */
  readonly code: string;

  constructor(errorClass: ErrorClass, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.class = errorClass;
    this.code = code;
  }
}

const PREFIX = 'sfdc.platform.eventbus.grpc.';

const CODES: Readonly<Record<string, ErrorClass>> = {
  'service.unavailable': 'retriable',
  'service.auth.error': 'auth',
  'service.auth.headers.invalid': 'fatal',
  'service.auth.refresh.invalid': 'auth',
  'service.protection.triggered': 'slow-down',
  'service.protection.stream.limit.triggered': 'slow-down',
  'service.tenant.license': 'fatal',
  'concurrent.client.limit.exceeded': 'slow-down',
  'topic.not.found': 'fatal',
  'topic.meta.permission': 'fatal',
  'topic.api.unavailable': 'retriable',
  'topic.validation.empty': 'fatal',
  'schema.meta.permission': 'fatal',
  'schema.api.unavailable': 'retriable',
  'schema.validation.failed': 'fatal',
  'subscription.fetch.replayid.corrupted': 'position-lost',
  'subscription.fetch.replayid.validation.failed': 'position-lost',
  'subscription.fetch.replay.repeated': 'retriable',
  'subscription.fetch.requested.events.invalid': 'fatal',
  'subscription.fetch.topic.mismatch': 'fatal',
  'subscription.fetch.overflow': 'retriable',
  'subscription.fetch.request.invalid': 'retriable',
  'subscription.topic.cannot.subscribe': 'fatal',
  'subscription.limit.exceeded': 'slow-down',
  'subscription.internal.error': 'retriable',
};

/** By status, where no error code came along. */
const STATUSES: Readonly<Partial<Record<status, ErrorClass>>> = {
  [status.UNAVAILABLE]: 'retriable',
  [status.DEADLINE_EXCEEDED]: 'retriable',
  [status.CANCELLED]: 'retriable',
  [status.INTERNAL]: 'retriable',
  [status.ABORTED]: 'retriable',
  [status.RESOURCE_EXHAUSTED]: 'slow-down',
  [status.UNAUTHENTICATED]: 'auth',
  [status.PERMISSION_DENIED]: 'fatal',
  [status.NOT_FOUND]: 'fatal',
  [status.UNIMPLEMENTED]: 'fatal',
};

/** A gRPC error in the client's terms: by the trailer `error-code` first, for a status alone may mislead. */
export function toPubSubError(error: ServiceError): PubSubError {
  const trailer = error.metadata?.get('error-code')[0]?.toString();
  const code = trailer?.startsWith(PREFIX) === true ? trailer.slice(PREFIX.length) : trailer;
  const errorClass =
    (code === undefined ? undefined : CODES[code]) ?? STATUSES[error.code] ?? 'unknown';
  return new PubSubError(errorClass, code ?? status[error.code], sentenceOf(error), error);
}

/** Salesforce's sentence without its `rpcId`; of a connection that failed, the cause alone. */
function sentenceOf({ code, details }: ServiceError): string {
  const cause = /Last error: (?:Error: )?(.*?)\.?\s*Resolution note:/s.exec(details)?.[1];
  if (cause !== undefined) return `The Pub/Sub API can't be reached (${cause}).`;
  const said = details.replace(/\s*rpcId: \S+$/, '').trim();
  if (said === '') return `The Pub/Sub API answered ${status[code]}.`;
  return said.endsWith('.') ? said : `${said}.`;
}
