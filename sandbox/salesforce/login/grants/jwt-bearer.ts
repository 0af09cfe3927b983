import { compactVerify } from 'jose';
import type { ConnectedApp } from '../connected-app.ts';
import { OAuthError } from '../oauth-error.ts';
import { DEFAULT_SCOPE } from '../scopes.ts';
import type { Grant } from './grant.ts';

/** How far an assertion's `exp` may lie behind the caller's clock. */
const SKEW_MS = 3 * 60_000;

/**
 * `exp` is read as clients write it: seconds, milliseconds, number or text. An assertion may be used again until it
 * expires, as in Salesforce.
 */
export const jwtBearer: Grant = async (form, { app, org, host, wallClock }) => {
  const { iss, sub, aud, exp } = await readAssertion(form['assertion'] ?? '', app);
  if (iss !== app.clientId) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((each) => isAudience(each, host))) {
    throw new OAuthError('invalid_grant', 'audience is invalid');
  }
  const number = typeof exp === 'string' || typeof exp === 'number' ? Number(exp) : Number.NaN;
  const expires = number > 1e11 ? number : number * 1000;
  if (!(expires + SKEW_MS > wallClock())) {
    throw new OAuthError('invalid_grant', 'expired authorization code');
  }
  const user = typeof sub === 'string' ? org.user(sub) : undefined;
  if (user === undefined) {
    throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  }
  const client = { id: app.clientId, secret: app.clientSecret, name: 'Connected App' };
  return { user, client, scope: DEFAULT_SCOPE };
};

/** The claims of an assertion with a right signature; they are checked by hand, for clients write `exp` in many ways. */
async function readAssertion(
  assertion: string,
  app: ConnectedApp,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { payload } = await compactVerify(assertion, app.publicKey, { algorithms: ['RS256'] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof claims === 'object' && claims !== null) return { ...claims };
  } catch {
    // Not a JWT, or not signed by the app's key: told alike.
  }
  throw new OAuthError('invalid_grant', 'invalid assertion');
}

function isAudience(audience: unknown, host: string): boolean {
  if (typeof audience !== 'string') return false;
  const url = URL.canParse(audience) ? new URL(audience) : undefined;
  const known = ['login.salesforce.com', 'test.salesforce.com', 'localhost', '127.0.0.1'];
  return url !== undefined && (known.includes(url.hostname) || url.host === host);
}
