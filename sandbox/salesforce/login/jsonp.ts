import type { FastifyReply } from 'fastify';

/** The name of a JavaScript function, with dots. */
export function isCallback(name: string): boolean {
  return /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(name) && name.length <= 128;
}

/** The body as the argument of a call; always 200, for a script that fails to load says nothing. */
export function jsonp(reply: FastifyReply, callback: string, body: object): FastifyReply {
  const json = JSON.stringify(body).replaceAll('<', '\\u003c');
  return reply.type('text/javascript;charset=UTF-8').send(`${callback}(${json});`);
}
