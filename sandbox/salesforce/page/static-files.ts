import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const FOLDER = join(import.meta.dirname, 'static');
const PREFIX = '/__sandbox/page/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** The page at `/` for browsers alone, and what belongs to it. Files are read once. */
export function registerStaticFiles(app: FastifyInstance): void {
  const files = readFiles();
  app.get('/', (request, reply) => {
    const page = files.get('index.html');
    void reply.header('vary', 'Accept');
    if (page === undefined || !isBrowser(request)) return reply.callNotFound();
    return send(request, reply, page);
  });
  app.get(`${PREFIX}*`, (request, reply) => {
    const file = files.get((request.params as { '*': string })['*']);
    return file === undefined ? reply.callNotFound() : send(request, reply, file);
  });
}

function readFiles(): ReadonlyMap<string, StaticFile> {
  const names = globSync('**/*.*', { cwd: FOLDER });
  return new Map(
    names.map((name) => {
      const body = readFileSync(join(FOLDER, name));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      return [name.replaceAll('\\', '/'), { type, body, etag }];
    }),
  );
}

/** Programs that take anything, as curl does, get what they got before there was a page. */
function isBrowser({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '');
}

function send(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  void reply.headers({
    etag: file.etag,
    'cache-control': 'no-cache',
    'content-security-policy': "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return reply.type(file.type).send(file.body);
}
