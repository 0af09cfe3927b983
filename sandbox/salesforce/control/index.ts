import type { FastifyInstance } from 'fastify';
import type { ChangeEventSelection } from '../org/change-event-selection.ts';
import type { OrgSnapshots } from '../load/org-snapshots.ts';
import type { EditLoad } from '../load/rate.ts';
import type { ConnectedApp } from '../login/connected-app.ts';
import type { SandboxOrg } from '../org/org.ts';
import { SalesforceError } from '../org/types.ts';
import type { PubSubFaults } from '../pubsub/faults.ts';
import type { Faults } from '../faults/actions.ts';
import type { Journal } from './journal.ts';
import type { EventControl } from './ports.ts';
import { registerEventRoutes } from './event-routes.ts';
import { registerFaultRoutes } from './fault-routes.ts';
import { registerDuplicateRoutes } from './duplicate-routes.ts';
import { registerFieldRoutes } from './field-routes.ts';
import { registerLeadRoutes } from './lead-routes.ts';
import { registerLockRoutes } from './lock-routes.ts';
import { registerMergeRoutes } from './merge-routes.ts';
import { registerLoadRoutes } from './load-routes.ts';
import { registerLoginRoutes } from './login-routes.ts';
import { registerOrgRoutes } from './org-routes.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { registerSharingRoutes } from './sharing-routes.ts';
import { registerSnapshotRoutes } from './snapshot-routes.ts';
import { registerStreamRoutes } from './stream-routes.ts';
import { registerUserRoutes } from './user-routes.ts';

export interface ControlDeps {
  readonly org: SandboxOrg;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly connected: ConnectedApp;
  readonly pubsubFaults: PubSubFaults;
  readonly selection: ChangeEventSelection;
  readonly events: EventControl;
  readonly load: EditLoad;
  readonly snapshots: OrgSnapshots;
}

/**
 * `/__sandbox/v1`: what a test does to the org that a user of Salesforce can't, or only in Setup. No login: it
 * listens on the loopback. Wrong bodies are answered 400 `{message}`.
 */
export function registerControl(app: FastifyInstance, deps: ControlDeps): void {
  const routes = (scope: FastifyInstance, _options: unknown, done: () => void): void => {
    scope.setErrorHandler((error, _request, reply) => {
      if (error instanceof SalesforceError) {
        return reply.code(error.httpStatus).send({ message: error.message, code: error.errorCode });
      }
      const { status, message } = explain(error);
      return reply.code(status).send({ message });
    });
    scope.setNotFoundHandler((request, reply) =>
      reply.code(404).send({ message: `The control API has no ${request.method} ${request.url}.` }),
    );
    registerFieldRoutes(scope, deps);
    registerOrgRoutes(scope, deps);
    registerSessionRoutes(scope, deps);
    registerLoginRoutes(scope, deps);
    registerUserRoutes(scope, deps);
    registerSharingRoutes(scope, deps);
    registerEventRoutes(scope, deps);
    registerStreamRoutes(scope, deps);
    registerFaultRoutes(scope, deps.faults);
    registerMergeRoutes(scope, deps);
    registerLeadRoutes(scope, deps);
    registerLockRoutes(scope, deps);
    registerDuplicateRoutes(scope, deps);
    registerLoadRoutes(scope, deps.load);
    registerSnapshotRoutes(scope, deps.snapshots);
    done();
  };
  void app.register(routes, { prefix: '/__sandbox/v1' });
}

interface SchemaFailure {
  readonly validation?: readonly { readonly params?: { readonly additionalProperty?: string } }[];
  readonly statusCode?: number;
  readonly message?: string;
}

/** A body that doesn't fit names the property, the unknown one too. */
function explain(error: unknown): { status: number; message: string } {
  const { validation, statusCode = 500, message = 'unknown error' } = error as SchemaFailure;
  const unknown = validation?.[0]?.params?.additionalProperty;
  const suffix = unknown === undefined ? '' : `: ${unknown}`;
  return { status: statusCode, message: `${message}${suffix}` };
}
