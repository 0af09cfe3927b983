import type { FastifyReply, FastifyRequest } from 'fastify';
import { failureOf, type Fetch } from '../config/tls/fetch.ts';
import { stringifyJson } from '../data/exact-json.ts';
import { AppError } from '../foundation/errors.ts';
import { conflictingOperation, type Forward } from '../herder/distributed/forward.ts';

/** As Connect waits for a request to another worker. */
const TIMEOUT_MS = 90_000;
/** What a client said about itself goes with its request. */
const HEADERS = [
  'authorization',
  'content-type',
  'x-connect-authorization',
  'x-connect-request-signature-algorithm',
];

/**
 * Sends a request to the worker that can carry it out and relays its answer. A request that was forwarded twice isn't
 * again: the group rebalances, and whoever asked should ask again (409).
 */
export async function forwardRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { to, message }: Forward,
  ask: Fetch = fetch,
): Promise<FastifyReply> {
  const url = new URL(request.url, 'http://localhost');
  const hops = url.searchParams.get('forward');
  if (hops === 'false') throw conflictingOperation();
  if (to === undefined) throw new AppError('conflict', 'herder.no_leader', message);
  url.searchParams.set('forward', hops === null ? 'true' : 'false');
  const target = new URL(url.pathname.slice(1) + url.search, to);
  const { method, body } = request;
  const hasBody = body !== undefined && body !== null;
  let answer: Awaited<ReturnType<Fetch>>;
  try {
    answer = await ask(target, {
      method,
      headers: Object.fromEntries(
        HEADERS.flatMap((name) => {
          const value = request.headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      ),
      ...(hasBody ? { body: stringifyJson(body) } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    const why = `Cannot complete request momentarily: the worker at ${target.origin} doesn't answer (${failureOf(cause)}).`;
    throw new AppError('conflict', 'herder.forward', why, { cause });
  }
  void reply.code(answer.status);
  for (const name of ['location', 'content-type']) {
    const value = answer.headers.get(name);
    if (value !== null) void reply.header(name, value);
  }
  const text = await answer.text();
  return text === '' ? reply.send() : reply.serializer((sent: string) => sent).send(text);
}
