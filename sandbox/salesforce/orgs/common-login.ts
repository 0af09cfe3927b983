import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ConnectedApp } from '../login/connected-app.ts';
import { accessTokenOf } from '../login/session.ts';
import type { Org } from '../org/types.ts';
import { forward } from './forward.ts';
import type { Peer } from './forward.ts';
import { nameOf } from './hosts.ts';

export interface LoginPeer extends Peer {
  readonly org: Org;
  readonly connected: ConnectedApp;
}

type Fields = Readonly<Record<string, string | undefined>>;

/** Authorization codes that other orgs gave out, to be told again from which; the oldest is forgotten. */
const MAX_CODES = 1000;
const LOGIN = /^\/(?:services\/oauth2\/|services\/Soap\/|id\/)/;

/**
 * Logging in at the common host, as at login.salesforce.com: what names a user, or a token, of another org is answered by
 * that one, and the answer names its host. Before the login's own routes are there.
 */
export function shareLogin(app: FastifyInstance, peers: () => readonly LoginPeer[]): void {
  const codes = new Map<string, LoginPeer>();
  app.addHook('preHandler', async (request, reply) => {
    if (!LOGIN.test(request.url) || nameOf(request.headers.host) !== undefined) return undefined;
    const fields = fieldsOf(request);
    const peer = codes.get(fields['code'] ?? '') ?? peers().find((each) => owns(each, fields));
    if (peer === undefined) return undefined;
    const { method, url } = request;
    const headers = headersOf(request);
    const secure = request.protocol === 'https';
    const answer = await forward(peer, { method, url, headers, body: bodyOf(request), secure });
    const code = codeIn(answer.headers.location);
    if (code !== undefined) {
      codes.set(code, peer);
      const [oldest] = codes.keys();
      if (codes.size > MAX_CODES && oldest !== undefined) codes.delete(oldest);
    }
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
}

function owns({ org, connected }: LoginPeer, fields: Fields): boolean {
  const has = (name: string, holds: (value: string) => boolean): boolean => {
    const value = fields[name];
    return value !== undefined && value !== '' && holds(value);
  };
  const token = (value: string): boolean =>
    connected.refreshTokens.has(value) || org.session(value) !== undefined;
  return (
    has('username', (name) => isUser(org, name)) ||
    has('refresh_token', token) ||
    has('token', token) ||
    has('bearer', token) ||
    has('org', (id) => org.id.slice(0, 15) === id.slice(0, 15))
  );
}

function isUser(org: Org, username: string): boolean {
  const name = username.toLowerCase();
  return org.users().some((user) => user.username.toLowerCase() === name);
}

/** What of a request may tell whose it is. */
function fieldsOf(request: FastifyRequest): Fields {
  const { body, url, query } = request;
  const form = typeof body === 'object' && body !== null && !Buffer.isBuffer(body) ? body : {};
  const xml = typeof body === 'string' ? body : '';
  const username = element(xml, 'username');
  const bearer = accessTokenOf(request.headers) ?? element(xml, 'sessionId');
  const org = /^\/(?:id|services\/Soap\/\w+\/[\d.]+)\/(00D\w+)/.exec(url)?.[1];
  return {
    ...(query as Fields),
    ...(form as Fields),
    ...(username === undefined ? {} : { username }),
    ...(bearer === undefined ? {} : { bearer }),
    ...(org === undefined ? {} : { org }),
    ...subjectOf((form as Fields)['assertion']),
  };
}

/** Of a JWT, unchecked: the org that it leads to checks it. */
function subjectOf(assertion: string | undefined): Fields {
  const [, claims = ''] = (assertion ?? '').split('.');
  try {
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub?: unknown };
    return typeof sub === 'string' ? { username: sub } : {};
  } catch {
    return {};
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<(?:\\w+:)?${name}>\\s*([^<]*?)\\s*</`).exec(xml)?.[1];
  return found?.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
}

/** A form is sent on in the plainer of its encodings. */
function headersOf({ headers, body }: FastifyRequest): FastifyRequest['headers'] {
  const form = typeof body === 'object' && body !== null && !Buffer.isBuffer(body);
  return form ? { ...headers, 'content-type': 'application/x-www-form-urlencoded' } : headers;
}

function bodyOf({ body }: FastifyRequest): string | undefined {
  if (typeof body === 'string' || body === undefined || body === null) return body ?? undefined;
  return Buffer.isBuffer(body) ? body.toString() : String(new URLSearchParams(body as never));
}

function codeIn(location: string | undefined): string | undefined {
  if (location === undefined || !URL.canParse(location)) return undefined;
  return new URL(location).searchParams.get('code') ?? undefined;
}
