import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { PageDeps } from './index.ts';

/** What the command line prints at the start; see `SandboxCredentials`. */
export interface Access {
  readonly http: string;
  readonly https: string;
  readonly pubsub: string;
  readonly pubsubPlain: string;
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly privateKey: string;
}

/** Names under which only this machine is reached. */
const LOOPBACK = /^(?:localhost|[\w.-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** How to connect: addresses and names for everybody, secrets where they are asked for. */
export function registerAccessRoutes(app: FastifyInstance, { org, access }: PageDeps): void {
  app.get('/access', (_request, reply) => {
    const { http, https, pubsub, pubsubPlain, ca, username, clientId } = access();
    return reply.send({ http, https, pubsub, pubsubPlain, ca, orgId: org.id, username, clientId });
  });
  app.post('/access/secrets', (request, reply) => {
    requireLoopback(request);
    const { password, clientSecret, refreshToken, privateKey } = access();
    const accessToken = liveToken();
    const secrets = { password, clientSecret, accessToken, refreshToken, privateKey };
    return reply.header('cache-control', 'no-store').send(secrets);
  });

  /** That of the start, or a new one when it has ended meanwhile. */
  const liveToken = (): string => {
    const { accessToken } = access();
    if (org.session(accessToken) !== undefined) return accessToken;
    return org.openSession(org.admin.id).accessToken;
  };
}

/** A site that makes its own name mean this machine (DNS rebinding) gets no secrets. */
function requireLoopback({ headers }: FastifyRequest): void {
  const { host = '', origin } = headers;
  const from = origin === undefined ? host : origin.replace(/^https?:\/\//, '');
  if (LOOPBACK.test(host) && from === host) return;
  throw new SalesforceError(
    403,
    'FORBIDDEN',
    'Secrets are given to pages of this machine alone: open the page as http://localhost:PORT.',
  );
}
