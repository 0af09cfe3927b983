import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Properties } from '../config/definition.ts';
import { stringifyJson } from '../data/exact-json.ts';
import type { GroupHerder } from '../herder/herder.ts';
import { propertiesOf } from './body.ts';
import { badRequest } from './errors.ts';

interface OfConnector {
  readonly Params: { readonly name: string };
}

/** What the workers of a group ask each other (Connect's internal resources, KIP-507). */
export function groupRoutes(app: FastifyInstance, herder: GroupHerder): void {
  const preHandler = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    requireMember(request, reply, herder);

  app.post<OfConnector>(
    '/connectors/:name/tasks',
    { preHandler },
    async ({ params, body }, reply) => {
      if (!Array.isArray(body)) throw badRequest('The body must be a list of configurations.');
      const tasks = body.map((each): Properties => propertiesOf(each));
      await herder.putTasks(params.name, tasks);
      return reply.code(204).send();
    },
  );

  app.put<OfConnector>('/connectors/:name/fence', { preHandler }, async ({ params }, reply) => {
    await herder.fence(params.name);
    return reply.code(204).send();
  });
}

/** Answers whoever hasn't signed the request with the group's key. */
async function requireMember(
  { headers, body }: FastifyRequest,
  reply: FastifyReply,
  herder: GroupHerder,
): Promise<unknown> {
  const signature = headers['x-connect-authorization'];
  const algorithm = headers['x-connect-request-signature-algorithm'];
  if (typeof signature !== 'string' || typeof algorithm !== 'string') {
    throw badRequest('Internal request missing required signature');
  }
  const text = body === undefined ? '' : stringifyJson(body);
  const isMember = herder.isSigned(text, { signature, algorithm });
  if (isMember === true) return undefined;
  const [code, message] = isMember === undefined ? NO_KEY : FORGED;
  return reply.code(code).send({ error_code: code, message });
}

const NO_KEY = [
  503,
  'This worker is still starting up and has not been able to read a session key from the config topic yet',
] as const;
const FORGED = [403, 'Internal request contained an invalid signature.'] as const;
