import type { FaultSpec } from '../spec.ts';

const TEN_MINUTES_MS = 600_000;

/** Of everything that is spoken over HTTP: OAuth, SOAP, REST, Bulk, Streaming. The control API is left alone. */
export const HTTP_FAULTS = {
  latency: {
    api: 'HTTP',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: 'Requests wait before they are looked at.',
    evidence: 'networks',
    parameters: {
      ms: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: TEN_MINUTES_MS,
        required: true,
        summary: 'How long',
      },
      jitterMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: TEN_MINUTES_MS,
        default: 0,
        summary: 'And up to this much longer',
      },
    },
  },
  slowBody: {
    api: 'HTTP',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: "Answers' bodies trickle.",
    evidence: 'networks',
    parameters: {
      bytesPerSecond: {
        type: 'integer',
        unit: 'bytes/s',
        minimum: 1,
        maximum: 1_000_000_000,
        default: 1000,
        summary: 'How fast',
      },
    },
  },
  connectionReset: {
    api: 'HTTP',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: 'The connection is reset (over TLS: closed without a goodbye).',
    evidence: "networks; what was committed after the request came isn't known to the client",
    parameters: {
      at: {
        type: 'choice',
        of: ['before', 'after', 'midBody'],
        default: 'before',
        summary:
          'before anything is done; after it is done, without an answer; or half-way through the answer',
      },
    },
  },
  halfOpen: {
    api: 'HTTP',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: 'Requests are never answered, nor is anything done; the connection stays.',
    evidence: 'networks',
    parameters: {},
  },
  maintenance: {
    api: 'HTTP',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary:
      'Everything is 503, logins too; calls of the Pub/Sub API end with service.unavailable, its open streams by GOAWAY.',
    evidence:
      'issue: wadewegner/Force.com-Toolkit-for-NET#160 has the page, restforce/restforce#568 the error code',
    parameters: {
      format: {
        type: 'choice',
        of: ['html', 'json'],
        default: 'html',
        summary: 'The page that says "We are down for maintenance.", or SERVER_UNAVAILABLE',
      },
    },
  },
  errorAfterCommit: {
    api: 'HTTP',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary:
      "Writes of REST and Bulk that succeeded are answered 500 UNKNOWN_EXCEPTION: the client can't know.",
    evidence: 'issue: restforce/restforce#821 has the body',
    parameters: {},
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;
