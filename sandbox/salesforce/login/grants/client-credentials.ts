import { checkClient } from '../clients.ts';
import { OAuthError } from '../oauth-error.ts';
import { DEFAULT_SCOPE } from '../scopes.ts';
import type { Grant } from './grant.ts';

/** The application logs in by itself, as the user that it runs as. */
export const clientCredentials: Grant = (form, { app, runAs }) => {
  const client = checkClient(form, app, true);
  if (client.secret === undefined) {
    throw new OAuthError('invalid_grant', 'no client credentials user enabled');
  }
  return { user: runAs(), client, scope: DEFAULT_SCOPE };
};
