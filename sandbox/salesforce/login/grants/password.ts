import { checkClient } from '../clients.ts';
import { OAuthError } from '../oauth-error.ts';
import { DEFAULT_SCOPE } from '../scopes.ts';
import type { Grant } from './grant.ts';

/** A missing security token is told; all other failures look alike. */
export const password: Grant = (form, { app, guard }) => {
  const client = checkClient(form, app, true);
  if (!app.settings.passwordFlow) throw new OAuthError('invalid_grant', 'authentication failure');
  const user = guard.check(form['username'] ?? '', form['password'] ?? '', 'asSet');
  if (user === 'tokenRequired') {
    const message = 'authentication failure - Failed: API security token required';
    throw new OAuthError('invalid_grant', message);
  }
  if (user === 'inactive') throw new OAuthError('inactive_user', 'user is inactive');
  if (typeof user === 'string') throw new OAuthError('invalid_grant', 'authentication failure');
  return { user, client, scope: DEFAULT_SCOPE };
};
