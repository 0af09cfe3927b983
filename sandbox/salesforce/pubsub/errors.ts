import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

export const PREFIX = 'sfdc.platform.eventbus.grpc.';

/** Error codes (without their common prefix) and the gRPC status each comes with. */
const STATUS = {
  'service.unavailable': status.INTERNAL,
  'service.auth.error': status.UNAUTHENTICATED,
  'service.auth.headers.invalid': status.UNAUTHENTICATED,
  'service.auth.refresh.invalid': status.UNAUTHENTICATED,
  'service.protection.triggered': status.RESOURCE_EXHAUSTED,
  'service.protection.stream.limit.triggered': status.RESOURCE_EXHAUSTED,
  'service.tenant.license': status.PERMISSION_DENIED,
  'concurrent.client.limit.exceeded': status.RESOURCE_EXHAUSTED,
  'topic.not.found': status.NOT_FOUND,
  'topic.meta.permission': status.PERMISSION_DENIED,
  'topic.api.unavailable': status.UNAVAILABLE,
  'topic.validation.empty': status.INVALID_ARGUMENT,
  'schema.meta.permission': status.PERMISSION_DENIED,
  'schema.api.unavailable': status.UNAVAILABLE,
  'schema.validation.failed': status.INVALID_ARGUMENT,
  'subscription.fetch.replayid.corrupted': status.INVALID_ARGUMENT,
  'subscription.fetch.replayid.validation.failed': status.INVALID_ARGUMENT,
  'subscription.fetch.requested.events.invalid': status.INVALID_ARGUMENT,
  'subscription.fetch.topic.mismatch': status.INVALID_ARGUMENT,
  'subscription.fetch.replay.repeated': status.INVALID_ARGUMENT,
  'subscription.fetch.request.invalid': status.INVALID_ARGUMENT,
  'subscription.fetch.overflow': status.INVALID_ARGUMENT,
  'subscription.topic.cannot.subscribe': status.PERMISSION_DENIED,
  'subscription.limit.exceeded': status.RESOURCE_EXHAUSTED,
  'publish.topic.mismatch': status.INVALID_ARGUMENT,
  'publish.topic.validation.empty': status.INVALID_ARGUMENT,
  'publish.event.count.invalid': status.INVALID_ARGUMENT,
  'publish.auth.refresh.invalid': status.INVALID_ARGUMENT,
  'publish.stream.sweeper.timeout': status.UNAVAILABLE,
  'subscription.internal.error': status.INTERNAL,
  'managed.subscription.already.active': status.ALREADY_EXISTS,
  'managed.subscription.config.stopped': status.FAILED_PRECONDITION,
  'managed.subscription.config.deleted': status.NOT_FOUND,
  'managed.subscription.developer.name.not.found': status.NOT_FOUND,
  'managed.subscription.subscription.id.not.found': status.NOT_FOUND,
  'managed.subscription.subscription.id.invalid': status.INVALID_ARGUMENT,
  'managed.subscription.id.or.developer.name.empty': status.INVALID_ARGUMENT,
  'managed.subscription.fetch.request.events.invalid': status.INVALID_ARGUMENT,
  'managed.subscription.fetch.request.invalid': status.INVALID_ARGUMENT,
  'managed.subscription.fetch.request.commit.request.restricted': status.INVALID_ARGUMENT,
  'managed.subscription.fetch.request.auth.request.restricted': status.INVALID_ARGUMENT,
} as const;
export type ErrorCode = keyof typeof STATUS;
export const ERROR_CODES = Object.keys(STATUS) as readonly ErrorCode[];

export const RPC_NAMES = [
  'Subscribe',
  'GetSchema',
  'GetTopic',
  'Publish',
  'PublishStream',
  'ManagedSubscribe',
] as const;
export type RpcName = (typeof RPC_NAMES)[number];

/** A refusal in Salesforce's words; which call it ends is added by `toServiceError`. */
export class PubSubError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** One call as errors and responses name it. */
export interface Rpc {
  readonly name: RpcName;
  /** UUID. */
  readonly id: string;
}

/** With Salesforce's trailers, and the call's id at the end of the message. */
export function toServiceError(error: unknown, rpc: Rpc): ServiceError {
  const known =
    error instanceof PubSubError
      ? error
      : new PubSubError(
          'subscription.internal.error',
          `An internal error occurred: ${String(error)}`,
        );
  return serviceError(STATUS[known.code], `${PREFIX}${known.code}`, known.message, rpc);
}

function serviceError(code: status, errorCode: string, message: string, rpc: Rpc): ServiceError {
  const metadata = new Metadata();
  metadata.set('error-code', errorCode);
  metadata.set('rpc-id', rpc.id);
  metadata.set('type', rpc.name);
  const details = `${message} rpcId: ${rpc.id}`;
  return Object.assign(new Error(details), { code, details, metadata });
}
