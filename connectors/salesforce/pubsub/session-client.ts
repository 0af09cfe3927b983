import type { Clock } from '../../../src/sdk/index.ts';
import type { Session } from '../auth/session.ts';
import { PubSubClient } from './client.ts';

/** A client of the session's org. Each call takes the token of the last login, so a refreshed session serves on. */
export function sessionClient(session: Session, endpoint: string, clock: Clock): PubSubClient {
  return new PubSubClient({
    endpoint,
    ca: session.ca,
    clock,
    identity: () => ({
      accessToken: session.accessToken(),
      instanceUrl: session.instanceUrl,
      orgId: session.orgId,
    }),
  });
}
