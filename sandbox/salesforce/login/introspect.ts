import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answer } from './answers.ts';
import { checkClient } from './clients.ts';
import type { TokenGrant } from './connected-app.ts';
import { FORM_LIMIT, formOf } from './forms.ts';
import type { LoginServices } from './index.ts';
import { mustPost, OAuthError } from './oauth-error.ts';
import { originOf } from './origin.ts';

const PATH = '/services/oauth2/introspect';

/** `/services/oauth2/introspect`, for an application that asks about a token of its own. */
export function registerIntrospect(app: FastifyInstance, services: LoginServices): void {
  app.post(PATH, { bodyLimit: FORM_LIMIT }, (request, reply) =>
    answer(request, reply, () => introspect(request, services)),
  );
  app.get(PATH, (request, reply) => answer(request, reply, mustPost));
}

/** `token_type_hint` needs no heed: a token is of one kind alone. */
function introspect(request: FastifyRequest, services: LoginServices): object {
  const form = formOf(request);
  const client = checkClient(form, services.app, true);
  const token = form['token'];
  if (token === undefined) {
    throw new OAuthError('invalid_request', 'missing required parameter: token');
  }
  const found = find(token, services);
  if (found?.grant.clientId !== client.id) return { active: false };
  const { grant, kind, expiresAt } = found;
  const user = services.org.user(grant.userId);
  if (user?.active !== true) return { active: false };
  const issued = Math.floor(grant.issuedAt / 1000);
  return {
    active: true,
    scope: grant.scope,
    client_id: client.id,
    username: user.username,
    sub: `${originOf(request)}/id/${services.org.id}/${user.id}`,
    token_type: kind,
    ...(expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) }),
    iat: issued,
    nbf: issued,
  };
}

interface Found {
  readonly grant: TokenGrant;
  readonly kind: 'access_token' | 'refresh_token';
  /** Refresh tokens don't expire by themselves. */
  readonly expiresAt?: number;
}

function find(token: string, { org, app }: LoginServices): Found | undefined {
  const refresh = app.refreshTokens.get(token);
  if (refresh !== undefined) return { grant: refresh, kind: 'refresh_token' };
  const session = org.session(token);
  const access = app.accessTokens.get(token);
  if (session === undefined || access === undefined) return undefined;
  return { grant: access, kind: 'access_token', expiresAt: session.expiresAt };
}
