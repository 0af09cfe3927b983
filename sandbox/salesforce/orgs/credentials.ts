import type { EventBus } from '../events/event-bus.ts';
import type { Org } from '../org/types.ts';

/** What a client needs in order to connect; `--json` prints exactly these. */
export interface SandboxCredentials {
  readonly http: string;
  readonly https: string;
  /** `host:port` of the Pub/Sub API with TLS. */
  readonly pubsub: string;
  /** `host:port` of the Pub/Sub API without. */
  readonly pubsubPlain: string;
  /** PEM file of the certificate authority. */
  readonly ca: string;
  readonly orgId: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** PEM file of the key that signs assertions of the JWT bearer flow. */
  readonly privateKey: string;
}

/** One of several orgs. */
export interface HostedOrg extends SandboxCredentials {
  readonly name: string;
  /** `NAME.localhost`: what a request's `Host` says, at the port of all. `http` and `https` are the org's alone. */
  readonly host: string;
  readonly org: Org;
  readonly events: EventBus;
}
