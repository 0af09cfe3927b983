import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../../src/foundation/errors.ts';
import { SalesforceError } from '../org/types.ts';
import { parseDuration } from './duration.ts';
import type { ControlDeps } from './index.ts';
import { changedFields } from './journal.ts';
import { objectOf, TEXT } from './schemas.ts';

const ADVANCE = objectOf({ advanceMs: { type: 'number', minimum: 0 }, advance: TEXT });
const ORG = objectOf({ id: TEXT }, ['id']);
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

/** The clock, the org's id and the log. */
export function registerOrgRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { org } = deps;
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
  app.get('/log', { schema: { querystring: LOG_QUERY } }, (request, reply) => {
    const query = request.query as { since?: string; limit?: string };
    return reply.send(readLog(deps, Number(query.since ?? 0), Number(query.limit ?? LOG_PAGE)));
  });
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
