import { randomUUID } from 'node:crypto';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type {
  handleBidiStreamingCall,
  handleUnaryCall,
  Metadata,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { systemClock } from '../../../src/foundation/clock.ts';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Org } from '../org/types.ts';
import { Caller } from './access.ts';
import { tellingCalls } from './call-log.ts';
import type { ToldCall } from './call-log.ts';
import { toServiceError } from './errors.ts';
import type { Rpc, RpcName } from './errors.ts';
import { Listener } from './listener.ts';
import { getSchema, getTopic } from './lookups.ts';
import { serveManagedSubscribe } from './managed-subscribe.ts';
import { pubSubService } from './messages.ts';
import type {
  FetchAnswer,
  FetchRequest,
  ManagedFetchRequest,
  PublishRequest,
  PublishResponse,
  SchemaRequest,
  TopicRequest,
} from './messages.ts';
import { OpenStreams } from './open-streams.ts';
import { publish, servePublishStream } from './publish.ts';
import { PubSubFaults } from './faults.ts';
import type { Cut } from './faults.ts';
import { DEFAULT_PUBSUB_SETTINGS } from './settings.ts';
import type { PubSubSettings } from './settings.ts';
import { serveSubscribe } from './subscribe.ts';
import { byTenant } from './tenants.ts';
import type { Tenant } from './tenants.ts';

export interface PubSubOptions {
  readonly org: Org;
  readonly events: EventBus;
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly host: string;
  /** 0 takes a free one. */
  readonly tlsPort: number;
  readonly plainPort: number;
  readonly settings?: Partial<PubSubSettings> | undefined;
  readonly faults?: PubSubFaults | undefined;
  readonly clock?: Clock | undefined;
  /** What was done so far can't be lost: answers wait for it. Rejects when it is. */
  readonly settled?: (() => Promise<void>) | undefined;
  /** Hears of each call. */
  readonly onCall?: ((call: ToldCall) => void) | undefined;
}

/** Of several orgs. */
export type TenantOptions = Pick<
  PubSubOptions,
  'org' | 'events' | 'settings' | 'faults' | 'clock' | 'settled' | 'onCall'
>;

export interface PubSub {
  readonly tlsPort: number;
  readonly plainPort: number;
  /** Cuts all streams. */
  close(): Promise<void>;
}

const ignoreCall = (): void => undefined;

/** Concurrent streams of one connection. */
const MAX_STREAMS = 1000;

/** Serves the Pub/Sub API, with TLS and without, for one org and others; resolves when both listen. */
export async function startPubSub(
  options: PubSubOptions,
  others: readonly TenantOptions[] = [],
): Promise<PubSub> {
  const { faults = new PubSubFaults() } = options;
  const server = new Server({ 'grpc.max_concurrent_streams': MAX_STREAMS });
  const tenantOf = ({ org, ...rest }: TenantOptions): Tenant => ({
    org,
    handlers: tellingCalls(
      handlers({ org, ...rest }, rest.faults ?? new PubSubFaults()),
      rest.onCall ?? ignoreCall,
    ),
  });
  const tenants = others.map(tenantOf);
  server.addService(pubSubService(), byTenant(tenantOf({ ...options, faults }), tenants));
  const { cert, key } = options.tls;
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  const listeners: Listener[] = [];
  const streams = new OpenStreams((port) => listeners.some((each) => each.port === port));
  // Connections are everybody's, whichever org's faults hurt them.
  const everybody = [faults, ...others.flatMap((other) => other.faults ?? [])];
  const onCut = (cut: Cut): void => {
    if (cut.kind === 'resetStreams') streams.reset(cut.code);
    for (const listener of listeners) {
      if (cut.kind === 'goAway') listener.goAway(cut.graceMs ?? 0);
      if (cut.kind === 'resetConnections') listener.reset();
    }
  };
  const cutting = new DisposableStack();
  for (const each of everybody) cutting.use(each.onCut(onCut));
  const close = (): Promise<void> => {
    cutting.dispose();
    streams[Symbol.dispose]();
    server.forceShutdown();
    for (const listener of listeners.splice(0)) listener.close();
    return Promise.resolve();
  };
  const open = async (port: number, credentials: ServerCredentials): Promise<number> => {
    const address = { host: options.host, port };
    const answers = (): boolean =>
      everybody.every(({ board }) => board.take('pubsub.halfOpen') === undefined);
    const listener = await Listener.open(server, credentials, address, answers);
    listeners.push(listener);
    return listener.port;
  };
  try {
    const tlsPort = await open(options.tlsPort, ServerCredentials.createSsl(null, [pair]));
    const plainPort = await open(options.plainPort, ServerCredentials.createInsecure());
    return { tlsPort, plainPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function handlers(options: TenantOptions, faults: PubSubFaults): UntypedServiceImplementation {
  const { org, events, clock = systemClock, settled = () => Promise.resolve() } = options;
  const settings = { ...DEFAULT_PUBSUB_SETTINGS, ...options.settings };
  const streams = { events, clock, settings, faults, settled };
  const managed = { ...streams, active: new Set<string>(), now: () => org.clock.now() };

  const admit = (name: RpcName, metadata: Metadata): Caller => {
    faults.check(name);
    return new Caller(org, metadata);
  };

  const unary =
    <Request, Response>(
      name: RpcName,
      answer: (caller: Caller, request: Request, rpc: Rpc) => Response,
    ): handleUnaryCall<Request, Response> =>
    (call, reply) => {
      const rpc = { name, id: randomUUID() };
      const run = async (): Promise<Response> => {
        const answered = answer(admit(name, call.metadata), call.request, rpc);
        await settled();
        return answered;
      };
      void run().then(
        (answered) => reply(null, answered),
        (error: unknown) => reply(toServiceError(error, rpc)),
      );
    };

  const stream =
    <Request, Response>(
      name: RpcName,
      serve: (
        ...args: [...Parameters<handleBidiStreamingCall<Request, Response>>, Caller, Rpc]
      ) => void,
    ): handleBidiStreamingCall<Request, Response> =>
    (call) => {
      const rpc = { name, id: randomUUID() };
      try {
        serve(call, admit(name, call.metadata), rpc);
      } catch (error) {
        call.emit('error', toServiceError(error, rpc));
      }
    };

  return {
    GetTopic: unary<TopicRequest, object>('GetTopic', (caller, request, rpc) =>
      getTopic(org, events, caller, request, rpc),
    ),
    GetSchema: unary<SchemaRequest, object>('GetSchema', (caller, request, rpc) =>
      getSchema(events, caller, request, rpc),
    ),
    Publish: unary<PublishRequest, PublishResponse>('Publish', (caller, request, rpc) =>
      publish(events, caller, request, rpc),
    ),
    PublishStream: stream<PublishRequest, PublishResponse>('PublishStream', (call, caller, rpc) => {
      const { publishIdleMs } = settings;
      servePublishStream({ events, clock, publishIdleMs, settled }, call, caller, rpc);
    }),
    Subscribe: stream<FetchRequest, FetchAnswer>('Subscribe', (call, caller, rpc) =>
      serveSubscribe(streams, call, caller, rpc),
    ),
    ManagedSubscribe: stream<ManagedFetchRequest, FetchAnswer>(
      'ManagedSubscribe',
      (call, caller, rpc) => serveManagedSubscribe(managed, call, caller, rpc),
    ),
  };
}
