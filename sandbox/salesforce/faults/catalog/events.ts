import type { FaultSpec } from '../spec.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;

/** Of events, however they are read. */
export const EVENT_FAULTS = {
  'events.delay': {
    api: 'Events',
    kind: 'while',
    summary: 'Events, of changes too, can be read later than they are stored; in order.',
    evidence: 'unverified: delivery is near real time, how near is not documented',
    parameters: {
      ms: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: TEN_MINUTES_MS,
        required: true,
        summary: 'How much later',
      },
      jitterMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: TEN_MINUTES_MS,
        default: 0,
        summary: 'And up to this much more',
      },
    },
  },
  'events.duplicate': {
    api: 'Events',
    kind: 'each',
    per: 'event',
    summary:
      "Platform events are stored twice: one id, two replay ids. Change events aren't: Salesforce documents none.",
    evidence: 'docs: Platform Events, Identify and Match Event Messages with EventUuid',
    parameters: {},
  },
  'events.reorder': {
    api: 'Events',
    kind: 'each',
    per: 'event',
    summary:
      'A platform event published by REST or Bulk is stored after the next one, or after a while. Change events keep the order of commits: Salesforce promises it.',
    evidence: 'unverified: publishing is asynchronous, and no order between requests is documented',
    parameters: {
      holdMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 1,
        maximum: TEN_MINUTES_MS,
        default: 1000,
        summary: 'At most so much later',
      },
    },
  },
  'events.repeat': {
    api: 'Events',
    kind: 'once',
    summary: 'The newest platform events are stored once more: the same ids, other replay ids.',
    evidence: 'docs: Platform Events, Identify and Match Event Messages with EventUuid',
    parameters: {
      count: {
        type: 'integer',
        unit: 'events',
        minimum: 1,
        maximum: 1000,
        default: 1,
        summary: 'How many',
      },
    },
  },
  'events.expire': {
    api: 'Events',
    kind: 'once',
    summary:
      'Events stored so far are past retention: nothing of them can be read, positions of before are refused.',
    evidence: 'docs: Event Message Durability, 72 hours',
    parameters: {},
  },
  'events.migrate': {
    api: 'Events',
    kind: 'once',
    summary:
      'As after a move to another instance: nothing is retained, positions of before are refused, those of after are from other numbers.',
    evidence: "docs: Platform Events, replay ids aren't kept when an org is moved",
    parameters: {},
  },
  'events.deliveryAllocation': {
    api: 'Events',
    kind: 'while',
    renewsAfterMs: DAY_MS,
    summary:
      "The day's deliveries run out: `/limits` (DailyDeliveredPlatformEvents) counts down, then streams of the Pub/Sub API end with subscription.limit.exceeded and connects of CometD are refused, for 24 hours of sandbox time.",
    evidence: 'docs: Platform Event Allocations; issue: code of 403 in Streaming API Error Codes',
    parameters: {
      remaining: {
        type: 'integer',
        unit: 'events',
        minimum: 0,
        maximum: 50_000,
        default: 0,
        summary: 'So many are left',
      },
    },
  },
  'events.publishAllocation': {
    api: 'Events',
    kind: 'while',
    renewsAfterMs: HOUR_MS,
    summary:
      "The hour's publications run out: `/limits` (HourlyPublishedPlatformEvents) counts down, then publishing fails with LIMIT_EXCEEDED for an hour of sandbox time.",
    evidence: 'docs: Platform Events Developer Guide, Platform Event Error Status Codes',
    parameters: {
      remaining: {
        type: 'integer',
        unit: 'events',
        minimum: 0,
        maximum: 250_000,
        default: 0,
        summary: 'So many are left',
      },
    },
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;

/** Of the org as a whole. */
export const ORG_FAULTS = {
  'org.refresh': {
    api: 'Org',
    kind: 'once',
    summary: 'The org has another id, as a sandbox after its refresh; all sessions end.',
    evidence: 'docs: Refresh Your Sandbox',
    parameters: { id: { type: 'text', summary: '`00D…`; by default a new one' } },
  },
  'org.release': {
    api: 'Org',
    kind: 'once',
    summary:
      "Salesforce's next release: one API version more; events' schemas have other ids and the same fields.",
    evidence: 'docs: API versions come with releases; schema ids, unverified',
    parameters: {},
  },
  'org.clock': {
    api: 'Org',
    kind: 'once',
    summary: 'Sandbox time moves on: sessions expire, events and jobs pass their retention.',
    evidence: "the sandbox's own",
    parameters: {
      advanceMs: {
        type: 'integer',
        unit: 'ms',
        minimum: 0,
        maximum: 3650 * DAY_MS,
        required: true,
        summary: 'By this much',
      },
    },
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;
