import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { Faults } from '../faults/actions.ts';
import { listFaults } from '../faults/list.ts';
import { FaultInputError, readFaults } from '../faults/read-settings.ts';

/** How the sandbox misbehaves: what is on, what there is, and both at once. */
export function registerFaultRoutes(app: FastifyInstance, faults: Faults): void {
  app.get('/faults', (_request, reply) => reply.send(faults.shown()));
  app.get('/faults/list', (_request, reply) => reply.send(listFaults()));
  app.put('/faults', (request, reply) => {
    try {
      faults.apply(readFaults(request.body));
    } catch (error) {
      if (!(error instanceof FaultInputError)) throw error;
      throw new SalesforceError(400, 'INVALID_INPUT', error.message);
    }
    return reply.send(faults.shown());
  });
  app.delete('/faults', (_request, reply) => {
    faults.board.clear();
    return reply.send(faults.shown());
  });
}
