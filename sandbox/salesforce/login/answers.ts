import type { FastifyReply, FastifyRequest } from 'fastify';
import { XMLBuilder } from 'fast-xml-parser';
import { queryOf } from './forms.ts';
import type { Form } from './forms.ts';
import { OAuthError } from './oauth-error.ts';

const builder = new XMLBuilder({ suppressEmptyNode: true });

/** What `run` gives, or its OAuth error with 400; in the format that the request asks for. */
export async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  run: () => object | Promise<object>,
): Promise<FastifyReply> {
  void reply.header('cache-control', 'no-cache, no-store').header('pragma', 'no-cache');
  try {
    return sendOAuth(request, reply, await run());
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return sendOAuth(request, reply.code(400), asBody(error));
  }
}

export function asBody({ error, message }: OAuthError): Readonly<Record<string, string>> {
  return { error, error_description: message };
}

/** JSON, unless `format` or `Accept` say `xml` or `urlencoded`. */
function sendOAuth(request: FastifyRequest, reply: FastifyReply, body: object): FastifyReply {
  const format = formatOf(request);
  if (format === 'xml') {
    return reply
      .type('application/xml;charset=UTF-8')
      .send(`<?xml version="1.0" encoding="UTF-8"?>${builder.build({ OAuth: body })}`);
  }
  if (format === 'urlencoded') {
    const fields = new URLSearchParams();
    for (const [name, value] of Object.entries(body)) fields.set(name, String(value));
    return reply.type('application/x-www-form-urlencoded;charset=UTF-8').send(fields.toString());
  }
  return reply.type('application/json;charset=UTF-8').send(JSON.stringify(body));
}

/** `format` goes before `Accept`, of which the first known type counts. */
export function formatOf(request: FastifyRequest): 'json' | 'xml' | 'urlencoded' {
  const named = { ...queryOf(request), ...(request.body as Form | undefined) }['format'];
  if (named === 'xml' || named === 'urlencoded') return named;
  if (named === 'json') return named;
  for (const type of (request.headers.accept ?? '').split(',')) {
    const name = type.split(';')[0]?.trim();
    if (name === 'application/xml') return 'xml';
    if (name === 'application/x-www-form-urlencoded') return 'urlencoded';
    if (name === 'application/json' || name === '*/*') return 'json';
  }
  return 'json';
}
