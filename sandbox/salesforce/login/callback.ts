import type { FastifyReply } from 'fastify';

export type CallbackFields = Readonly<Record<string, string | undefined>>;

/** Sends the browser back to the application: fields in the query, or (user-agent flow) behind the `#`. */
export function redirectBack(
  reply: FastifyReply,
  redirectUri: string,
  fields: CallbackFields,
  where: 'query' | 'fragment' = 'query',
): FastifyReply {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) given.set(name, value);
  }
  const joint = where === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?';
  return reply
    .header('cache-control', 'no-store')
    .redirect(`${redirectUri}${joint}${given.toString()}`, 302);
}
