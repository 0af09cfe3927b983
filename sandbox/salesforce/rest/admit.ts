import type { FastifyRequest } from 'fastify';
import { takeFault } from '../control/ports.ts';
import type { FaultSettings } from '../control/ports.ts';
import { originOf } from '../login/origin.ts';
import { SalesforceError } from '../org/types.ts';
import type { Org, Session } from '../org/types.ts';
import { notFound } from './api.ts';
import type { Api, Caller } from './api.ts';
import { clientOf } from './call-options.ts';
import { readVersion } from './versions.ts';

export type RequireSession = (org: Org, request: FastifyRequest) => Session;

/** Who calls, where the version is published, the session alive and no fault due; counts the request. */
export function admit(
  api: Pick<Api, 'org' | 'settings' | 'usage'>,
  requireSession: RequireSession,
  request: FastifyRequest,
  segment: string,
): Caller {
  const version = readVersion(segment);
  if (version === undefined) throw notFound();
  const session = requireSession(api.org, request);
  api.usage++;
  misbehave(api.settings);
  return { session, version, client: clientOf(request), host: originOf(request) };
}

function misbehave(settings: FaultSettings): void {
  if (takeFault(settings, 'serviceUnavailable')) {
    const message = 'Server is too busy. Please try your request again later.';
    throw new SalesforceError(503, 'SERVER_UNAVAILABLE', message);
  }
  if (takeFault(settings, 'requestLimitExceeded')) {
    const message = 'TotalRequests Limit exceeded.';
    throw new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', message);
  }
}
