import type { FastifyInstance } from 'fastify';
import type { Properties } from '../config/definition.ts';
import { stringifyJson } from '../data/exact-json.ts';
import type { GroupHerder } from '../herder/herder.ts';
import { propertiesOf } from './body.ts';
import { badRequest } from './errors.ts';

/** What the workers of a group ask each other (Connect's internal resources). */
export function groupRoutes(app: FastifyInstance, herder: GroupHerder): void {
  app.post<{ Params: { name: string } }>(
    '/connectors/:name/tasks',
    async ({ params, body, headers }, reply) => {
      const signature = headers['x-connect-authorization'];
      const algorithm = headers['x-connect-request-signature-algorithm'];
      if (typeof signature !== 'string' || typeof algorithm !== 'string') {
        throw badRequest('Internal request missing required signature');
      }
      if (!Array.isArray(body)) throw badRequest('The body must be a list of configurations.');
      const tasks = body.map((each): Properties => propertiesOf(each));
      await herder.putTasks(params.name, tasks, stringifyJson(body), { signature, algorithm });
      return reply.code(204).send();
    },
  );
}
