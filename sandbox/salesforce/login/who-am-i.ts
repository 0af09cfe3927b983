import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { User } from '../org/types.ts';
import type { LoginDeps } from './index.ts';
import { originOf } from './origin.ts';
import { accessTokenOf } from './session.ts';

/** `/services/oauth2/userinfo` and the identity address `/id/ORG/USER`. */
export function registerWhoAmI(app: FastifyInstance, deps: LoginDeps): void {
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/services/oauth2/userinfo',
      handler: (request, reply) =>
        withUser(request, reply, deps, (user) => userInfo(user, deps, originOf(request))),
    });
    app.route({
      method,
      url: '/id/:org/:user',
      handler: (request, reply) =>
        withUser(request, reply, deps, (user) => identity(user, deps, originOf(request))),
    });
  }
}

function withUser(
  request: FastifyRequest,
  reply: FastifyReply,
  { org }: LoginDeps,
  show: (user: User) => object,
): FastifyReply {
  const query = request.query as Readonly<Record<string, string | undefined>>;
  const token = accessTokenOf(request.headers) ?? query['oauth_token'] ?? query['access_token'];
  if (token === undefined) return reply.code(403).type('text/plain').send('Missing_OAuth_Token');
  const session = org.session(token);
  if (session === undefined) return reply.code(403).type('text/plain').send('Bad_OAuth_Token');
  return reply.send(show(session.user));
}

function userInfo(user: User, { org }: LoginDeps, origin: string): object {
  const record = org.record('User', user.id);
  return {
    sub: `${origin}/id/${org.id}/${user.id}`,
    user_id: user.id,
    organization_id: org.id,
    preferred_username: user.username,
    nickname: user.username.split('@')[0],
    name: user.name,
    email: user.email,
    email_verified: true,
    given_name: record?.['FirstName'] ?? '',
    family_name: record?.['LastName'] ?? '',
    zoneinfo: 'America/Los_Angeles',
    profile: `${origin}/${user.id}`,
    photos: {},
    active: user.active,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
    utcOffset: -28800000,
    updated_at: new Date(Number(record?.['LastModifiedDate'] ?? 0)).toISOString(),
    urls: urls(org.id, user.id, origin),
  };
}

function identity(user: User, { org }: LoginDeps, origin: string): object {
  const record = org.record('User', user.id);
  return {
    id: `${origin}/id/${org.id}/${user.id}`,
    asserted_user: true,
    user_id: user.id,
    organization_id: org.id,
    username: user.username,
    nick_name: user.username.split('@')[0],
    display_name: user.name,
    email: user.email,
    email_verified: true,
    first_name: record?.['FirstName'] ?? null,
    last_name: record?.['LastName'] ?? null,
    timezone: 'America/Los_Angeles',
    active: user.active,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
    utcOffset: -28800000,
    last_modified_date: new Date(Number(record?.['LastModifiedDate'] ?? 0)).toISOString(),
    is_app_installed: true,
    urls: urls(org.id, user.id, origin),
  };
}

/** `{version}` is left for the client to fill in, as Salesforce does. */
function urls(orgId: string, userId: string, origin: string): Readonly<Record<string, string>> {
  const data = `${origin}/services/data/v{version}/`;
  return {
    enterprise: `${origin}/services/Soap/c/{version}/${orgId.slice(0, 15)}`,
    metadata: `${origin}/services/Soap/m/{version}/${orgId.slice(0, 15)}`,
    partner: `${origin}/services/Soap/u/{version}/${orgId.slice(0, 15)}`,
    rest: data,
    sobjects: `${data}sobjects/`,
    search: `${data}search/`,
    query: `${data}query/`,
    recent: `${data}recent/`,
    tooling_soap: `${origin}/services/Soap/T/{version}/${orgId.slice(0, 15)}`,
    tooling_rest: `${data}tooling/`,
    profile: `${origin}/${userId}`,
    custom_domain: origin,
  };
}
