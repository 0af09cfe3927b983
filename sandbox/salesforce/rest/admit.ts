import type { FastifyRequest } from 'fastify';
import { refuse } from '../faults/rest-faults.ts';
import { originOf } from '../login/origin.ts';
import type { Org, Session } from '../org/types.ts';
import { notFound } from './api.ts';
import type { Api, Caller } from './api.ts';
import { clientOf } from './call-options.ts';
import { Versions } from './versions.ts';

export type RequireSession = (org: Org, request: FastifyRequest) => Session;

/** Who calls, where the version is published, the session alive and no fault due; counts the request. */
export function admit(
  api: Pick<Api, 'org' | 'settings' | 'usage'>,
  requireSession: RequireSession,
  request: FastifyRequest,
  segment: string,
): Caller {
  const version = Versions.of(api.org).read(segment);
  if (version === undefined) throw notFound();
  const session = requireSession(api.org, request);
  api.usage++;
  refuse(api.settings, request);
  return { session, version, client: clientOf(request), host: originOf(request) };
}
