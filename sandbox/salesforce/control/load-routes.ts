import type { FastifyInstance } from 'fastify';
import { EDIT_KINDS, mixOf } from '../load/mix.ts';
import type { EditMix } from '../load/mix.ts';
import { MAX_RATE } from '../load/rate.ts';
import type { EditLoad } from '../load/rate.ts';
import { SalesforceError } from '../org/types.ts';
import { objectOf } from './schemas.ts';

const WEIGHT = { type: 'number', minimum: 0, maximum: 1_000_000 };
const LOAD = objectOf(
  {
    rate: { type: 'number', minimum: 0, maximum: MAX_RATE },
    mix: objectOf(Object.fromEntries(EDIT_KINDS.map((kind) => [kind, WEIGHT]))),
  },
  ['rate'],
);

/** Edits at a steady rate. */
export function registerLoadRoutes(app: FastifyInstance, load: EditLoad): void {
  app.get('/load', (_request, reply) => reply.send(load.status));
  app.put('/load', { schema: { body: LOAD } }, async (request, reply) => {
    const { rate, mix } = request.body as { rate: number; mix?: Partial<EditMix> };
    return reply.send(await load.set(rate, mix === undefined ? undefined : requireMix(mix)));
  });
}

function requireMix(weights: Partial<EditMix>): EditMix {
  const mix = mixOf(weights);
  if (mix !== undefined) return mix;
  throw new SalesforceError(400, 'INVALID_INPUT', 'A mix needs a kind of edit above 0.');
}
