/** What the API tells about itself. */
import { ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';

export const resourceRoutes: readonly Route[] = [
  { method: 'GET', path: '', handle: resources },
  { method: 'GET', path: '/tabs', handle: () => ok([]) },
];

/** Those that are here, by Salesforce's names. */
const RESOURCES = [
  'tooling',
  'tabs',
  'queryAll',
  'search',
  'composite',
  'parameterizedSearch',
  'event',
  'recent',
  'limits',
  'query',
  'jobs',
  'sobjects',
];

function resources({ org, user, version, caller }: Call): Answer {
  const base = `/services/data/v${version}`;
  const paths = RESOURCES.map((name) => [name, `${base}/${name}`]);
  const identity = `${caller.host}/id/${org.id}/${user.id}`;
  return ok({ ...Object.fromEntries(paths), identity });
}
