import { SalesforceError } from '../org/types.ts';
import type { Org, Session } from '../org/types.ts';

/** The token of `Authorization: Bearer T` or `OAuth T`. */
export function accessTokenOf(headers: {
  readonly authorization?: string | undefined;
}): string | undefined {
  return /^\s*(?:Bearer|OAuth)\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
}

/** The live session of a request, which lives on by it, or 401 INVALID_SESSION_ID; a user without API access gets 403. */
export function requireSession(
  org: Org,
  request: { readonly headers: { readonly authorization?: string | undefined } },
): Session {
  const token = accessTokenOf(request.headers);
  const session = token === undefined ? undefined : org.session(token, true);
  if (session === undefined) {
    throw new SalesforceError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  }
  if (!session.user.apiEnabled) {
    throw new SalesforceError(403, 'API_DISABLED_FOR_ORG', 'API is not enabled for this user');
  }
  return session;
}
