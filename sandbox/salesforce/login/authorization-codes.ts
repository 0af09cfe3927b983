import { createHash } from 'node:crypto';
import type { User } from '../org/types.ts';
import { OAuthError } from './oauth-error.ts';
import type { OneTimeCodes } from './one-time-codes.ts';

/** Salesforce's: a code is worth something for so long, and once. */
export const CODE_LIFETIME_MS = 15 * 60_000;

/** What a user allowed on the login page. */
export interface Authorization {
  readonly user: Pick<User, 'id'>;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  /** SHA-256 of the verifier, base64url. */
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
}

export type AuthorizationCodes = OneTimeCodes<Authorization>;

/** Throws OAuthError where the code was asked for with a challenge that this isn't the answer to. */
export function checkVerifier(challenge: string | undefined, verifier: string | undefined): void {
  if (challenge === undefined) return;
  const answer = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  if (verifier === undefined || answer !== challenge.replace(/=+$/, '')) {
    throw new OAuthError('invalid_grant', 'invalid code verifier');
  }
}
