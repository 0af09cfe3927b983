import { missingResource } from '../gaps.ts';
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { WriteAll } from '../org/types.ts';
import { notFound } from './api.ts';
import type { Answer, Api, ApiRequest, Call, Caller, Route } from './api.ts';
import { allowsDuplicates, originOf } from './call-options.ts';
import { unlessKnown } from './conditional.ts';
import { refusal } from './refusal.ts';
import { routes } from './routes.ts';
import { unlessLocked } from './row-locks.ts';

/** Finds the resource and answers; what Salesforce would refuse is an answer too. */
export function dispatch(api: Api, request: ApiRequest, caller: Caller): Answer {
  try {
    const { route, params } = findRoute(request);
    return unlessKnown(request, route.handle(callOf(api, request, caller, route, params)));
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    if (error.gap !== undefined) api.tellGap(error.gap);
    return refusal(error);
  }
}

function callOf(
  api: Api,
  request: ApiRequest,
  caller: Caller,
  route: Route,
  params: Readonly<Record<string, string>>,
): Call {
  const { settings } = api;
  const ignored = route.collection === true && settings.collectionsIgnoreCallOptions;
  const client = ignored ? undefined : caller.client;
  const { user } = caller.session;
  const org = api.org.seenBy(user);
  const origin = originOf(caller.version, client);
  const actor = { userId: user.id, origin, allowDuplicates: allowsDuplicates(request) };
  const write: WriteAll =
    caller.write ?? ((writes, allOrNone) => org.write(actor, writes, allOrNone));
  return {
    ...request,
    api,
    org,
    user,
    version: caller.version,
    caller: { ...caller, client },
    params,
    actor,
    write: unlessLocked(settings, write),
    dispatch: (inner, by) => dispatch(api, inner, by),
  };
}

/** The first route that fits; another method of the same resource is 405, anything else 404. */
function findRoute({ method, path }: ApiRequest): {
  route: Route;
  params: Readonly<Record<string, string>>;
} {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allowed = new Set<string>();
  for (const route of routes) {
    const params = match(route.path, path);
    if (params === undefined) continue;
    if (route.method === wanted) return { route, params };
    if (route.method === 'GET') allowed.add('HEAD');
    allowed.add(route.method);
  }
  if (allowed.size === 0) {
    throw notFound(undefined, missingResource(method, `/${path.join('/')}`));
  }
  const message = `HTTP Method '${method}' not allowed. Allowed are ${[...allowed].join(',')}`;
  throw new SalesforceError(405, 'METHOD_NOT_ALLOWED', message, [...allowed]);
}

function match(
  pattern: string,
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parts = pattern.split('/').slice(1);
  if (parts.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = path[i] ?? '';
    if (part === ':recordId' && normalizeId(segment) === undefined) return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
