import type { Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify';
import { parseJson, stringifyJson } from '../data/exact-json.ts';
import { errorFields, messageOf } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { Forward } from '../herder/distributed/forward.ts';
import { requireLogin, type Users } from './basic-auth.ts';
import { connectorRoutes } from './connectors.ts';
import type { RestContext } from './context.ts';
import { allowOrigins, type Cors } from './cors.ts';
import { badRequest, errorAnswer, httpError } from './errors.ts';
import { forwardRequest } from './forward.ts';
import { groupRoutes } from './group.ts';
import { loggerRoutes } from './loggers.ts';
import { offsetRoutes } from './offsets.ts';
import { pluginRoutes } from './plugins.ts';
import { queryRoutes } from './query.ts';
import { addResponseHeaders, type ResponseHeaders } from './response-headers.ts';
import { createRouteIndex, type RouteIndex } from './route-index.ts';
import { workerRoutes } from './worker.ts';

export interface AppOptions extends RestContext {
  /** Which resources: `/admin`'s, the others, or (also unset) both. */
  readonly serves?: 'all' | 'connect' | 'admin' | undefined;
  /** Speaks TLS. */
  readonly https?: ServerOptions | undefined;
  /** Who may ask; undefined: everybody. */
  readonly users?: Users | undefined;
  readonly log: Log;
  /** `access.control.allow.*` of the worker; unset: browsers of other origins are told nothing. */
  readonly cors?: Cors | undefined;
  readonly headers?: ResponseHeaders | undefined;
  /** Default: 90 s. */
  readonly answerWithinMs?: number | undefined;
}

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
/** A request that hasn't arrived whole by then is dropped. */
const REQUEST_TIMEOUT_MS = 60_000;
/** As Connect waits for its herder; whoever asked is told then (Invariant 8). */
const ANSWER_WITHIN_MS = 90_000;
/** Room for the longest name in percent encoding; Node's own bound on a request's head is 16 KiB. */
const MAX_PARAM_LENGTH = 10_000;

/** The API without a socket (`inject` in tests). */
export function createApp(options: AppOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: options.answerWithinMs ?? ANSWER_WITHIN_MS,
    forceCloseConnections: true,
    ...overTls(options.https),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, _request, reply) => {
      const answer = errorAnswer(error);
      void (reply as unknown as FastifyReply).code(answer.error_code).send(answer);
    },
  });
  const routes = createRouteIndex(app);
  speakJson(app);
  allowOrigins(app, options.cors);
  if (options.headers !== undefined) addResponseHeaders(app, options.headers);
  if (options.users !== undefined) requireLogin(app, options.users);
  app.addHook('onRequest', refuseOtherTypes);
  app.setErrorHandler(async (thrown, request, reply) => {
    const { method, url } = request;
    let error: unknown = thrown;
    if (error instanceof Forward) {
      try {
        return await forwardRequest(request, reply, error, options.fetch);
      } catch (failure) {
        error = failure;
      }
    }
    const answer = errorAnswer(error);
    if (answer.error_code >= 500) {
      options.log.error('A request failed.', { method, url, ...errorFields(error), error });
    }
    return reply
      .code(answer.error_code)
      .send({ ...answer, message: options.redact(answer.message) });
  });
  app.setNotFoundHandler((request, reply) => notFound(request, reply, routes));
  const { serves = 'all', group } = options;
  if (serves !== 'admin') {
    for (const add of [workerRoutes, connectorRoutes, offsetRoutes, pluginRoutes, queryRoutes]) {
      add(app, options);
    }
    if (group !== undefined) groupRoutes(app, group);
  }
  if (serves !== 'connect') loggerRoutes(app, options);
  return app;
}

/** A server of our own is told itself what fastify tells one that it makes. */
function overTls(https: ServerOptions | undefined): { serverFactory?: FastifyServerFactory } {
  if (https === undefined) return {};
  return {
    serverFactory: (handler) => {
      const server = createHttpsServer(https, handler);
      server.requestTimeout = REQUEST_TIMEOUT_MS;
      return server as unknown as Server;
    },
  };
}

/** Numbers keep every digit in both directions (Invariant 6); an empty body is none. */
function speakJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      const text = utf8.decode(typeof body === 'string' ? Buffer.from(body) : body);
      done(null, text === '' ? undefined : parseJson(text));
    } catch (error) {
      // The engine quotes what it read there, which may be part of a secret.
      const why = messageOf(error).replace(/, (\.{3})?".*$/s, '');
      done(badRequest(`The body is not JSON: ${why}.`));
    }
  });
  app.setReplySerializer((payload) => stringifyJson(payload));
  // JSON has no charset parameter (RFC 8259), and Connect names none.
  app.addHook('onSend', async (_request, reply) => {
    const type = reply.getHeader('content-type');
    if (type !== 'application/json; charset=utf-8') return;
    reply.header('content-type', 'application/json');
  });
}

async function refuseOtherTypes(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { accept } = request.headers;
  const isFine =
    accept === undefined ||
    /\*\/\*|application\/(json|\*)/.test(accept) ||
    request.url.startsWith('/metrics');
  if (!isFine) await reply.code(406).send(httpError(406));
}

/** A path that has other methods: 405, or what OPTIONS asks for. */
function notFound(request: FastifyRequest, reply: FastifyReply, routes: RouteIndex): FastifyReply {
  const methods = routes.methodsOf(request.url);
  if (methods.length === 0) return reply.code(404).send(httpError(404));
  const allow = [...methods, 'OPTIONS'];
  void reply.header('allow', allow.join(','));
  if (request.method !== 'OPTIONS') return reply.code(405).send(httpError(405));
  return reply.type('text/plain').send(allow.join(', '));
}
