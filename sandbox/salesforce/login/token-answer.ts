import { createHash, createHmac } from 'node:crypto';
import type { ConnectedApp } from './connected-app.ts';
import type { Granted } from './grants/grant.ts';
import type { LoginServices } from './index.ts';
import { hasScope } from './scopes.ts';
import { userInfo } from './userinfo.ts';

/** How long an id token is good for, seconds: Salesforce's default. */
const ID_TOKEN_SECONDS = 120;

export type TokenAnswer = Readonly<Record<string, string>>;

/** Opens the session, and says so in the token endpoint's fields. */
export async function openTokenSession(
  granted: Granted,
  origin: string,
  services: LoginServices,
): Promise<TokenAnswer> {
  const { org, app } = services;
  const { user, client, scope, refreshToken } = granted;
  const { accessToken } = org.openSession(user.id);
  const issuedAt = org.clock.now();
  forgetEnded(services);
  app.accessTokens.set(accessToken, {
    userId: user.id,
    clientId: client.id,
    scope,
    issuedAt,
    refreshToken: refreshToken ?? granted.refreshTokenOf,
  });
  const id = `${origin}/id/${org.id}/${user.id}`;
  return {
    access_token: accessToken,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    signature: sign(id, issuedAt, app),
    scope,
    ...(hasScope(scope, 'openid')
      ? { id_token: await idToken(granted, { accessToken, origin }, services) }
      : {}),
    instance_url: origin,
    id,
    token_type: 'Bearer',
    issued_at: String(issuedAt),
  };
}

/** By which an application knows that the answer wasn't changed on its way. */
function sign(id: string, issuedAt: number, app: ConnectedApp): string {
  return createHmac('sha256', app.clientSecret).update(`${id}${issuedAt}`).digest('base64');
}

function idToken(
  { user, client, nonce }: Granted,
  { accessToken, origin }: { accessToken: string; origin: string },
  { org, keys }: LoginServices,
): Promise<string> {
  const seconds = Math.floor(org.clock.now() / 1000);
  const hash = createHash('sha256').update(accessToken).digest().subarray(0, 16);
  return keys.sign({
    ...userInfo(user, org, origin),
    at_hash: hash.toString('base64url'),
    iss: origin,
    aud: client.id,
    iat: seconds,
    exp: seconds + ID_TOKEN_SECONDS,
    ...(nonce === undefined ? {} : { nonce }),
  });
}

/** What is known of access tokens is let go with their sessions, each time that so many have come. */
const TIDY_EVERY = 10_000;

function forgetEnded({ org, app }: LoginServices): void {
  if (app.accessTokens.size === 0 || app.accessTokens.size % TIDY_EVERY !== 0) return;
  for (const token of app.accessTokens.keys()) {
    if (org.session(token) === undefined) app.accessTokens.delete(token);
  }
}
