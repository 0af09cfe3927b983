/** What the routes of the Bulk API have in common. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org/types.ts';
import { admit } from '../rest/admit.ts';
import type { RequireSession } from '../rest/admit.ts';
import type { Api, Caller } from '../rest/api.ts';
import { apiUsage, limitInfo } from '../rest/limits.ts';
import type { Jobs } from './jobs.ts';
import { route, type Handlers } from './route.ts';
import type { Runner } from './runner.ts';
import type { BulkSettings } from './settings.ts';

export interface Bulk {
  readonly api: Api;
  readonly org: Org;
  readonly jobs: Jobs;
  readonly runner: Runner;
  readonly settings: BulkSettings;
  readonly requireSession: RequireSession;
}

export interface BulkCall {
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Of the address; empty where there is none. */
  readonly id: string;
  readonly query: URLSearchParams;
}

/** A resource below `/services/data/vNN.0/jobs`. */
export function serve(
  app: FastifyInstance,
  { api, requireSession }: Bulk,
  path: string,
  handlers: Handlers<BulkCall>,
): void {
  route(app, {
    url: `/services/data/:version/jobs${path}`,
    errorCode: 'METHOD_NOT_ALLOWED',
    handlers,
    callOf: (request, reply) => {
      const { version = '', id = '' } = request.params as { version?: string; id?: string };
      const caller = admit(api, requireSession, request, version);
      void reply.header('Sforce-Limit-Info', limitInfo(apiUsage(api)));
      const query = new URLSearchParams(/\?(.*)/s.exec(request.raw.url ?? '')?.[1]);
      return { caller, request, reply, id, query };
    },
  });
}

export function sendJson({ reply }: BulkCall, body: object): FastifyReply {
  return reply.header('Content-Type', 'application/json;charset=UTF-8').send(JSON.stringify(body));
}

/** In pieces, so that neither the whole is held a second time nor others have to wait. */
export function sendCsv({ request, reply }: BulkCall, pieces: Iterable<Buffer>): FastifyReply {
  void reply.header('Content-Type', 'text/csv');
  const source = Readable.from(inTurns(pieces), { objectMode: false });
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(source);
  void reply.header('Content-Encoding', 'gzip').header('Vary', 'Accept-Encoding');
  return reply.send(source.pipe(createGzip({ level: 1 })));
}

async function* inTurns(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    yield piece;
    await nextTurn();
  }
}
