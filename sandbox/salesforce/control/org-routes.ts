import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../../src/foundation/errors.ts';
import { SalesforceError } from '../org/types.ts';
import { parseDuration } from './duration.ts';
import { ERROR_CODES, RPC_NAMES } from '../pubsub/errors.ts';
import type { ControlDeps } from './index.ts';
import { changedFields } from './journal.ts';
import type { FaultSettings } from './ports.ts';
import { COUNT, FLAG, objectOf, TEXT } from './schemas.ts';

const ADVANCE = objectOf({ advanceMs: { type: 'number', minimum: 0 }, advance: TEXT });
const ORG = objectOf({ id: TEXT }, ['id']);
const CODE = { enum: ERROR_CODES };
const FAULTS = objectOf({
  collectionsIgnoreCallOptions: FLAG,
  serviceUnavailable: COUNT,
  requestLimitExceeded: COUNT,
  unableToLockRow: COUNT,
  loginUnavailable: COUNT,
  pubsub: objectOf({
    unavailable: COUNT,
    refuseOverflow: FLAG,
    deliveryLimitExceeded: FLAG,
    silent: FLAG,
    failures: {
      type: 'array',
      maxItems: 100,
      items: objectOf({ code: CODE, method: { enum: RPC_NAMES }, count: COUNT }, ['code', 'count']),
    },
  }),
  streaming: objectOf({ unavailable: COUNT, unknownClient: COUNT, eventLimitExceeded: FLAG }),
});
/** Transactions per answer, unless asked for fewer or more. */
const LOG_PAGE = 1000;
const LOG_PAGE_MAX = 10_000;
const LOG_QUERY = {
  type: 'object',
  properties: {
    since: { type: 'string', pattern: '^\\d+$' },
    limit: { type: 'string', pattern: '^[1-9]\\d*$' },
  },
  additionalProperties: false,
};

/** The clock, the org's id, the faults and the log. */
export function registerOrgRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { org, faults, pubsubFaults, streamingFaults } = deps;
  const allFaults = (): object => ({
    ...faults,
    pubsub: pubsubFaults,
    streaming: streamingFaults,
  });
  const clock = (): object => ({
    now: org.clock.now(),
    iso: new Date(org.clock.now()).toISOString(),
  });

  app.get('/clock', (_request, reply) => reply.send(clock()));
  app.post('/clock', { schema: { body: ADVANCE } }, (request, reply) => {
    org.clock.advance(durationOf(request.body as Advance));
    return reply.send(clock());
  });
  app.get('/org', (_request, reply) => reply.send({ id: org.id }));
  app.post('/org', { schema: { body: ORG } }, (request, reply) => {
    const { id } = request.body as { id: string };
    return reply.send({ id: changeOrgId(deps, id) });
  });
  app.get('/faults', (_request, reply) => reply.send(allFaults()));
  app.put('/faults', { schema: { body: FAULTS } }, (request, reply) => {
    const { pubsub = {}, streaming = {}, ...rest } = request.body as ChangedFaults;
    Object.assign(faults, rest);
    Object.assign(pubsubFaults, pubsub);
    Object.assign(streamingFaults, streaming);
    return reply.send(allFaults());
  });
  app.get('/log', { schema: { querystring: LOG_QUERY } }, (request, reply) => {
    const query = request.query as { since?: string; limit?: string };
    return reply.send(readLog(deps, Number(query.since ?? 0), Number(query.limit ?? LOG_PAGE)));
  });
}

interface ChangedFaults extends Partial<FaultSettings> {
  readonly pubsub?: object;
  readonly streaming?: object;
}

interface Advance {
  readonly advanceMs?: number;
  readonly advance?: string;
}

function durationOf({ advanceMs, advance }: Advance): number {
  const ms = advanceMs ?? parseDuration(advance ?? '');
  if (ms !== undefined) return ms;
  throw new SalesforceError(
    400,
    'INVALID_INPUT',
    'The clock needs {"advanceMs": 1000} or {"advance": "73h"} (units ms, s, m, h, d).',
  );
}

function changeOrgId({ org }: ControlDeps, id: string): string {
  try {
    return org.changeId(id === 'new' ? undefined : id);
  } catch (error) {
    throw new SalesforceError(400, 'INVALID_INPUT', messageOf(error));
  }
}

/**
 * `transactions` after index `since`, oldest first; `next` is the `since` of the following page. Values are the
 * stored ones: instants in epoch ms, components of addresses by REST name. `commitNumber` is text, for it has 64 bits.
 */
function readLog({ journal }: ControlDeps, since: number, limit: number): object {
  if (since + 1 < journal.first) {
    throw new SalesforceError(
      400,
      'INVALID_INPUT',
      `The log's oldest transaction is ${journal.first}; what came before is forgotten.`,
    );
  }
  const page = journal.after(since, Math.min(limit, LOG_PAGE_MAX));
  const next = page.at(-1)?.index ?? since;
  return {
    transactions: page.map(({ index, transaction }) => ({
      index,
      transactionKey: transaction.key,
      commitNumber: String(transaction.commitNumber),
      timestamp: transaction.timestamp,
      userId: transaction.userId,
      origin: transaction.origin,
      changes: transaction.changes.map((change) => ({
        entity: change.entity,
        id: change.id,
        type: change.type,
        changedFields: changedFields(change),
        after: change.after,
      })),
    })),
    next,
    more: next < journal.last,
  };
}
