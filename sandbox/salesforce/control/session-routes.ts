import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { objectOf, TEXT } from './schemas.ts';

const WHICH = {
  anyOf: [objectOf({ session: TEXT, user: TEXT, accessToken: TEXT }), { type: 'null' }],
};

interface Which {
  /** As listed. */
  readonly session?: string;
  readonly user?: string;
  readonly accessToken?: string;
}

/** Who is logged in, without tokens; and the end of one session, of a user's, or of all. */
export function registerSessionRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  app.get('/sessions', (_request, reply) =>
    reply.send(
      org.identity.list().map(({ accessToken, user, expiresAt }) => ({
        session: nameOf(accessToken),
        userId: user.id,
        username: user.username,
        expiresAt,
      })),
    ),
  );
  app.delete('/sessions', { schema: { body: WHICH } }, (request, reply) => {
    const which = { ...((request.query ?? {}) as Which), ...(request.body as Which) };
    const { user, session } = which;
    const accessToken = session === undefined ? which.accessToken : tokenOf(org, session);
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

/** Names a session without letting anybody in. */
function nameOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex').slice(0, 16);
}

function tokenOf({ identity }: ControlDeps['org'], session: string): string {
  const found = identity.list().find(({ accessToken }) => nameOf(accessToken) === session);
  if (found !== undefined) return found.accessToken;
  throw new SalesforceError(404, 'NOT_FOUND', `There is no session "${session}".`);
}
