import type { FastifyInstance } from 'fastify';
import type { EventBus } from '../events/event-bus.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { TenantOptions } from '../pubsub/server.ts';
import type { LoginPeer } from './common-login.ts';
import type { SandboxCredentials } from './credentials.ts';

/** An org that doesn't listen yet. */
export interface OpenOrg extends LoginPeer {
  readonly name: string;
  readonly host: string;
  readonly org: SandboxOrg;
  readonly events: EventBus;
  readonly app: FastifyInstance;
  readonly pubsub: TenantOptions;
  /** The org's own address. */
  http: string;
  https: string;
  shown: { readonly http: string; readonly https: string };
  /** Everything listens: makes the tokens, and begins what was asked for. */
  readonly begin: (where: Addresses) => Promise<SandboxCredentials>;
}

export type Addresses = Pick<SandboxCredentials, 'http' | 'https' | 'pubsub' | 'pubsubPlain'>;
