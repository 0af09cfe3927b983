import type { FastifyInstance, FastifyReply } from 'fastify';
import { CONNECT_VERSION } from '../herder/plugins.ts';
import type { RestContext } from './context.ts';

/** The worker itself: `/`, `/health`, `/metrics`, `/headwater/v1/worker`. */
export function workerRoutes(app: FastifyInstance, context: RestContext): void {
  /** Clients take from the version what they may ask for: it is that of the API, Connect's. */
  app.get('/', () => ({
    version: CONNECT_VERSION,
    commit: 'unknown',
    kafka_cluster_id: context.clusterId(),
  }));

  app.get('/headwater/v1/worker', () => ({
    version: context.version,
    connectVersion: CONNECT_VERSION,
    node: process.version,
  }));

  app.get('/health', (_request, reply) => health(context, reply));

  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await context.renderMetrics();
    return reply.type(contentType).send(text);
  });
}

const READY = 'Worker has completed startup and is ready to handle requests.';

/** Connect's three answers (KIP-1017), with the reason. */
async function health(
  { herder, group, trouble, warning, redact }: RestContext,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = (await trouble?.()) ?? group?.trouble();
  const because = found === undefined ? '' : ` ${redact(found.reason)}`;
  if (found?.lasting === true) {
    const message = `Worker can't do its work.${because}`;
    return reply.code(500).send({ status: 'unhealthy', message });
  }
  if (!herder.ready || found !== undefined) {
    const message = `Worker is still starting up.${because}`;
    return reply.code(503).send({ status: 'starting', message });
  }
  const warns = warning?.();
  return reply.send({
    status: 'healthy',
    message: [READY, ...(warns === undefined ? [] : [warns])].join(' '),
  });
}
