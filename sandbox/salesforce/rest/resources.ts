/** What the API tells about itself. */
import { ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';

/** Requests a day; told, not enforced. */
export const DAILY_REQUESTS = 100_000;

export const resourceRoutes: readonly Route[] = [
  { method: 'GET', path: '', handle: resources },
  { method: 'GET', path: '/limits', handle: limits },
  { method: 'GET', path: '/recent', handle: () => ok([]) },
  { method: 'GET', path: '/tabs', handle: () => ok([]) },
];

/** `Sforce-Limit-Info`. */
export function limitInfo(usage: number): string {
  return `api-usage=${Math.min(usage, DAILY_REQUESTS)}/${DAILY_REQUESTS}`;
}

const RESOURCES = {
  eventSchema: 'event/eventSchema',
  sobjects: 'sobjects',
  query: 'query',
  queryAll: 'queryAll',
  search: 'search',
  parameterizedSearch: 'parameterizedSearch',
  composite: 'composite',
  limits: 'limits',
  recent: 'recent',
  tabs: 'tabs',
  jobs: 'jobs',
  tooling: 'tooling',
};

function resources({ org, user, version, caller }: Call): Answer {
  const base = `/services/data/v${version}`;
  const paths = Object.entries(RESOURCES).map(([name, path]) => [name, `${base}/${path}`]);
  const identity = `${caller.host}/id/${org.id}/${user.id}`;
  return ok({ ...Object.fromEntries(paths), identity });
}

/** Of a Developer Edition org, more or less. */
const LIMITS: Readonly<Record<string, number>> = {
  DailyAsyncApexExecutions: 250_000,
  DailyBulkApiBatches: 15_000,
  DailyBulkV2QueryFileStorageMB: 976_562,
  DailyBulkV2QueryJobs: 10_000,
  DailyDeliveredPlatformEvents: 50_000,
  DailyDurableGenericStreamingApiEvents: 10_000,
  DailyDurableStreamingApiEvents: 10_000,
  DailyGenericStreamingApiEvents: 10_000,
  DailyStandardVolumePlatformEvents: 10_000,
  DailyStreamingApiEvents: 10_000,
  DataStorageMB: 1_024,
  DurableStreamingApiConcurrentClients: 20,
  FileStorageMB: 1_024,
  HourlyPublishedPlatformEvents: 250_000,
  HourlyPublishedStandardVolumePlatformEvents: 1_000,
  MonthlyPlatformEventsUsageEntitlement: 0,
  StreamingApiConcurrentClients: 20,
};

function limits({ api }: Call): Answer {
  const rest = Object.entries(LIMITS).map(([name, max]) => [name, { Max: max, Remaining: max }]);
  const remaining = Math.max(0, DAILY_REQUESTS - api.usage);
  const requests = { Max: DAILY_REQUESTS, Remaining: remaining };
  return ok({ DailyApiRequests: requests, ...Object.fromEntries(rest) });
}
