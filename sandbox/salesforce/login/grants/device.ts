import { checkClient } from '../clients.ts';
import { issueRefreshToken } from '../connected-app.ts';
import { OAuthError } from '../oauth-error.ts';
import { wantsRefreshToken } from '../scopes.ts';
import type { Grant } from './grant.ts';

/** A device asks whether its user has let it in by now. */
export const device: Grant = (form, { org, app, devices, random }) => {
  const client = checkClient(form, app, false);
  const code = form['code'] ?? '';
  const asked = devices.poll(code);
  if (asked?.request.clientId !== client.id) {
    throw new OAuthError('invalid_grant', 'invalid device code');
  }
  const { answer, scope } = asked.request;
  if (answer === 'denied') throw new OAuthError('access_denied', 'end-user denied authorization');
  if (answer === 'pending') {
    if (asked.hasty) throw new OAuthError('slow_down', 'polling faster than the interval');
    throw new OAuthError('authorization_pending', 'the end user has not approved the request yet');
  }
  devices.end(code);
  const user = org.user(answer.userId);
  if (user === undefined) throw new OAuthError('invalid_grant', 'invalid device code');
  if (!wantsRefreshToken(scope)) return { user, client, scope };
  const grant = { userId: user.id, clientId: client.id, scope, issuedAt: org.clock.now() };
  return { user, client, scope, refreshToken: issueRefreshToken(app, grant, random) };
};
