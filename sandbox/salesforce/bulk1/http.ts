/** What the routes of the classic Bulk API have in common. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bulk } from '../bulk/http.ts';
import { route, type Handlers } from '../bulk/route.ts';
import { receive } from '../bulk/upload.ts';
import { missingResource } from '../gaps.ts';
import { SalesforceError } from '../org/types.ts';
import { admit } from '../rest/admit.ts';
import { headerOf } from '../rest/api.ts';
import type { Caller } from '../rest/api.ts';
import { Versions } from '../rest/versions.ts';
import { classicError, clientInputError, invalidVersion } from './errors.ts';
import { documentOf } from './xml.ts';

/** Versions that Salesforce still answers and REST here doesn't publish: some loaders ask for 40.0 by themselves. */
const OLDER = /^(?:3[1-9]|4\d)\.0$/;
const OLDEST_SERVED = '50.0';
const BASE = '/services/async/:version';
/** Bytes of a request. */
const MAX_BYTES = 10_000_000;

export interface ClassicCall {
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Of the address; empty where they aren't in it. */
  readonly job: string;
  readonly batch: string;
  readonly result: string;
}

const TYPES = { JSON: 'application/json', XML: 'application/xml', CSV: 'text/csv' } as const;

/** The session by its own header, bodies as they come, errors in its own form. */
export function prepare(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  scope.addHook('onRequest', (request, _reply, done) => {
    const session = headerOf(request, 'x-sfdc-session') ?? '';
    if (session !== '') request.headers.authorization = `Bearer ${session}`;
    done();
  });
  scope.setErrorHandler((error, request, reply) => sendError(request, reply, error));
}

export function serve(
  scope: FastifyInstance,
  { api, requireSession }: Bulk,
  path: string,
  handlers: Handlers<ClassicCall>,
): void {
  route(scope, {
    url: BASE + path,
    errorCode: 'InvalidOperation',
    handlers,
    callOf: (request, reply) => {
      const { version = '', ...ids } = request.params as Record<string, string>;
      const served = OLDER.test(version) ? OLDEST_SERVED : version;
      const segment = `v${served}`;
      const published = Versions.of(api.org).read(segment) !== undefined;
      if (!published) throw invalidVersion(version);
      const admitted = admit(api, requireSession, request, segment);
      const caller = served === version ? admitted : { ...admitted, version };
      const { job = '', batch = '', result = '' } = ids;
      return { caller, request, reply, job, batch, result };
    },
  });
}

/** Whatever else is asked for below the API's address. */
export function refuseOthers(scope: FastifyInstance, { api }: Bulk): void {
  scope.all('/services/async/*', ({ method, url }) => {
    api.tellGap(missingResource(method, url.split('?')[0] ?? ''));
    throw new SalesforceError(400, 'InvalidUrl', 'Unable to find the resource of this address');
  });
}

/** Unpacked. */
export async function bodyOf({ request }: ClassicCall, room = MAX_BYTES): Promise<Buffer> {
  const source = request.body instanceof Readable ? request.body : Readable.from([]);
  const encoding = request.headers['content-encoding'];
  try {
    const { pieces } = await receive(source, encoding, Math.min(MAX_BYTES, room));
    return Buffer.concat(pieces);
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.httpStatus !== 413) throw error;
    if (room < MAX_BYTES) {
      throw new SalesforceError(400, 'ExceededQuota', 'The sandbox holds as much data as it may');
    }
    const length = request.headers['content-length'] ?? `more than ${MAX_BYTES}`;
    throw clientInputError(`Exceeded max size limit of ${MAX_BYTES} with file size ${length}`);
  }
}

/** The format that the request names by its content type, or by what it accepts. */
export function namedFormat({ headers }: FastifyRequest): 'JSON' | 'XML' | undefined {
  for (const named of [headers['content-type'], headers.accept]) {
    const [, format] = /^(?:application|text)\/(json|xml)\b/i.exec(named?.trim() ?? '') ?? [];
    if (format !== undefined) return format.toLowerCase() === 'json' ? 'JSON' : 'XML';
  }
  return undefined;
}

/** As bytes, so that the type stays without a charset: clients compare it whole. */
export function send(
  reply: FastifyReply,
  format: keyof typeof TYPES,
  text: string | Buffer,
): FastifyReply {
  return reply.header('Content-Type', TYPES[format]).send(Buffer.from(text as string));
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { status, ...shown } = classicError(asSalesforceError(error));
  void reply.code(status);
  if (namedFormat(request) === 'JSON') return send(reply, 'JSON', JSON.stringify(shown));
  return send(reply, 'XML', documentOf('error', shown));
}

function asSalesforceError(error: unknown): SalesforceError {
  if (error instanceof SalesforceError) return error;
  const { statusCode = 500, message = String(error) } = error as Partial<{
    statusCode: number;
    message: string;
  }>;
  return new SalesforceError(
    statusCode,
    statusCode < 500 ? 'ClientInputError' : 'InternalServerError',
    message,
  );
}
