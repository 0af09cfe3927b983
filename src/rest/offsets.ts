import type { FastifyInstance } from 'fastify';
import { offsetsOf } from './body.ts';
import type { RestContext } from './context.ts';

interface Named {
  readonly Params: { readonly name: string };
}

/** `/connectors/{name}/offsets`: read, alter and reset, as Connect does. */
export function offsetRoutes(app: FastifyInstance, { herder }: RestContext): void {
  app.get<Named>('/connectors/:name/offsets', async ({ params }) => ({
    offsets: await herder.offsets(params.name),
  }));

  app.patch<Named>('/connectors/:name/offsets', async ({ params, body }) => ({
    message: await herder.alterOffsets(params.name, offsetsOf(body)),
  }));

  app.delete<Named>('/connectors/:name/offsets', async ({ params }) => ({
    message: await herder.resetOffsets(params.name),
  }));
}
