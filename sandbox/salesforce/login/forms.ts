import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Response } from 'undici';

export type Form = Readonly<Record<string, string | undefined>>;

/** Larger forms are refused, bytes. */
export const FORM_LIMIT = 64 * 1024;

/** Forms in both encodings, for the Salesforce CLI sends `multipart/form-data`; other bodies say nothing. */
export function parseForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: string | Buffer) => readMultipart(request, body),
  );
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, {}));
}

async function readMultipart({ headers }: FastifyRequest, body: string | Buffer): Promise<Form> {
  try {
    const type = headers['content-type'] ?? '';
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    return Object.fromEntries([...form].flatMap(([name, value]) => textOf(name, value)));
  } catch {
    return {};
  }
}

function textOf(name: string, value: unknown): [string, string][] {
  return typeof value === 'string' ? [[name, value]] : [];
}

/** Parameters of the address and of the body, with client id and secret from HTTP Basic where they come that way. */
export function formOf(request: FastifyRequest): Form {
  const form = { ...queryOf(request), ...(request.body as Form | undefined) };
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return form;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { ...form, client_id: decoded(id), client_secret: decoded(secret.join(':')) };
}

/** Of a parameter that is given twice the last. */
export function queryOf({ query }: Pick<FastifyRequest, 'query'>): Form {
  const given = Object.entries(query as Readonly<Record<string, string | string[]>>);
  return Object.fromEntries(
    given.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]),
  );
}

/** By the standard both parts are URL-encoded; half of all clients send them as they are. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
