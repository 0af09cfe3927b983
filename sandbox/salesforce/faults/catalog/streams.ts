import { ERROR_CODES } from '../../pubsub/errors.ts';
import type { FaultSpec } from '../spec.ts';

/** Of the Pub/Sub API. */
export const PUBSUB_FAULTS = {
  'pubsub.unavailable': {
    api: 'Pub/Sub',
    kind: 'each',
    per: 'call',
    chooses: 'rpcs',
    summary: 'Calls end with service.unavailable.',
    evidence: 'docs: Pub/Sub API, Error Codes',
    parameters: {},
  },
  'pubsub.failures': {
    api: 'Pub/Sub',
    kind: 'each',
    per: 'call',
    chooses: 'rpcs',
    summary: 'Calls end with an error code.',
    evidence: 'docs: Pub/Sub API, Error Codes',
    parameters: {
      code: {
        type: 'choice',
        of: ERROR_CODES,
        required: true,
        summary: 'Without its common prefix',
      },
    },
  },
  'pubsub.refuseOverflow': {
    api: 'Pub/Sub',
    kind: 'while',
    summary: 'Asking for more than 100 events at a time is an error instead of being clamped.',
    evidence: 'docs: Pub/Sub API, Error Codes',
    parameters: {},
  },
  'pubsub.deliveryLimitExceeded': {
    api: 'Pub/Sub',
    kind: 'while',
    summary: 'New subscriptions end with subscription.limit.exceeded.',
    evidence: 'docs: Pub/Sub API, Error Codes',
    parameters: {},
  },
  'pubsub.silent': {
    api: 'Pub/Sub',
    kind: 'while',
    summary:
      'Streams stay open and hear nothing: no events, no keepalives. HTTP/2 pings are answered.',
    evidence: 'networks',
    parameters: {},
  },
  'pubsub.halfOpen': {
    api: 'Pub/Sub',
    kind: 'each',
    per: 'connection',
    summary:
      'New connections are accepted and never answered, pings neither; with `pubsub.goAway` before it, the present ones come back to that.',
    evidence: 'networks',
    parameters: {},
  },
  'pubsub.goAway': {
    api: 'Pub/Sub',
    kind: 'once',
    summary: 'Connections are told to go away (HTTP/2 GOAWAY).',
    evidence: 'networks: how HTTP/2 servers end connections in good order',
    parameters: {
      graceMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: 600_000,
        default: 0,
        summary: 'And cut after this',
      },
    },
  },
  'pubsub.cut': {
    api: 'Pub/Sub',
    kind: 'once',
    summary: 'Open streams end with an error code.',
    evidence: 'docs: Pub/Sub API, Error Codes',
    parameters: {
      code: {
        type: 'choice',
        of: ERROR_CODES,
        required: true,
        summary: 'Without its common prefix',
      },
    },
  },
  'pubsub.resetStreams': {
    api: 'Pub/Sub',
    kind: 'once',
    summary: 'Open streams end by HTTP/2 RST_STREAM, without a status; their connections stay.',
    evidence: 'HTTP/2; issues of gRPC clients: "Received RST_STREAM with code 2"',
    parameters: {
      code: {
        type: 'choice',
        of: ['INTERNAL_ERROR', 'REFUSED_STREAM', 'CANCEL', 'ENHANCE_YOUR_CALM', 'NO_ERROR'],
        default: 'INTERNAL_ERROR',
        summary: 'The reason',
      },
    },
  },
  'pubsub.resetConnections': {
    api: 'Pub/Sub',
    kind: 'once',
    summary: 'Connections are reset in the middle of a frame (with TLS, of a record).',
    evidence: 'networks',
    parameters: {},
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;

/** Of the Streaming API (CometD). */
export const STREAMING_FAULTS = {
  'streaming.unavailable': {
    api: 'Streaming',
    kind: 'each',
    per: 'handshake',
    summary: 'Handshakes, connects and subscriptions are refused with 503::Server is too busy.',
    evidence: 'docs: Streaming API, Error Codes',
    parameters: {},
  },
  'streaming.unknownClient': {
    api: 'Streaming',
    kind: 'each',
    per: 'connect',
    summary: 'Connects come from a client that the server has lost: 403::Unknown client.',
    evidence: 'docs: Streaming API, Error Codes',
    parameters: {},
  },
  'streaming.eventLimitExceeded': {
    api: 'Streaming',
    kind: 'while',
    summary: 'Connects are refused: 403::Organization total events daily limit exceeded.',
    evidence: 'docs: Streaming API, Error Codes',
    parameters: {},
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;
