import type { Route } from './api.ts';
import { batchRoutes } from './batch.ts';
import { changedSinceRoutes } from './changed-since.ts';
import { collectionRoutes } from './collections.ts';
import { compositeRoutes } from './composite.ts';
import { describeRoutes } from './describe.ts';
import { eventSchemaRoutes } from './event-schema.ts';
import { externalIdRoutes } from './external-ids.ts';
import { graphRoutes } from './graph.ts';
import { limitRoutes } from './limits.ts';
import { pushRoutes } from './push.ts';
import { queryRoutes } from './query-routes.ts';
import { recentRoutes } from './recent-items.ts';
import { recordRoutes } from './records.ts';
import { relatedRoutes } from './related.ts';
import { resourceRoutes } from './resources.ts';
import { toolingRoutes } from './tooling/routes.ts';
import { treeRoutes } from './tree.ts';
import { userPasswordRoutes } from './user-password.ts';

/** All resources below `/services/data/vNN.0`; the first that fits is taken, so words come before parameters. */
export const routes: readonly Route[] = [
  ...resourceRoutes,
  ...limitRoutes,
  ...recentRoutes,
  ...describeRoutes,
  ...eventSchemaRoutes,
  ...changedSinceRoutes,
  ...pushRoutes,
  ...queryRoutes,
  ...recordRoutes,
  ...userPasswordRoutes,
  ...relatedRoutes,
  ...externalIdRoutes,
  ...compositeRoutes,
  ...batchRoutes,
  ...graphRoutes,
  ...treeRoutes,
  ...toolingRoutes,
  ...collectionRoutes,
];
