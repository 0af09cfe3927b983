/** `/limits`: what a Developer Edition org may do, more or less. Told, not enforced. */
import { leftOf } from '../faults/allocations.ts';
import { ok } from './api.ts';
import type { Api, Route } from './api.ts';

/** Requests a day. */
const DAILY_REQUESTS = 100_000;

export const limitRoutes: readonly Route[] = [
  { method: 'GET', path: '/limits', handle: ({ api }) => ok(limitsOf(api)) },
];

/** Requests of the day, as the fault `dailyApiRequests` may tell otherwise. */
export function apiUsage({ usage, settings }: Pick<Api, 'usage' | 'settings'>): number {
  const left = leftOf(settings.board, 'dailyApiRequests');
  return left === undefined ? usage : DAILY_REQUESTS - left;
}

/** `Sforce-Limit-Info`. */
export function limitInfo(usage: number): string {
  return `api-usage=${Math.min(usage, DAILY_REQUESTS)}/${DAILY_REQUESTS}`;
}

/** Every key that the resource has in Salesforce's documentation, in its order. */
const LIMITS: Readonly<Record<string, number>> = {
  ActiveScratchOrgs: 3,
  AnalyticsExternalDataSizeMB: 40_960,
  ConcurrentAsyncGetReportInstances: 200,
  ConcurrentEinsteinDataInsightsStoryCreation: 5,
  ConcurrentEinsteinDiscoveryStoryCreation: 2,
  ConcurrentSyncReportRuns: 20,
  DailyAnalyticsDataflowJobExecutions: 60,
  DailyAnalyticsUploadedFilesSizeMB: 51_200,
  DailyApiRequests: DAILY_REQUESTS,
  DailyAsyncApexExecutions: 250_000,
  DailyAsyncApexTests: 500,
  DailyBulkApiBatches: 15_000,
  DailyBulkV2QueryFileStorageMB: 976_562,
  DailyBulkV2QueryJobs: 10_000,
  DailyDeliveredPlatformEvents: 50_000,
  DailyDurableGenericStreamingApiEvents: 10_000,
  DailyDurableStreamingApiEvents: 10_000,
  DailyEinsteinDataInsightsStoryCreation: 1_000,
  DailyEinsteinDiscoveryOptimizationJobRuns: 25,
  DailyEinsteinDiscoveryPredictAPICalls: 50_000,
  DailyEinsteinDiscoveryPredictionsByCDC: 500_000,
  DailyEinsteinDiscoveryStoryCreation: 100,
  DailyFunctionsApiCallLimit: 235_000,
  DailyGenericStreamingApiEvents: 10_000,
  DailyScratchOrgs: 6,
  DailyStandardVolumePlatformEvents: 10_000,
  DailyStreamingApiEvents: 10_000,
  DailyWorkflowEmails: 100_000,
  DataStorageMB: 1_024,
  DurableStreamingApiConcurrentClients: 20,
  FileStorageMB: 1_024,
  HourlyAsyncReportRuns: 1_200,
  HourlyDashboardRefreshes: 200,
  HourlyDashboardResults: 5_000,
  HourlyDashboardStatuses: 999_999_999,
  HourlyLongTermIdMapping: 100_000,
  HourlyManagedContentPublicRequests: 50_000,
  HourlyODataCallout: 20_000,
  HourlyPublishedPlatformEvents: 250_000,
  HourlyPublishedStandardVolumePlatformEvents: 1_000,
  HourlyShortTermIdMapping: 100_000,
  HourlySyncReportRuns: 500,
  HourlyTimeBasedWorkflow: 1_000,
  MassEmail: 5_000,
  MaxContentDocumentsLimit: 30_000_000,
  MonthlyEinsteinDiscoveryStoryCreation: 500,
  MonthlyPlatformEventsUsageEntitlement: 0,
  Package2VersionCreates: 6,
  Package2VersionCreatesWithoutValidation: 500,
  PlatformEventTriggersWithParallelProcessing: 10,
  PrivateConnectOutboundCalloutHourlyLimitMB: 0,
  PublishCallbackUsageInApex: 5_242_880,
  SingleEmail: 5_000,
  StreamingApiConcurrentClients: 20,
};

/** As `/limits` tells it. */
export function limitsOf(api: Pick<Api, 'usage' | 'settings'>): object {
  const { board } = api.settings;
  const untouched = Object.entries(LIMITS).map(([name, max]) => [
    name,
    { Max: max, Remaining: max },
  ]);
  const Remaining = Math.max(0, DAILY_REQUESTS - apiUsage(api));
  return {
    ...Object.fromEntries(untouched),
    DailyApiRequests: { Max: DAILY_REQUESTS, Remaining },
    ...allocation('DailyDeliveredPlatformEvents', leftOf(board, 'events.deliveryAllocation')),
    ...allocation('HourlyPublishedPlatformEvents', leftOf(board, 'events.publishAllocation')),
    PermissionSets: {
      Max: 1_500,
      Remaining: 1_500,
      CreateCustom: { Max: 1_000, Remaining: 1_000 },
    },
  };
}

/** Where a fault says what is left. */
function allocation(name: string, left: number | undefined): object {
  return left === undefined ? {} : { [name]: { Max: LIMITS[name], Remaining: left } };
}
