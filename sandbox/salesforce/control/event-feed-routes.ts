import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventBus } from '../events/event-bus.ts';
import { EventFeed } from './event-feed.ts';

/** A comment is sent so often, ms, for connections in between not to be closed as idle. */
const KEEPALIVE_MS = 20_000;
/** A browser that lost the stream comes back after this, ms. */
const RETRY_MS = 1_000;
const QUERY = {
  type: 'object',
  properties: { after: { type: 'string', pattern: '^\\d{1,16}$' } },
  additionalProperties: false,
};

/** `GET /events`: the live stream, from now on or after the event of `Last-Event-ID` (or `?after=`). */
export function registerEventFeedRoutes(app: FastifyInstance, events: EventBus): void {
  app.get('/events', { schema: { querystring: QUERY } }, (request, reply) => {
    stream(request, reply, events);
  });
}

function stream(request: FastifyRequest, reply: FastifyReply, events: EventBus): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const feed = new EventFeed(events, { write: (text) => raw.write(text) }, startOf(request));
  raw.on('drain', () => feed.goOn());
  const keepalive = setInterval(() => raw.write(':\n\n'), KEEPALIVE_MS);
  raw.once('close', () => {
    clearInterval(keepalive);
    feed.close();
  });
}

function startOf({ headers, query }: FastifyRequest): number | undefined {
  const { after } = query as { readonly after?: string };
  const given = headers['last-event-id'] ?? after;
  const sequence = Number(given);
  return given === undefined || !Number.isSafeInteger(sequence) ? undefined : sequence;
}
