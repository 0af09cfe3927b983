/** Requests between workers are signed with a key that only the group's members can read: from the config topic (KIP-507). */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Properties } from '../../config/definition.ts';
import type { SessionKey } from '../../storage/config-state.ts';

/** Java's names of algorithms, and Node's. */
const HASHES: Readonly<Record<string, string>> = {
  HmacSHA1: 'sha1',
  HmacSHA256: 'sha256',
  HmacSHA384: 'sha384',
  HmacSHA512: 'sha512',
};
export const SIGNATURE_HEADER = 'X-Connect-Authorization';
export const ALGORITHM_HEADER = 'X-Connect-Request-Signature-Algorithm';
/** Connect's defaults: 32 bytes, an hour. */
const KEY_BYTES = 32;
const TTL_MS = 3_600_000;

export function newSessionKey(properties: Properties, now: number): SessionKey {
  const algorithm = properties['inter.worker.key.generation.algorithm'] ?? 'HmacSHA256';
  const size = Number(properties['inter.worker.key.size'] ?? KEY_BYTES);
  return { key: randomBytes(size).toString('base64'), algorithm, createdAt: now };
}

/** A key from far ahead is as old as one from long ago: the clock that it was made by has been set back since. */
export function isExpired(key: SessionKey, properties: Properties, now: number): boolean {
  const ttl = Number(properties['inter.worker.key.ttl.ms'] ?? TTL_MS);
  return ttl > 0 && Math.abs(now - key.createdAt) >= ttl;
}

/** Headers that prove a body to come from a member of the group. */
export function signed(body: string, { key, algorithm }: SessionKey): Record<string, string> {
  return {
    [SIGNATURE_HEADER]: signatureOf(body, key, algorithm).toString('base64'),
    [ALGORITHM_HEADER]: algorithm,
  };
}

export function isSigned(
  body: string,
  headers: { readonly signature: string; readonly algorithm: string },
  { key, algorithm }: SessionKey,
): boolean {
  if (headers.algorithm !== algorithm) return false;
  const expected = signatureOf(body, key, algorithm);
  const given = Buffer.from(headers.signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signatureOf(body: string, key: string, algorithm: string): Buffer {
  const hash = HASHES[algorithm] ?? 'sha256';
  return createHmac(hash, Buffer.from(key, 'base64')).update(body).digest();
}
