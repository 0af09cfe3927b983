import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../../src/foundation/clock.ts';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { RequireSession } from '../rest/admit.ts';
import type { Api } from '../rest/api.ts';
import { registerClassicBulk } from '../bulk1/index.ts';
import type { Bulk } from './http.ts';
import { registerIngest } from './ingest-routes.ts';
import { Jobs } from './jobs.ts';
import { registerQuery } from './query-routes.ts';
import { Runner } from './runner.ts';
import { DEFAULT_BULK_SETTINGS } from './settings.ts';
import type { BulkSettings } from './settings.ts';

export interface BulkDeps {
  readonly api: Api;
  readonly requireSession: RequireSession;
  readonly settings?: Partial<BulkSettings> | undefined;
  readonly clock?: Clock | undefined;
}

/** Serves the Bulk API 2.0 under `/services/data/vNN.0/jobs`, until the application closes. */
export function registerBulk(app: FastifyInstance, deps: BulkDeps): void {
  const { api, requireSession, clock = systemClock } = deps;
  const { org } = api;
  const settings = { ...DEFAULT_BULK_SETTINGS, ...deps.settings };
  const jobs = new Jobs(org.clock, settings);
  const runner = new Runner(jobs, org.clock, clock, settings, api.settings.board);
  const bulk: Bulk = { api, org, jobs, runner, settings, requireSession };
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser(['text/csv', 'multipart/form-data'], (_request, payload, read) => {
      read(null, payload);
    });
    registerIngest(scope, bulk);
    registerQuery(scope, bulk);
    done();
  });
  registerClassicBulk(app, bulk);
  app.addHook('onClose', () => runner.close());
}
