import type { FastifyInstance } from 'fastify';
import { explain } from '../../../src/foundation/errors.ts';

/**
 * Answers wait until what they tell of is durable. Where it can't be made so, the connection is reset: the client knows
 * that it doesn't know.
 */
export function answerWhenSettled(
  app: FastifyInstance,
  settled: () => Promise<void>,
  onFailure: (sentence: string) => void,
): void {
  let told = false;
  app.addHook('onSend', async (_request, reply, payload) => {
    try {
      await settled();
    } catch (error) {
      if (!told) onFailure(explain(error));
      told = true;
      reply.raw.destroy();
    }
    return payload;
  });
}
