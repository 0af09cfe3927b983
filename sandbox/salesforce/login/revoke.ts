import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asBody } from './answers.ts';
import { FORM_LIMIT, formOf } from './forms.ts';
import type { LoginServices } from './index.ts';
import { isCallback, jsonp } from './jsonp.ts';
import { OAuthError } from './oauth-error.ts';

const PATH = '/services/oauth2/revoke';

/** Ends an access token, or a refresh token with all access tokens that came of it. */
export function registerRevoke(app: FastifyInstance, services: LoginServices): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const form = formOf(request);
    const callback = request.method === 'GET' ? form['callback'] : undefined;
    const failure = revoke(form['token'] ?? '', services);
    if (callback !== undefined && isCallback(callback)) {
      return jsonp(reply, callback, failure === undefined ? {} : asBody(failure));
    }
    if (failure === undefined) return reply.code(200).send('');
    // Form-encoded, unlike everywhere else: clients read it so.
    return reply
      .code(400)
      .type('application/x-www-form-urlencoded')
      .send(new URLSearchParams(asBody(failure)).toString());
  };
  app.get(PATH, handler);
  app.post(PATH, { bodyLimit: FORM_LIMIT }, handler);
}

function revoke(token: string, services: LoginServices): OAuthError | undefined {
  const { app } = services;
  if (app.refreshTokens.delete(token)) {
    for (const [accessToken, { refreshToken }] of app.accessTokens) {
      if (refreshToken === token) endAccess(accessToken, services);
    }
    return undefined;
  }
  if (token !== '' && endAccess(token, services) > 0) return undefined;
  if (token.startsWith('00D')) return new OAuthError('invalid_token', 'invalid token');
  return new OAuthError('unsupported_token_type', 'this token type is not supported');
}

/** How many sessions that ended. */
function endAccess(accessToken: string, { org, app }: LoginServices): number {
  app.accessTokens.delete(accessToken);
  return org.endSessions({ accessToken });
}
