import type { FastifyInstance } from 'fastify';
import { objectWith } from './body.ts';
import type { RestContext } from './context.ts';
import { badRequest } from './errors.ts';

const DEFAULT_ROWS = 1_000;
const MOST_ROWS = 100_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 300_000;
/** A query ends itself before its request does. */
const SLACK_MS = 10_000;

/** `POST /headwater/v1/connectors/{name}/query`: read-only SQL over what a sink has written. */
export function queryRoutes(app: FastifyInstance, { herder }: RestContext): void {
  app.post<{ Params: { name: string } }>(
    '/headwater/v1/connectors/:name/query',
    { handlerTimeout: LONGEST_TIMEOUT_MS + SLACK_MS },
    ({ params, body }) => {
      const { sql, maxRows, timeoutMs } = objectWith(body, ['sql', 'maxRows', 'timeoutMs']);
      if (typeof sql !== 'string' || sql.trim() === '') {
        throw badRequest('sql must be a SELECT statement.', 'sql');
      }
      return herder.query(params.name, sql, {
        maxRows: whole('maxRows', maxRows, DEFAULT_ROWS, MOST_ROWS),
        timeoutMs: whole('timeoutMs', timeoutMs, DEFAULT_TIMEOUT_MS, LONGEST_TIMEOUT_MS),
      });
    },
  );
}

function whole(name: string, value: unknown, usual: number, most: number): number {
  if (value === undefined) return usual;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value;
  }
  throw badRequest(`${name} must be a whole number from 1 to ${most}.`, name);
}
