import type { FastifyInstance } from 'fastify';
import { AppError } from '../foundation/errors.ts';
import { LEVELS } from '../foundation/pino.ts';
import { patchOf } from './body.ts';
import type { RestContext } from './context.ts';
import { badRequest } from './errors.ts';

interface OfLogger {
  readonly Params: { readonly logger: string };
}

/** `/admin/loggers`: log levels of this worker, or of all workers of its group, while they run. */
export function loggerRoutes(app: FastifyInstance, { levels, group }: RestContext): void {
  app.get('/admin/loggers', () => levels.all());

  app.get<OfLogger>('/admin/loggers/:logger', ({ params }) => {
    const found = levels.get(params.logger);
    if (found !== undefined) return found;
    throw new AppError('missing', 'rest.logger', `Logger ${params.logger} not found.`);
  });

  app.put<OfLogger & { Querystring: { scope?: string } }>(
    '/admin/loggers/:logger',
    async ({ params, query, body }, reply) => {
      const level = patchOf(body ?? {})['level'] ?? null;
      if (level === null) {
        throw badRequest("Desired 'level' parameter was not specified in request.", 'level');
      }
      const known = LEVELS.find((each) => each === level.toUpperCase());
      if (known === undefined) {
        throw new AppError('missing', 'rest.level', `invalid log level '${level}'.`);
      }
      if (query.scope !== 'cluster') return levels.set(params.logger, known);
      if (group === undefined) levels.set(params.logger, known);
      else await group.setLevel(params.logger, known);
      return reply.code(204).send();
    },
  );
}
