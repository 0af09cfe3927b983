import { checkVerifier } from '../authorization-codes.ts';
import { checkClient } from '../clients.ts';
import { issueRefreshToken } from '../connected-app.ts';
import { OAuthError } from '../oauth-error.ts';
import { wantsRefreshToken } from '../scopes.ts';
import type { Grant } from './grant.ts';

/** The second half of the web server flow. A code that was tried with the right client is used up, whatever else is wrong. */
export const authorizationCode: Grant = (form, { org, app, codes, random }) => {
  const client = checkClient(form, app, app.settings.requireSecret);
  const code = form['code'];
  if (code === undefined) {
    throw new OAuthError('invalid_request', 'missing required parameter: code');
  }
  if (!codes.knows(code)) throw new OAuthError('invalid_grant', 'invalid authorization code');
  const authorization = codes.take(code);
  if (authorization === undefined) {
    throw new OAuthError('invalid_grant', 'expired authorization code');
  }
  if (authorization.clientId !== client.id) {
    throw new OAuthError('invalid_grant', 'invalid authorization code');
  }
  if (form['redirect_uri'] !== authorization.redirectUri) {
    throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  checkVerifier(authorization.codeChallenge, form['code_verifier']);
  const user = org.user(authorization.user.id);
  if (user === undefined) throw new OAuthError('invalid_grant', 'invalid authorization code');
  const { scope, nonce } = authorization;
  const granted = { user, client, scope, nonce };
  if (!wantsRefreshToken(scope)) return granted;
  const grant = { userId: user.id, clientId: client.id, scope, issuedAt: org.clock.now() };
  return { ...granted, refreshToken: issueRefreshToken(app, grant, random) };
};
