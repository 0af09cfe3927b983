import type { FastifyInstance } from 'fastify';
import { registerEventFeedRoutes } from '../control/event-feed-routes.ts';
import type { RequestLog } from '../control/request-log.ts';
import { registerRequestLogRoutes } from '../control/request-log-routes.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { SandboxOrg } from '../org/org.ts';
import { SalesforceError } from '../org/types.ts';
import { registerAccessRoutes } from './access-routes.ts';
import type { Access } from './access-routes.ts';
import { registerObjectRoutes } from './object-routes.ts';
import { registerRecordRoutes } from './record-routes.ts';
import { registerStaticFiles } from './static-files.ts';

export interface PageDeps {
  readonly org: SandboxOrg;
  readonly events: EventBus;
  readonly requests: RequestLog;
  /** How to connect; known once everything listens. */
  readonly access: () => Access;
  /** As clients are told by `/limits`. */
  readonly limits: () => object;
}

/** The page, and the part of the control API that shows and writes what is in the org. */
export function registerPage(app: FastifyInstance, deps: PageDeps): void {
  registerStaticFiles(app);
  const routes = (scope: FastifyInstance, _options: unknown, done: () => void): void => {
    scope.setErrorHandler((error, _request, reply) => {
      const { httpStatus, errorCode, message, fields } = asSalesforceError(error);
      return reply.code(httpStatus).send({ message, code: errorCode, fields });
    });
    registerObjectRoutes(scope, deps);
    registerRecordRoutes(scope, deps);
    registerAccessRoutes(scope, deps);
    scope.get('/limits', (_request, reply) => reply.send(deps.limits()));
    registerEventFeedRoutes(scope, deps.events);
    registerRequestLogRoutes(scope, deps.requests);
    done();
  };
  void app.register(routes, { prefix: '/__sandbox/v1' });
}

function asSalesforceError(error: unknown): SalesforceError {
  if (error instanceof SalesforceError) return error;
  const { statusCode = 500, message = 'unknown error' } = error as Partial<{
    statusCode: number;
    message: string;
  }>;
  return new SalesforceError(statusCode, 'INVALID_INPUT', message);
}
