import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

const ALGORITHM = 'RS256';

interface Key {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** The key that id tokens are signed with: made when first asked for, gone with the process. */
export class IdTokenKeys {
  #key: Promise<Key> | undefined;

  async sign(claims: JWTPayload): Promise<string> {
    const { privateKey, jwk } = await this.#load();
    const header = {
      alg: ALGORITHM,
      typ: 'JWT',
      ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
    };
    return new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
  }

  /** `/id/keys`. */
  async published(): Promise<{ keys: readonly JWK[] }> {
    return { keys: [(await this.#load()).jwk] };
  }

  #load(): Promise<Key> {
    this.#key ??= createKey();
    return this.#key;
  }
}

async function createKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
}
