import { checkClient } from '../clients.ts';
import { issueRefreshToken } from '../connected-app.ts';
import { OAuthError } from '../oauth-error.ts';
import type { Grant } from './grant.ts';

/** The scope stays as it was granted. With rotation the token that was used is worth nothing afterwards. */
export const refreshToken: Grant = (form, { org, app, random }) => {
  const client = checkClient(form, app, app.settings.requireSecret);
  const token = form['refresh_token'] ?? '';
  const grant = app.refreshTokens.get(token);
  const user = grant === undefined ? undefined : org.user(grant.userId);
  if (grant === undefined || user === undefined || grant.clientId !== client.id) {
    throw new OAuthError('invalid_grant', 'expired access/refresh token');
  }
  const { scope } = grant;
  if (!app.settings.rotateRefreshTokens) return { user, client, scope, refreshTokenOf: token };
  app.refreshTokens.delete(token);
  const issuedAt = org.clock.now();
  return {
    user,
    client,
    scope,
    refreshToken: issueRefreshToken(app, { ...grant, issuedAt }, random),
  };
};
