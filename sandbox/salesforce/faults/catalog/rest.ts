import type { FaultSpec } from '../spec.ts';

const DAY_MS = 86_400_000;

/** Of the REST and Bulk APIs, and of logging in. */
export const REST_FAULTS = {
  serviceUnavailable: {
    api: 'REST',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: 'Requests are answered 503 SERVER_UNAVAILABLE.',
    evidence: 'issue: restforce/restforce#568',
    parameters: {},
  },
  requestLimitExceeded: {
    api: 'REST',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: 'Requests are answered 403 REQUEST_LIMIT_EXCEEDED.',
    evidence: 'docs: REST API Developer Guide, Status Codes and Error Responses',
    parameters: {},
  },
  requestRate: {
    api: 'REST',
    kind: 'while',
    summary: 'Requests beyond a rate are answered 403 REQUEST_LIMIT_EXCEEDED.',
    evidence: 'unverified: Salesforce limits requests a day and long ones at a time',
    parameters: {
      requests: {
        type: 'integer',
        unit: 'requests',
        minimum: 0,
        maximum: 100_000,
        required: true,
        summary: 'So many are answered in a window',
      },
      windowMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 1,
        maximum: DAY_MS,
        default: 60_000,
        summary: 'The window, of sandbox time, that slides',
      },
    },
  },
  dailyApiRequests: {
    api: 'REST',
    kind: 'while',
    renewsAfterMs: DAY_MS,
    summary:
      "The day's requests run out: `/limits` and `Sforce-Limit-Info` count down, then all is 403 REQUEST_LIMIT_EXCEEDED for 24 hours of sandbox time.",
    evidence: 'docs: API Request Limits and Allocations',
    parameters: {
      remaining: {
        type: 'integer',
        unit: 'requests',
        minimum: 0,
        maximum: 100_000,
        default: 0,
        summary: 'So many are left',
      },
    },
  },
  unableToLockRow: {
    api: 'REST',
    kind: 'each',
    per: 'write',
    summary: "Records' writes, by REST and Bulk, fail with UNABLE_TO_LOCK_ROW.",
    evidence: 'docs: SOAP API Developer Guide, Error Handling',
    parameters: {},
  },
  collectionsIgnoreCallOptions: {
    api: 'REST',
    kind: 'while',
    summary:
      '`/composite/sobjects` ignores the client name of `Sforce-Call-Options`: `changeOrigin` lacks it.',
    evidence: 'unverified',
    parameters: {},
  },
  loginUnavailable: {
    api: 'Login',
    kind: 'each',
    per: 'request',
    summary: 'The token endpoint answers 503.',
    evidence: 'issue: BookingBug/restforcephp#22',
    parameters: {},
  },
  sessionExpiry: {
    api: 'Login',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary:
      "A request's session ends as it comes: 401 INVALID_SESSION_ID; its streams end when they are looked at next.",
    evidence: 'docs: OAuth 2.0 Token Revocation',
    parameters: {
      everyRequests: {
        type: 'integer',
        unit: 'requests',
        minimum: 1,
        maximum: 1_000_000,
        default: 1,
        summary: 'Every so many with a token',
      },
    },
  },
  endSessions: {
    api: 'Login',
    kind: 'once',
    summary: 'All sessions end.',
    evidence: 'docs: OAuth 2.0 Token Revocation',
    parameters: {
      user: { type: 'text', summary: 'Of this user alone: a name or an id' },
    },
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;

export const BULK_FAULTS = {
  'bulk.slowJobs': {
    api: 'Bulk',
    kind: 'each',
    per: 'job',
    summary: 'Jobs wait, and run, longer.',
    evidence: 'docs: Bulk API 2.0, jobs run as resources allow',
    parameters: {
      queueMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: DAY_MS,
        default: 5000,
        summary: 'UploadComplete for so much sandbox time',
      },
      runMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: DAY_MS,
        default: 5000,
        summary: 'InProgress for at least so much sandbox time',
      },
    },
  },
  'bulk.failJobs': {
    api: 'Bulk',
    kind: 'each',
    per: 'job',
    summary: 'Jobs end as Failed; what was written stays, the other rows are unprocessed.',
    evidence: 'docs: Bulk API 2.0, Errors (InternalServerError)',
    parameters: {
      afterRows: {
        type: 'integer',
        unit: 'rows',
        minimum: 0,
        maximum: 150_000_000,
        default: 0,
        summary: 'In the first batch that begins at or after this row',
      },
      message: {
        type: 'text',
        default: 'An unexpected error occurred',
        summary: '`errorMessage` is "InternalServerError : " and this',
      },
    },
  },
  'bulk.resultsFail': {
    api: 'Bulk',
    kind: 'each',
    per: 'request',
    chooses: 'requests',
    summary: 'Downloads of results, of ingest and query jobs, fail.',
    evidence: 'networks; issue: restforce/restforce#821 has the body',
    parameters: {
      how: {
        type: 'choice',
        of: ['error', 'cut'],
        default: 'error',
        summary: '500 UNKNOWN_EXCEPTION, or a connection reset half-way',
      },
    },
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;
