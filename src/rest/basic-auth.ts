/** Connect's BasicAuthSecurityRestExtension: whoever asks must name one of the users of a file. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Passwords by user. */
export type Users = ReadonlyMap<string, string>;

/** What the workers of a group ask each other is signed instead. */
const INTERNAL: readonly (readonly [string, RegExp])[] = [
  ['POST', /^\/?connectors\/[^/]+\/tasks\/?(\?|$)/],
  ['PUT', /^\/?connectors\/[^/]+\/tasks\/?(\?|$)/],
  ['PUT', /^\/?connectors\/[^/]+\/fence\/?(\?|$)/],
];
const REFUSED = { error_code: 401, message: 'User cannot access the resource.' };

/** Before everything else: who may not ask learns nothing of what is there. */
export function requireLogin(app: FastifyInstance, users: Users): void {
  app.addHook('onRequest', async ({ method, url, headers }, reply) => {
    // A browser asks without a login whether it may ask with one.
    const isPreflight = method === 'OPTIONS' && 'access-control-request-method' in headers;
    if (isPreflight) return;
    if (INTERNAL.some(([verb, path]) => verb === method && path.test(url))) return;
    if (isUser(headers.authorization, users)) return;
    await reply.code(401).header('www-authenticate', 'Basic realm="connect"').send(REFUSED);
  });
}

function isUser(authorization: string | undefined, users: Users): boolean {
  const [, encoded = ''] = /^Basic\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return false;
  const expected = users.get(pair.slice(0, colon));
  // Compared in any case, so that the time tells nothing of who is a user.
  const isSame = timingSafeEqual(digest(pair.slice(colon + 1)), digest(expected ?? ''));
  return isSame && expected !== undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
