import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { SharingModel } from '../org/types.ts';
import type { ControlDeps } from './index.ts';

const MODELS = ['Private', 'Read', 'ReadWrite', 'ControlledByParent'];
const SHARING = { type: 'object', additionalProperties: { enum: MODELS } };

/** Org-wide defaults, by object. */
export function registerSharingRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  const shown = (): object =>
    Object.fromEntries(
      org
        .objects()
        .filter(({ sharing }) => sharing !== undefined)
        .map(({ name, sharing }) => [name, sharing]),
    );
  app.get('/sharing', (_request, reply) => reply.send(shown()));
  app.put('/sharing', { schema: { body: SHARING } }, (request, reply) => {
    const models = Object.entries(request.body as Readonly<Record<string, SharingModel>>);
    const unknown = models.find(([name]) => org.object(name) === undefined);
    if (unknown !== undefined) {
      throw new SalesforceError(404, 'NOT_FOUND', `There is no object "${unknown[0]}".`);
    }
    for (const [name, sharing] of models) org.share(name, sharing);
    return reply.send(shown());
  });
}
