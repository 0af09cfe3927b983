import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** An org of this process as another one reaches it. */
export interface Peer {
  /** `http://127.0.0.1:PORT` and `https://localhost:PORT`, its own. */
  readonly http: string;
  readonly https: string;
  /** `host:port` that its answers name, by scheme. */
  readonly shown: { readonly http: string; readonly https: string };
  /** PEM of the certificate authority. */
  readonly ca: string;
}

export interface Forwarded {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string | undefined;
  readonly secure: boolean;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Of one connection alone, or made anew. */
const OWN = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'expect',
]);
const TIMEOUT_MS = 30_000;

/** Asks another org in a client's name. Rejects where it doesn't answer. */
export async function forward(peer: Peer, asked: Forwarded): Promise<ForwardedAnswer> {
  const { http, https, shown, ca } = peer;
  const target = new URL(asked.url, asked.secure ? https : http);
  const options = {
    method: asked.method,
    headers: {
      ...without(asked.headers),
      host: asked.secure ? shown.https : shown.http,
      ...(asked.body === undefined ? {} : { 'content-length': Buffer.byteLength(asked.body) }),
    },
    timeout: TIMEOUT_MS,
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = asked.secure
      ? httpsRequest(target, { ...options, ca }, resolve)
      : httpRequest(target, options, resolve);
    sent.once('error', reject);
    sent.once('timeout', () => sent.destroy(new Error('The other org does not answer.')));
    sent.end(asked.body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return {
    status: answer.statusCode ?? 502,
    headers: without(answer.headers),
    body: Buffer.concat(chunks),
  };
}

function without(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
}
