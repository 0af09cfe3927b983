import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { registerBulk } from '../bulk/index.ts';
import type { BulkSettings } from '../bulk/settings.ts';
import type { FaultSettings } from '../control/ports.ts';
import type { PlatformEventPublisher } from '../events/platform-events.ts';
import type { EventSchemaProvider } from '../events/schemas.ts';
import type { TellGap } from '../gaps.ts';
import { SalesforceError } from '../org/types.ts';
import type { Org } from '../org/types.ts';
import type { GenericStreaming } from '../streaming/generic-channels.ts';
import { admit } from './admit.ts';
import type { RequireSession } from './admit.ts';
import { notFound } from './api.ts';
import type { Answer, Api, ApiRequest } from './api.ts';
import { Cursors } from './cursors.ts';
import { dispatch } from './dispatch.ts';
import { refusal } from './refusal.ts';
import { inflateBody } from './inflate.ts';
import { readMultipartRecord } from './multipart.ts';
import { apiUsage, limitInfo, limitsOf } from './limits.ts';
import { RecentItems } from './recent-items.ts';
import { SchemaTimes } from './schema-times.ts';
import type { EventConfiguration } from './tooling/rows.ts';
import { Versions } from './versions.ts';
import { prefersXml, splitFormat, toXml } from './xml.ts';

export interface RestDeps {
  readonly org: Org;
  readonly requireSession: RequireSession;
  readonly settings: FaultSettings;
  readonly publisher?: PlatformEventPublisher | undefined;
  readonly schemas?: EventSchemaProvider | undefined;
  readonly generic?: GenericStreaming | undefined;
  readonly configuration?: EventConfiguration | undefined;
  readonly bulk?: Partial<BulkSettings> | undefined;
  readonly tellGap?: TellGap | undefined;
}

/** What others may ask of it, without a request. */
export interface RestService {
  /** As the resource `/limits` tells it. */
  limits(): object;
}

const BASE = '/services/data';
/** Smaller answers aren't worth compressing, bytes. */
const GZIP_FROM = 2048;
const compress = promisify(gzip);

/** The REST API: every version that is published, every resource of `routes.ts`. */
export function registerRest(app: FastifyInstance, deps: RestDeps): RestService {
  const { org, settings, publisher, schemas, generic, configuration } = deps;
  const api: Api = {
    org,
    settings,
    publisher,
    schemas,
    generic,
    configuration,
    cursors: new Cursors(),
    schemaTimes: new SchemaTimes(org),
    recent: new RecentItems(org),
    tellGap: deps.tellGap ?? (() => undefined),
    usage: 0,
  };
  registerBulk(app, { api, requireSession: deps.requireSession, settings: deps.bulk });
  app.get(BASE, (request, reply) =>
    send(request, reply, { status: 200, body: Versions.of(org).list }),
  );
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    send(request, reply, answer(api, deps, request), apiUsage(api));
  app.get(`${BASE}/:version`, handler);
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, readFiles);
    scope.route({
      method: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'],
      preParsing: inflateBody,
      url: `${BASE}/:version/*`,
      handler,
    });
    done();
  });
  return { limits: () => limitsOf(api) };
}

function readFiles(
  { headers }: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  try {
    done(null, readMultipartRecord(Buffer.from(body), headers['content-type'] ?? ''));
  } catch (error) {
    done(error as Error);
  }
}

function answer(api: Api, deps: RestDeps, request: FastifyRequest): Answer {
  try {
    const { path, query } = address(request);
    const [first = '', ...resource] = path;
    const caller = admit(api, deps.requireSession, request, first);
    return dispatch(api, toApiRequest(request, resource, query), caller);
  } catch (error) {
    if (error instanceof SalesforceError) return refusal(error);
    throw error;
  }
}

/** `?_HttpMethod=PATCH` is for clients that can only POST. */
function toApiRequest(
  { method, headers, body }: FastifyRequest,
  path: readonly string[],
  query: URLSearchParams,
): ApiRequest {
  const override = method === 'POST' ? query.get('_HttpMethod') : null;
  return { method: override?.toUpperCase() ?? method, path, query, headers, body };
}

/** Path segments are decoded one by one: an external id may have a slash in it. */
function address({ raw }: FastifyRequest): { path: readonly string[]; query: URLSearchParams } {
  const [pathname = '', search = ''] = (raw.url ?? '').split(/\?(.*)/s);
  const segments = pathname.slice(BASE.length).split('/');
  try {
    const named = segments.filter((segment) => segment !== '').map(decodeURIComponent);
    const { path } = splitFormat(named);
    return { path, query: new URLSearchParams(search) };
  } catch {
    throw notFound();
  }
}

/** An ending of the address goes before `Accept`. */
function wantsXml({ url, headers }: FastifyRequest): boolean {
  const [pathname = ''] = url.slice(BASE.length).split('?');
  const { format } = splitFormat(pathname.split('/').filter((segment) => segment !== ''));
  return format === undefined ? prefersXml(headers.accept ?? '') : format === 'xml';
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body, bytes, headers = {} }: Answer,
  usage?: number,
): Promise<FastifyReply> {
  void reply.code(status).headers(headers);
  if (usage !== undefined) void reply.header('Sforce-Limit-Info', limitInfo(usage));
  if (body === undefined) return reply.send(bytes);
  const xml = wantsXml(request);
  void reply.header('Content-Type', `application/${xml ? 'xml' : 'json'};charset=UTF-8`);
  const text = Buffer.from(xml ? toXml(body) : JSON.stringify(body));
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (text.length < GZIP_FROM || !/\bgzip\b/.test(accepted)) return reply.send(text);
  void reply.header('Content-Encoding', 'gzip').header('Vary', 'Accept-Encoding');
  return reply.send(await compress(text, { level: 1 }));
}
