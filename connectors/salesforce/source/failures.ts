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

/** What ended a channel's stream for good. `lastEventAt`: commit timestamp of the stored position, epoch ms. */
export function streamFailure(
  channel: string,
  error: PubSubError,
  lastEventAt: number | undefined,
): AppError {
  if (error.cause instanceof AppError) return error.cause;
  if (error.class === 'position-lost') return positionLost(channel, error, lastEventAt);
  return new AppError(
    KINDS[error.class],
    `pubsub.${error.code}`,
    `${channel}: ${sentence(error.message)}`,
    { path: 'salesforce.channels', cause: error },
  );
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
    `${what}: ${sentence(error.message)}`,
    { cause: error },
  );
}

function sentence(message: string): string {
  const bare = message.replace(/\s*rpcId: \S+$/, '').trim();
  return bare.endsWith('.') ? bare : `${bare}.`;
}
