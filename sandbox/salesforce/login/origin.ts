import type { FastifyRequest } from 'fastify';

/** Scheme and host as the client wrote them: what `instance_url` and other absolute addresses start with. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
