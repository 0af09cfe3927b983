import type { FastifyInstance } from 'fastify';
import type { LoginSettings } from '../login/settings.ts';
import type { ControlDeps } from './index.ts';
import { COUNT, FLAG, objectOf, TEXTS } from './schemas.ts';

const SETTINGS = objectOf({
  callbackUrls: TEXTS,
  requirePkce: FLAG,
  requireSecret: FLAG,
  rotateRefreshTokens: FLAG,
  passwordFlow: FLAG,
  userAgentFlow: FLAG,
  requireSecurityToken: FLAG,
  sessionTimeoutMinutes: { type: 'integer', minimum: 1 },
  maxInvalidLogins: COUNT,
  lockoutMinutes: COUNT,
  loginsPerHour: COUNT,
} satisfies Record<keyof LoginSettings, object>);

/** What an administrator sets for logging in; the security token is shown, for it isn't among what clients connect with. */
export function registerLoginRoutes(app: FastifyInstance, { org, connected }: ControlDeps): void {
  const { settings, securityToken } = connected;
  app.get('/login', (_request, reply) => reply.send({ ...settings, securityToken }));
  app.patch('/login', { schema: { body: SETTINGS } }, (request, reply) => {
    Object.assign(settings, request.body);
    org.identity.timeoutMs = settings.sessionTimeoutMinutes * 60_000;
    return reply.send({ ...settings, securityToken });
  });
}
