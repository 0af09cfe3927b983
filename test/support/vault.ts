/**
 * Vault's API as its documentation describes it, as far as secrets are read: KV of both versions, leases, the logins by
 * token, AppRole and Kubernetes, namespaces. A contract, not Vault: what a real one does besides isn't here.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface FakeVault extends AsyncDisposable {
  readonly url: string;
  /** Latest version of each secret, by its API path (`secret/data/app`). */
  readonly secrets: Map<string, { data: Record<string, unknown>; leaseSeconds?: number }>;
  /** What was asked: `GET secret/data/app`. */
  readonly asked: string[];
  /** Tokens that are good. */
  readonly tokens: Set<string>;
  sealed: boolean;
}

export const APP_ROLE = { role_id: 'role-1', secret_id: 'secret-id-1' } as const;
export const KUBERNETES = { role: 'connect', jwt: 'service.account.jwt' } as const;
export const ROOT = 'root-token';
/** Of a token that a login gives. */
export const TOKEN_SECONDS = 100;
export const NAMESPACE = 'team-a';

export async function startFakeVault(tls?: ServerOptions): Promise<FakeVault> {
  const secrets: FakeVault['secrets'] = new Map();
  const tokens = new Set<string>([ROOT]);
  const asked: string[] = [];
  let logins = 0;
  let leases = 0;

  const answer = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    const path = decodeURIComponent((request.url ?? '').replace(/^\/v1\//, ''));
    asked.push(`${request.method} ${path}`);
    if (vault.sealed) return [503, { errors: ['Vault is sealed'] }];
    if (request.method === 'POST') {
      const body = await jsonOf(request);
      const expected = { 'auth/approle/login': APP_ROLE, 'auth/kubernetes/login': KUBERNETES };
      const known = Object.entries(expected).find(([login]) => login === path)?.[1];
      if (JSON.stringify(body) !== JSON.stringify(known)) {
        return [400, { errors: ['invalid role or secret ID'] }];
      }
      const token = `login-${(logins += 1)}`;
      tokens.add(token);
      const auth = { client_token: token, lease_duration: TOKEN_SECONDS, renewable: true };
      return [200, { auth }];
    }
    if (!tokens.has(String(request.headers['x-vault-token']))) {
      return [403, { errors: ['permission denied'] }];
    }
    const namespace = request.headers['x-vault-namespace'];
    const found = secrets.get(namespace === undefined ? path : `${String(namespace)}/${path}`);
    if (found === undefined) return [404, { errors: [] }];
    const { data, leaseSeconds = 0 } = found;
    const isLeased = leaseSeconds > 0;
    const made = isLeased ? { ...data, username: `user-${(leases += 1)}` } : data;
    return [
      200,
      {
        lease_id: isLeased ? `${path}/${leases}` : '',
        lease_duration: leaseSeconds,
        data: path.includes('/data/') ? { data: made, metadata: { version: 1 } } : made,
      },
    ];
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  };
  const server = tls === undefined ? createHttp(handle) : createHttps(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const vault: FakeVault = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    secrets,
    asked,
    tokens,
    sealed: false,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return vault;
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
