import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { objectOf, TEXT } from './schemas.ts';

const WHICH = { anyOf: [objectOf({ user: TEXT, accessToken: TEXT }), { type: 'null' }] };

interface Which {
  readonly user?: string;
  readonly accessToken?: string;
}

/** Who is logged in, without tokens; and the end of one session, of a user's, or of all. */
export function registerSessionRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  app.get('/sessions', (_request, reply) =>
    reply.send(
      org.identity.list().map(({ user, expiresAt }) => ({
        userId: user.id,
        username: user.username,
        expiresAt,
      })),
    ),
  );
  app.delete('/sessions', { schema: { body: WHICH } }, (request, reply) => {
    const { user, accessToken } = {
      ...((request.query ?? {}) as Which),
      ...(request.body as Which),
    };
    const userId = user === undefined ? undefined : org.user(user)?.id;
    if (user !== undefined && userId === undefined) {
      throw new SalesforceError(400, 'INVALID_INPUT', `There is no user "${user}".`);
    }
    const ended = org.endSessions({
      ...(userId === undefined ? {} : { userId }),
      ...(accessToken === undefined ? {} : { accessToken }),
    });
    return reply.send({ ended });
  });
}
