import { generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomToken } from '../org/random.ts';
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
  readonly refreshTokens: Map<string, string>;
}

export async function createConnectedApp(random: Random): Promise<ConnectedApp> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    clientId: `3MVG9${randomToken(random, 80)}`,
    clientSecret: Array.from({ length: 64 }, () => random(16).toString(16).toUpperCase()).join(''),
    privateKeyPem: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: pair.publicKey,
    securityToken: randomToken(random, 24),
    refreshTokens: new Map(),
  };
}

export function issueRefreshToken(app: ConnectedApp, userId: string, random: Random): string {
  const token = `5Aep861${randomToken(random, 80)}`;
  app.refreshTokens.set(token, userId);
  return token;
}
