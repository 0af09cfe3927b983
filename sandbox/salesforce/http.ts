import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Tls } from './certificates.ts';
import { missingResource } from './gaps.ts';
import type { TellGap } from './gaps.ts';
import { spellHeaders } from './header-case.ts';
import { parseJsonBody } from './json-body.ts';
import { SalesforceError } from './org/types.ts';
import type { Handle } from './orgs/hosts.ts';
import { LOOPBACK } from './ports.ts';

/** The largest body taken, bytes: Bulk uploads come in 100 MB pieces. */
const BODY_LIMIT = 150 * 1024 * 1024;

/** The web application without routes: Salesforce's way with JSON, errors and unknown addresses. */
export function createApp(tellGap: TellGap = () => undefined): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    // Of addresses that can't be decoded.
    frameworkErrors: (_error, _request, reply) => notFound(reply as unknown as FastifyReply),
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: 2000 },
  });
  app.addHook('onRequest', (_request, reply, done) => {
    spellHeaders(reply.raw);
    done();
  });
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setErrorHandler((error, _request, reply) => {
    const shown = asSalesforceError(error);
    return reply.code(shown.httpStatus).send([errorBody(shown)]);
  });
  app.setNotFoundHandler(({ method, url }, reply) => {
    const path = url.split('?')[0] ?? '';
    if (path.startsWith('/services/')) tellGap(missingResource(method, path));
    notFound(reply);
  });
  return app;
}

function notFound(reply: FastifyReply): void {
  const error = { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' };
  void reply.code(404).send([error]);
}

function errorBody({ message, errorCode, fields }: SalesforceError): object {
  return { message, errorCode, ...(fields.length > 0 ? { fields } : {}) };
}

function asSalesforceError(error: unknown): SalesforceError {
  if (error instanceof SalesforceError) return error;
  const {
    statusCode = 500,
    code: reason = '',
    message = String(error),
  } = error as Partial<{ statusCode: number; code: string; message: string }>;
  if (reason === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new SalesforceError(415, 'UNSUPPORTED_MEDIA_TYPE', message);
  }
  if (reason.startsWith('Z_')) {
    return new SalesforceError(400, 'INVALID_INPUT', `The body can't be decompressed: ${message}`);
  }
  const code = statusCode >= 500 ? 'UNKNOWN_EXCEPTION' : 'INVALID_INPUT';
  return new SalesforceError(statusCode, code, message);
}

export interface Listening {
  /** `http://127.0.0.1:PORT` and `https://localhost:PORT`. */
  readonly http: string;
  readonly https: string;
  readonly close: () => Promise<void>;
}

/**
 * One application behind two listeners on the loopback; port 0 takes a free one. `route` may hand requests to another
 * application.
 */
export async function listen(
  app: FastifyInstance,
  tls: Tls,
  ports: { readonly http: number; readonly https: number },
  route?: Handle,
): Promise<Listening> {
  await app.ready();
  const secure = createServer(
    { cert: tls.cert, key: tls.key },
    route ?? ((request, response) => app.routing(request, response)),
  );
  if (route !== undefined) app.server.removeAllListeners('request').on('request', route);
  try {
    await app.listen({ host: LOOPBACK, port: ports.http });
    await listenTls(secure, ports.https);
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    http: `http://${LOOPBACK}:${(app.server.address() as AddressInfo).port}`,
    https: `https://localhost:${(secure.address() as AddressInfo).port}`,
    close: async () => {
      secure.close();
      secure.closeAllConnections();
      await app.close();
    },
  };
}

function listenTls(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
}
