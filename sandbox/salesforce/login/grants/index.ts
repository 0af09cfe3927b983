import type { Form } from '../forms.ts';
import { OAuthError } from '../oauth-error.ts';
import { authorizationCode } from './authorization-code.ts';
import { clientCredentials } from './client-credentials.ts';
import { device } from './device.ts';
import type { Grant, GrantContext, Granted } from './grant.ts';
import { jwtBearer } from './jwt-bearer.ts';
import { password } from './password.ts';
import { refreshToken } from './refresh-token.ts';

const GRANTS: ReadonlyMap<string, Grant> = new Map([
  ['authorization_code', authorizationCode],
  ['client_credentials', clientCredentials],
  ['device', device],
  ['password', password],
  ['refresh_token', refreshToken],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', jwtBearer],
]);

/** The grants of the token endpoint: form fields → who logs in, or an OAuth error. */
export async function grant(form: Form, context: GrantContext): Promise<Granted> {
  const run = GRANTS.get(form['grant_type'] ?? '');
  if (run === undefined) throw new OAuthError('unsupported_grant_type', 'grant type not supported');
  const granted = await run(form, context);
  if (!granted.user.active) throw new OAuthError('inactive_user', 'user is inactive');
  if (!context.guard.count(granted.user)) {
    throw new OAuthError('rate_limit_exceeded', 'login rate exceeded');
  }
  return granted;
}
