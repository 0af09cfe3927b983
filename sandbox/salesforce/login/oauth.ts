import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takeFault } from '../control/ports.ts';
import { checkClient, grant, OAuthError } from './grants.ts';
import type { Form } from './grants.ts';
import type { LoginDeps } from './index.ts';
import { originOf } from './origin.ts';

const SCOPE = 'refresh_token web api full';

/** `/services/oauth2/token`, `introspect` and `revoke`. */
export function registerOAuth(app: FastifyInstance, deps: LoginDeps): void {
  app.post('/services/oauth2/token', async (request, reply) => {
    const down = takeFault(deps.faults, 'loginUnavailable');
    if (down) return reply.code(503).send('Service Unavailable');
    return answer(reply, () => token(request, deps));
  });
  app.post('/services/oauth2/introspect', (request, reply) =>
    answer(reply, () => introspect(formOf(request), deps)),
  );
  app.post('/services/oauth2/revoke', (request, reply) => revoke(formOf(request), reply, deps));
  app.get('/services/oauth2/revoke', (request, reply) =>
    revoke(request.query as Form, reply, deps),
  );
}

async function answer(
  reply: FastifyReply,
  run: () => object | Promise<object>,
): Promise<FastifyReply> {
  try {
    return await reply.header('cache-control', 'no-cache, no-store').send(await run());
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return reply.code(400).send({ error: error.error, error_description: error.message });
  }
}

async function token(request: FastifyRequest, deps: LoginDeps): Promise<object> {
  const { org, app } = deps;
  const user = await grant(formOf(request), { ...deps, host: request.host });
  const session = org.openSession(user.id);
  const origin = originOf(request);
  const id = `${origin}/id/${org.id}/${user.id}`;
  const issuedAt = String(org.clock.now());
  return {
    access_token: session.accessToken,
    signature: createHmac('sha256', app.clientSecret)
      .update(id + issuedAt)
      .digest('base64'),
    scope: SCOPE,
    instance_url: origin,
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
  };
}

function introspect(form: Form, { org, app }: LoginDeps): object {
  checkClient(form, app, true);
  const session = org.session(form['token'] ?? '');
  if (session === undefined) return { active: false };
  const now = Math.floor(org.clock.now() / 1000);
  return {
    active: true,
    scope: SCOPE,
    client_id: app.clientId,
    username: session.user.username,
    sub: `https://login.salesforce.com/id/${org.id}/${session.user.id}`,
    token_type: 'access_token',
    exp: Math.floor(session.expiresAt / 1000),
    iat: now,
    nbf: now,
  };
}

/** Of a refresh token ends the sessions of its user too. Failures are form-encoded, unlike the others. */
function revoke(form: Form, reply: FastifyReply, { org, app }: LoginDeps): FastifyReply {
  const given = form['token'] ?? '';
  const owner = app.refreshTokens.get(given);
  app.refreshTokens.delete(given);
  const which = owner === undefined ? { accessToken: given } : { userId: owner };
  const ended = org.endSessions(which);
  if (ended > 0 || owner !== undefined) return reply.code(200).send('');
  const error = new URLSearchParams({
    error: 'unsupported_token_type',
    error_description: 'this token type is not supported',
  });
  return reply.code(400).type('application/x-www-form-urlencoded').send(error.toString());
}

/** The form, with client id and secret from HTTP Basic where they come that way. */
function formOf(request: FastifyRequest): Form {
  const body = (request.body ?? {}) as Form;
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return body;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return {
    ...body,
    client_id: decodeURIComponent(id),
    client_secret: decodeURIComponent(secret.join(':')),
  };
}
