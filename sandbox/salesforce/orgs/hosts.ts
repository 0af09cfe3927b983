import { lookup } from 'node:dns/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DOMAIN } from './members.ts';

export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** `acme` of `acme.localhost:8080`; undefined for every other host. */
export function nameOf(host: string | undefined): string | undefined {
  const hostname = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  return hostname.endsWith(DOMAIN) ? hostname.slice(0, -DOMAIN.length) : undefined;
}

/** The org that a request's host names, and the first one's for the common hosts: `localhost`, `127.0.0.1`. */
export function byHost(first: Handle, orgs: ReadonlyMap<string, Handle>): Handle {
  return (request, response) => {
    const name = nameOf(request.headers.host ?? String(request.headers[':authority'] ?? ''));
    const handle = name === undefined ? first : orgs.get(name);
    if (handle === undefined) refuse(response, `There is no org at ${name}${DOMAIN}.`);
    else handle(request, response);
  };
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(404, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(JSON.stringify([{ errorCode: 'NOT_FOUND', message }]));
}

/** Browsers resolve names below `localhost` themselves; whether other programs can is the system's choice. */
export async function resolves(host: string): Promise<boolean> {
  try {
    const { address } = await lookup(host);
    return address === '127.0.0.1' || address === '::1';
  } catch {
    return false;
  }
}
