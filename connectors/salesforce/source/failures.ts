/** The Pub/Sub API's errors in the runtime's terms. */
import { AppError, type ErrorKind } from '../../../src/sdk/index.ts';
import { PubSubError, type ErrorClass } from '../pubsub/errors.ts';

const KINDS: Readonly<Record<ErrorClass, ErrorKind>> = {
  retriable: 'reconnect',
  unknown: 'reconnect',
  'slow-down': 'reconnect',
  auth: 'auth',
  'position-lost': 'fatal',
  fatal: 'fatal',
};

const MAY_READ =
  'The user needs View All on the object, or Read on the event; then restart the task.';

/** What the user can do, by Salesforce's code or the gRPC status' name. */
const MENDS: Readonly<Record<string, string>> = {
  'topic.not.found':
    "Check salesforce.channels; an object's changes must be selected under Setup, Change Data Capture.",
  'topic.meta.permission': MAY_READ,
  'subscription.topic.cannot.subscribe': MAY_READ,
  'service.auth.error': 'Check that the user may log in and has the permission API Enabled.',
  UNAVAILABLE: 'Check salesforce.pubsub.endpoint and the network.',
};

/** What ended a channel's stream for good. `lastEventAt`: commit timestamp of the stored position, epoch ms. */
export function streamFailure(
  channel: string,
  error: PubSubError,
  lastEventAt: number | undefined,
): AppError {
  if (error.cause instanceof AppError) return error.cause;
  if (error.class === 'position-lost') return positionLost(channel, error, lastEventAt);
  return new AppError(KINDS[error.class], `pubsub.${error.code}`, `${channel}: ${error.message}`, {
    path: 'salesforce.channels',
    cause: error,
    suggestion: MENDS[error.code],
  });
}

/** Invariant 4: never answered by a preset; the reader is told what is missing and what to do. */
function positionLost(
  channel: string,
  error: PubSubError,
  lastEventAt: number | undefined,
): AppError {
  const since =
    lastEventAt === undefined
      ? ''
      : ` Events since ${new Date(lastEventAt).toISOString()} may be missing.`;
  return new AppError(
    'fatal',
    'salesforce.position_lost',
    `${channel}: the stored position is invalid or older than the 72 hours Salesforce keeps.${since}`,
    {
      path: 'offsets',
      suggestion:
        "Stop the connector, reset the channel's offset and set salesforce.initial.start=all to read what is still kept; reload what is older from the org.",
      cause: error,
    },
  );
}

/** Of GetSchema, which is simply called again; `isRenewed`: after a refused session was renewed. */
export function callFailure(what: string, error: unknown, isRenewed: boolean): unknown {
  if (!(error instanceof PubSubError)) return error;
  const kind = KINDS[error.class];
  return new AppError(
    kind === 'reconnect' || isRenewed ? 'retriable' : kind,
    `pubsub.${error.code}`,
    `${what}: ${error.message}`,
    { cause: error },
  );
}
