import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomToken } from '../org/random.ts';
import { ObservedMap } from '../observed-map.ts';
import type { Random } from '../org/random.ts';
import type { Org, User } from '../org/types.ts';
import { DEFAULT_SCOPE } from './scopes.ts';
import { loginSettings } from './settings.ts';
import type { LoginSettings } from './settings.ts';

/** What a token was given for: of access tokens by `accessToken`, of refresh tokens by themselves. */
export interface TokenGrant {
  readonly userId: string;
  readonly clientId: string;
  /** Separated by spaces. */
  readonly scope: string;
  /** Sandbox clock, epoch ms. */
  readonly issuedAt: number;
  /** Whose revocation ends this access token. */
  readonly refreshToken?: string | undefined;
}

/** The client application that is known to the org, and the tokens that it was given. */
export interface ConnectedApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PKCS #8 PEM: signs the assertions of the JWT bearer flow. */
  readonly privateKeyPem: string;
  readonly publicKey: KeyObject;
  /** Appended to the password by clients from outside the trusted networks. */
  readonly securityToken: string;
  /** By refresh token; kept with the org. */
  readonly refreshTokens: ObservedMap<string, TokenGrant>;
  /** By access token; of logins by SOAP there is none. */
  readonly accessTokens: ObservedMap<string, TokenGrant>;
  readonly settings: LoginSettings;
}

/** What the application is, without what it was given. */
export type AppCredentials = Pick<
  ConnectedApp,
  'clientId' | 'clientSecret' | 'privateKeyPem' | 'securityToken'
>;

export async function createCredentials(random: Random): Promise<AppCredentials> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    clientId: `3MVG9${randomToken(random, 80)}`,
    clientSecret: Array.from({ length: 64 }, () => random(16).toString(16).toUpperCase()).join(''),
    privateKeyPem: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    securityToken: randomToken(random, 24),
  };
}

export function createConnectedApp(
  credentials: AppCredentials,
  settings?: Partial<LoginSettings>,
): ConnectedApp {
  return {
    ...credentials,
    publicKey: createPublicKey(createPrivateKey(credentials.privateKeyPem)),
    refreshTokens: new ObservedMap(),
    accessTokens: new ObservedMap(),
    settings: loginSettings(settings),
  };
}

export function issueRefreshToken(app: ConnectedApp, grant: TokenGrant, random: Random): string {
  const token = `5Aep861${randomToken(random, 80)}`;
  app.refreshTokens.set(token, grant);
  return token;
}

/** What a user of the application has from the start; the refresh token is the one of before, where there is one. */
export function firstTokens(
  app: ConnectedApp,
  org: Org & { readonly random: Random },
  { id: userId }: Pick<User, 'id'>,
): { readonly accessToken: string; readonly refreshToken: string } {
  const issuedAt = org.clock.now();
  const grant = { userId, clientId: app.clientId, scope: DEFAULT_SCOPE, issuedAt };
  const known = [...app.refreshTokens].find(([, each]) => each.userId === userId)?.[0];
  const refreshToken = known ?? issueRefreshToken(app, grant, org.random);
  const { accessToken } = org.openSession(userId);
  app.accessTokens.set(accessToken, { ...grant, refreshToken });
  return { accessToken, refreshToken };
}
