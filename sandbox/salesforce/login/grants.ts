/** The grants of the token endpoint: form fields → the user who logs in, or an OAuth error. */
import { compactVerify } from 'jose';
import type { Org, User } from '../org/types.ts';
import type { ConnectedApp } from './connected-app.ts';

/** Answered as 400 `{error, error_description}`. */
export class OAuthError extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

export type Form = Readonly<Record<string, string | undefined>>;

export interface GrantContext {
  readonly org: Org;
  readonly app: ConnectedApp;
  /** Whom client credentials log in. */
  readonly runAs: () => User;
  /** The caller's clock, not the sandbox's: assertions are dated by it. Epoch ms. */
  readonly wallClock: () => number;
  /** `host:port` of the request, an accepted audience. */
  readonly host: string;
}

type Grant = (form: Form, context: GrantContext) => User | Promise<User>;

const GRANTS: Readonly<Record<string, Grant>> = {
  client_credentials: clientCredentials,
  password,
  refresh_token: refreshToken,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': jwtBearer,
};

export async function grant(form: Form, context: GrantContext): Promise<User> {
  const type = form['grant_type'];
  if (type === undefined) throw new OAuthError('invalid_request', 'grant type required');
  const run = GRANTS[type];
  if (run === undefined) throw new OAuthError('unsupported_grant_type', 'grant type not supported');
  const user = await run(form, context);
  if (!user.active) throw new OAuthError('inactive_user', 'user is inactive');
  return user;
}

/** The client's id is right, and its secret where one is needed or given. */
export function checkClient(form: Form, app: ConnectedApp, secretNeeded: boolean): void {
  if (form['client_id'] !== app.clientId) {
    throw new OAuthError('invalid_client_id', 'client identifier invalid');
  }
  const secret = form['client_secret'];
  if (secret === undefined && !secretNeeded) return;
  if (secret !== app.clientSecret) {
    throw new OAuthError('invalid_client', 'invalid client credentials');
  }
}

function clientCredentials(form: Form, { app, runAs }: GrantContext): User {
  checkClient(form, app, true);
  return runAs();
}

function password(form: Form, { org, app }: GrantContext): User {
  checkClient(form, app, true);
  const user = userByPassword(org, app, form['username'] ?? '', form['password'] ?? '');
  if (user === undefined) throw new OAuthError('invalid_grant', 'authentication failure');
  return user;
}

/** The password alone or followed by the security token. */
export function userByPassword(
  org: Org,
  app: ConnectedApp,
  username: string,
  given: string,
): User | undefined {
  const user = org.users().find((each) => each.username.toLowerCase() === username.toLowerCase());
  if (user === undefined || given === '') return undefined;
  return given === user.password || given === user.password + app.securityToken ? user : undefined;
}

function refreshToken(form: Form, { org, app }: GrantContext): User {
  checkClient(form, app, false);
  const userId = app.refreshTokens.get(form['refresh_token'] ?? '');
  const user = userId === undefined ? undefined : org.user(userId);
  if (user === undefined) throw new OAuthError('invalid_grant', 'expired access/refresh token');
  return user;
}

/** `exp` is read as clients write it: seconds, milliseconds, number or text. */
async function jwtBearer(form: Form, context: GrantContext): Promise<User> {
  const { iss, sub, aud, exp } = await readAssertion(form['assertion'] ?? '', context.app);
  if (iss !== context.app.clientId) {
    throw new OAuthError('invalid_client_id', 'client identifier invalid');
  }
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((each) => isAudience(each, context.host))) {
    throw new OAuthError('invalid_grant', 'audience is invalid');
  }
  const number = Number(exp);
  const expires = number > 1e11 ? number : number * 1000;
  if (!(expires > context.wallClock())) {
    throw new OAuthError('invalid_grant', 'expired authorization code');
  }
  const user = typeof sub === 'string' ? context.org.user(sub) : undefined;
  if (user === undefined) {
    throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  }
  return user;
}

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
