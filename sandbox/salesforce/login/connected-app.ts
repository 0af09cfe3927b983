import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomToken } from '../org/random.ts';
import { ObservedMap } from '../observed-map.ts';
import type { Random } from '../org/random.ts';

/** The client application that is known to the org, and the refresh tokens that it was given. */
export interface ConnectedApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PKCS #8 PEM: signs the assertions of the JWT bearer flow. */
  readonly privateKeyPem: string;
  readonly publicKey: KeyObject;
  /** Appended to the password by clients from outside the trusted networks; the sandbox takes both. */
  readonly securityToken: string;
  /** Refresh token → user id. */
  readonly refreshTokens: ObservedMap<string, string>;
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

export function createConnectedApp(credentials: AppCredentials): ConnectedApp {
  const publicKey = createPublicKey(createPrivateKey(credentials.privateKeyPem));
  return { ...credentials, publicKey, refreshTokens: new ObservedMap() };
}

export function issueRefreshToken(app: ConnectedApp, userId: string, random: Random): string {
  const token = `5Aep861${randomToken(random, 80)}`;
  app.refreshTokens.set(token, userId);
  return token;
}
