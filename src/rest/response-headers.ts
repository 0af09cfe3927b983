/** `response.http.headers.config`: headers that every answer carries. */
import type { FastifyInstance } from 'fastify';
import { responseHeaderRules } from '../config/response-headers.ts';

export interface ResponseHeaders {
  /** As the worker's file has it: `set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store"`. */
  readonly rules: string;
  readonly now: () => number;
}

/** Adds them to every answer; what `set` names replaces what is there. */
export function addResponseHeaders(
  app: FastifyInstance,
  { rules: text, now }: ResponseHeaders,
): void {
  const rules = responseHeaderRules(text);
  if (rules.length === 0) return;
  app.addHook('onSend', async (_request, reply) => {
    for (const { action, name, value } of rules) {
      const shown = action.endsWith('Date') ? new Date(now() + Number(value)).toUTCString() : value;
      if (action.startsWith('set')) reply.removeHeader(name);
      const there = reply.getHeader(name);
      reply.header(name, there === undefined ? shown : `${String(there)}, ${shown}`);
    }
  });
}
