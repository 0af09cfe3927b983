import type { FastifyInstance } from 'fastify';
import type { RestContext } from './context.ts';

/** The worker itself: `/`, `/health`, `/metrics`. */
export function workerRoutes(app: FastifyInstance, context: RestContext): void {
  app.get('/', () => ({
    version: context.version,
    commit: 'unknown',
    kafka_cluster_id: context.clusterId(),
  }));

  app.get('/health', (_request, reply) =>
    context.herder.ready
      ? reply.send({
          status: 'healthy',
          message: 'Worker has completed startup and is ready to handle requests.',
        })
      : reply.code(503).send({
          status: 'starting',
          message: 'Worker is still starting up.',
        }),
  );

  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await context.renderMetrics();
    return reply.type(contentType).send(text);
  });
}
