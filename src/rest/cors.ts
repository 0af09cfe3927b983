/** `access.control.allow.*`: what browsers of other origins are told, as Connect tells them. */
import type { FastifyInstance } from 'fastify';

export interface Cors {
  /** `*` or a list; '' = browsers of other origins are told nothing. */
  readonly origin: string;
  /** A list; '' = none are told of. */
  readonly methods: string;
}

/** So long a browser may keep what it was told, s; Connect's own. */
const MAX_AGE_S = 60;

/** The request's own origin is answered when it is among them; methods and headers when a browser asks ahead. */
export function allowOrigins(app: FastifyInstance, cors: Cors | undefined): void {
  if (cors === undefined || cors.origin === '') return;
  const origins = cors.origin.split(',').map((origin) => origin.trim());
  app.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !(origins.includes('*') || origins.includes(origin))) return;
    reply.header('access-control-allow-origin', origin);
    const isAskedAhead =
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined;
    if (!isAskedAhead) return;
    if (cors.methods !== '') reply.header('access-control-allow-methods', cors.methods);
    reply.header('access-control-allow-headers', 'Content-Type');
    reply.header('access-control-max-age', MAX_AGE_S);
  });
}
