/** Requests whose body is compressed: `Content-Encoding: gzip` or `deflate`, as Salesforce takes them. */
import { createGunzip, createInflate } from 'node:zlib';
import type { preParsingHookHandler } from 'fastify';
import { SalesforceError } from '../org/types.ts';

/** The server's limit of bodies counts what comes out, so a small body can't grow without bound. */
export const inflateBody: preParsingHookHandler = (request, _reply, payload, done) => {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return done(null, payload);
  if (encoding !== 'gzip' && encoding !== 'deflate') return done(unsupported(encoding));
  const inflate = encoding === 'gzip' ? createGunzip() : createInflate();
  const body = Object.assign(inflate, { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => (body.receivedEncodedLength += chunk.length));
  payload.on('error', (error) => body.destroy(error));
  return done(null, payload.pipe(body));
};

function unsupported(encoding: string): SalesforceError {
  const message = `The content encoding ${encoding} is not supported; send gzip, deflate or none.`;
  return new SalesforceError(415, 'UNSUPPORTED_MEDIA_TYPE', message);
}
