/** The Streaming API over HTTP: addresses, bodies, cookies, compression. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Versions } from '../rest/versions.ts';
import { ERRORS } from './errors.ts';
import { parseMessages } from './messages.ts';
import type { Message } from './messages.ts';
import type { StreamingService } from './service.ts';
import type { StreamingSettings } from './settings.ts';

/** Smaller answers aren't worth compressing, bytes. */
const GZIP_FROM = 1024;
const compress = promisify(gzip);
const unpack = promisify(gunzip);

/** Versions of the replay extension's first, own address, and of the common one. */
const FIRST_REPLAY_VERSION = 36;
const FIRST_VERSION = 37;
/** The cookie that has to come back. */
const SESSION_COOKIE = 'BAYEUX_BROWSER';

/**
 * `/cometd/67.0`, `/cometd/replay/67.0`, and below them the type of the message, which CometD's own clients append:
 * `/cometd/67.0/handshake`.
 */
export function registerCometd(
  app: FastifyInstance,
  service: StreamingService,
  settings: StreamingSettings,
  versions: Versions,
): void {
  const routes = (scope: FastifyInstance, _options: unknown, done: () => void): void => {
    const bodyLimit = settings.maxRequestBytes;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.setErrorHandler((error, _request, reply) => {
      const { statusCode = 500 } = error as { readonly statusCode?: number };
      if (statusCode === 413) return tooLarge(reply);
      return plain(reply, statusCode, statusCode >= 500 ? 'Internal error' : 'Bad request');
    });
    scope.addHook('onClose', () => service[Symbol.dispose]());
    const handler = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      serve(service, settings, versions, request, reply);
    scope.post('/cometd', handler);
    scope.post('/cometd/*', handler);
    const notPolling = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
      plain(reply, 400, 'Unknown Bayeux Transport');
    scope.get('/cometd', notPolling);
    scope.get('/cometd/*', notPolling);
    done();
  };
  void app.register(routes);
}

async function serve(
  service: StreamingService,
  settings: StreamingSettings,
  versions: Versions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = await bodyOf(request, settings.maxRequestBytes);
  if (body === undefined) return tooLarge(reply);
  const messages = messagesOf(request, body);
  if (typeof messages === 'string') return plain(reply, 400, messages);
  const cookies = request.headers.cookie ?? '';
  const hasCookie = new RegExp(`(?:^|;)\\s*${SESSION_COOKIE}=`).test(cookies);
  const needsCookie = !hasCookie && mustSendCookies(request, settings);
  const hungUp = new AbortController();
  reply.raw.once('close', () => hungUp.abort());
  const answer = await service.answer({
    messages,
    token: tokenOf(request),
    refused: versionProblem(request.url, versions.latest),
    lacksCookie: needsCookie ? SESSION_COOKIE : undefined,
    signal: hungUp.signal,
  });
  if (answer.opened) void reply.header('Set-Cookie', newCookies(cookies));
  void reply.code(answer.status).header('Cache-Control', 'no-cache');
  return send(request, reply, `[${answer.messages.join(',')}]`);
}

/** Unpacked; undefined where that is more than allowed, or no gzip at all. */
async function bodyOf(request: FastifyRequest, maxBytes: number): Promise<string | undefined> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (request.headers['content-encoding'] !== 'gzip') return body.toString();
  try {
    return (await unpack(body, { maxOutputLength: maxBytes })).toString();
  } catch {
    return undefined;
  }
}

/** The messages of a JSON body, or of the parameter `message` of a form; a text says what is wrong. */
function messagesOf({ headers }: FastifyRequest, body: string): readonly Message[] | string {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json' || type === 'text/json') {
    return parseMessages(body) ?? 'JSON parse error';
  }
  if (type !== 'application/x-www-form-urlencoded') return 'Unsupported content type';
  const parsed = new URLSearchParams(body).getAll('message').map(parseMessages);
  const messages = parsed.flatMap((each) => each ?? []);
  return parsed.includes(undefined) || messages.length === 0 ? 'JSON parse error' : messages;
}

/** `Bearer T`, `OAuth T`, or the session's id alone, as EMP Connector sends it after a SOAP login. */
function tokenOf({ headers }: FastifyRequest): string | undefined {
  const token = (headers.authorization ?? '').trim().replace(/^(?:bearer|oauth)(?:\s+|$)/i, '');
  return token === '' ? undefined : token;
}

function versionProblem(url: string, latest: string): string | undefined {
  const [path = ''] = url.split('?');
  const [, replay, version] = /^\/cometd(\/replay)?(?:\/(\d+\.\d+))?(?:\/.*)?$/.exec(path) ?? [];
  if (version === undefined) return ERRORS.noVersion;
  const number = Number(version);
  const first = replay === undefined ? FIRST_VERSION : FIRST_REPLAY_VERSION;
  const known = Number.isInteger(number) && number >= first && number <= Number(latest);
  return known ? undefined : ERRORS.badVersion;
}

function mustSendCookies({ hostname }: FastifyRequest, settings: StreamingSettings): boolean {
  if (settings.requireCookies !== 'by name') return settings.requireCookies === 'always';
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
}

/** As Salesforce names them; a cookie that the caller has is left alone, for several clients share one jar. */
function newCookies(present: string): string[] {
  const value = (): string => randomBytes(16).toString('base64url');
  const cookies = [
    `BrowserId=${value()}; Path=/; Max-Age=31536000`,
    `t=${value()}; Path=/cometd/; HttpOnly`,
    `${SESSION_COOKIE}=${value()}; Path=/cometd/; HttpOnly`,
    `sfdc-stream=${value()}; Path=/; Max-Age=10800; HttpOnly`,
  ];
  return cookies.filter((cookie) => {
    const [name = ''] = cookie.split('=');
    return !present.split(/;\s*/).some((each) => each.startsWith(`${name}=`));
  });
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  json: string,
): Promise<FastifyReply> {
  void reply.header('Content-Type', 'application/json;charset=UTF-8');
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (json.length < GZIP_FROM || !/\bgzip\b/.test(accepted)) return reply.send(json);
  void reply.header('Content-Encoding', 'gzip').header('Vary', 'Accept-Encoding');
  return reply.send(await compress(json, { level: 1 }));
}

function tooLarge(reply: FastifyReply): FastifyReply {
  const refusal = [{ error: ERRORS.requestTooLarge, successful: false }];
  return reply.code(413).type('application/json;charset=UTF-8').send(JSON.stringify(refusal));
}

function plain(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('text/plain;charset=UTF-8').send(text);
}
