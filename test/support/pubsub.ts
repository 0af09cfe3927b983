/** A sandbox's org with its Pub/Sub API, and a bare gRPC client that sees what is on the wire. */
import { join } from 'node:path';
import { credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import type { ClientDuplexStream, ServiceClientConstructor, ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { createCA, createCert } from 'mkcert';
import { createEventBus } from '../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../sandbox/salesforce/events/event-bus.ts';
import type { EventSettings } from '../../sandbox/salesforce/events/settings.ts';
import { ChangeEventSelection } from '../../sandbox/salesforce/org/change-event-selection.ts';
import { createOrg } from '../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../sandbox/salesforce/org/org.ts';
import type { Actor, JsonValues, ObjectDef } from '../../sandbox/salesforce/org/types.ts';
import { makeField, parseFields } from '../../sandbox/salesforce/org/field-spec.ts';
import { startPubSub } from '../../sandbox/salesforce/pubsub/server.ts';
import { PubSubFaults } from '../../sandbox/salesforce/pubsub/faults.ts';
import type { PubSubSettings } from '../../sandbox/salesforce/pubsub/settings.ts';

export interface TestPubSub extends AsyncDisposable {
  readonly org: SandboxOrg;
  readonly events: EventBus;
  readonly selection: ChangeEventSelection;
  readonly faults: PubSubFaults;
  readonly actor: Actor;
  readonly tlsPort: number;
  readonly plainPort: number;
  readonly accessToken: string;
  insert(entity: string, values: JsonValues): string;
  update(entity: string, id: string, values: JsonValues): void;
  remove(id: string): void;
}

/** A platform event with one text and one number. */
export const ORDER_EVENT: ObjectDef = {
  name: 'Order_Event__e',
  label: 'Order Event',
  labelPlural: 'Order Events',
  keyPrefix: 'e00',
  kind: 'platformevent',
  changeEvents: false,
  fields: [
    ...parseFields(
      'CreatedDate | datetime readonly required\nCreatedById | reference(User) readonly required',
      new Set(),
    ).slice(2),
    makeField({ name: 'Order_Id__c', label: 'Order', type: 'string', length: 18, custom: true }),
    makeField({ name: 'Units__c', label: 'Units', type: 'double', precision: 5, custom: true }),
  ],
};

export interface TestOptions {
  readonly settings?: Partial<PubSubSettings>;
  readonly events?: Partial<EventSettings>;
  readonly changeEvents?: readonly string[];
}

export async function startTestPubSub(options: TestOptions = {}): Promise<TestPubSub> {
  const org = createOrg({ seed: 1 });
  org.addObject(ORDER_EVENT);
  const selection = new ChangeEventSelection(org, options.changeEvents);
  const events = createEventBus({ org, selection, settings: options.events });
  const faults = new PubSubFaults();
  const pubsub = await startPubSub({
    org,
    events,
    tls: await certificate(),
    host: '127.0.0.1',
    tlsPort: 0,
    plainPort: 0,
    settings: options.settings,
    faults,
  });
  const actor = { userId: org.admin.id, origin: 'com/salesforce/api/rest/66.0;client=test' };
  const write = (write: Parameters<SandboxOrg['write']>[1][number]): string => {
    const [result] = org.write(actor, [write], true);
    const id = result?.id ?? undefined;
    if (id === undefined) throw new Error(`not written: ${result?.errors[0]?.message}`);
    return id;
  };
  return {
    org,
    events,
    selection,
    faults,
    actor,
    tlsPort: pubsub.tlsPort,
    plainPort: pubsub.plainPort,
    accessToken: org.openSession(org.admin.id).accessToken,
    insert: (entity, values) => write({ op: 'insert', entity, values }),
    update: (entity, id, values) => void write({ op: 'update', entity, id, values }),
    remove: (id) => void write({ op: 'delete', id }),
    [Symbol.asyncDispose]: async () => {
      await pubsub.close();
      events.close();
    },
  };
}

let pair: Promise<{ cert: string; key: string }> | undefined;

/** Made once for a test file: making keys takes long. */
function certificate(): Promise<{ cert: string; key: string }> {
  pair ??= (async () => {
    const ca = await createCA({
      organization: 'Test',
      countryCode: 'US',
      state: 'California',
      locality: 'San Francisco',
      validity: 30,
    });
    return createCert({ domains: ['localhost', '127.0.0.1'], validity: 30, ca });
  })();
  return pair;
}

const PROTO = join(import.meta.dirname, '../../sandbox/salesforce/pubsub/pubsub_api.proto');

export interface FetchResponse {
  readonly events: readonly {
    readonly event: { readonly id: string; readonly schema_id: string; readonly payload: Buffer };
    readonly replay_id: Buffer;
  }[];
  readonly latest_replay_id: Buffer;
  readonly rpc_id: string;
  readonly pending_num_requested: number;
}

export interface ManagedFetchResponse extends FetchResponse {
  readonly commit_response: {
    readonly commit_request_id: string;
    readonly replay_id: Buffer;
    readonly error: { readonly code: string; readonly msg: string } | null;
    readonly process_time: { toNumber(): number };
  } | null;
}

/** Over the plaintext port, with the sandbox's valid credentials unless `metadata` says otherwise. */
export class BareClient implements Disposable {
  readonly metadata = new Metadata();
  readonly #client: InstanceType<ServiceClientConstructor>;

  /** Of a sandbox elsewhere. */
  static of(server: { plainPort: number; accessToken: string; orgId: string }): BareClient {
    const { plainPort, accessToken, orgId } = server;
    return new BareClient({ plainPort, accessToken, org: { id: orgId } });
  }

  constructor(
    server: Pick<TestPubSub, 'plainPort' | 'accessToken'> & {
      readonly org: { readonly id: string };
    },
  ) {
    const grpcObject = loadPackageDefinition(
      loadSync(PROTO, { keepCase: true, enums: String, defaults: true }),
    ) as unknown as {
      eventbus: { v1: { PubSub: ServiceClientConstructor } };
    };
    const address = `127.0.0.1:${server.plainPort}`;
    this.#client = new grpcObject.eventbus.v1.PubSub(address, credentials.createInsecure());
    this.metadata.set('accesstoken', server.accessToken);
    this.metadata.set('instanceurl', 'https://127.0.0.1');
    this.metadata.set('tenantid', server.org.id);
  }

  call<Response = Readonly<Record<string, unknown>>>(
    method: 'GetTopic' | 'GetSchema' | 'Publish',
    request: object,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const run = this.#client[method] as (...args: unknown[]) => unknown;
      run.call(
        this.#client,
        request,
        this.metadata,
        (error: ServiceError | null, answer: Response) => {
          if (error === null) resolve(answer);
          else reject(error);
        },
      );
    });
  }

  stream<Response>(
    method: 'Subscribe' | 'PublishStream' | 'ManagedSubscribe',
  ): BareStream<Response> {
    const run = this.#client[method] as (
      metadata: Metadata,
    ) => ClientDuplexStream<object, Response>;
    return new BareStream(run.call(this.#client, this.metadata));
  }

  managed(...requests: readonly object[]): BareStream<ManagedFetchResponse> {
    const stream = this.stream<ManagedFetchResponse>('ManagedSubscribe');
    for (const request of requests) stream.send(request);
    return stream;
  }

  subscribe(...requests: readonly object[]): BareStream<FetchResponse> {
    const stream = this.stream<FetchResponse>('Subscribe');
    for (const request of requests) stream.send(request);
    return stream;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

export class BareStream<Response> {
  readonly received: Response[] = [];
  /** The error the stream ended with, or null for an orderly end. */
  readonly ended: Promise<ServiceError | null>;
  /** The server took the first request. */
  readonly opened: Promise<void>;
  readonly #call: ClientDuplexStream<object, Response>;
  #waiting: { count: number; resolve: () => void }[] = [];

  constructor(call: ClientDuplexStream<object, Response>) {
    this.#call = call;
    this.opened = new Promise((resolve) => void call.on('metadata', () => resolve()));
    call.on('data', (response: Response) => {
      this.received.push(response);
      for (const each of this.#waiting) if (this.received.length >= each.count) each.resolve();
    });
    this.ended = new Promise((resolve) => {
      call.on('error', (error: ServiceError) => resolve(error));
      call.on('end', () => resolve(null));
    });
  }

  /** From now on. */
  onResponse(listener: (response: Response) => void): void {
    this.#call.on('data', listener);
  }

  send(request: object): void {
    this.#call.write(request);
  }

  cancel(): void {
    this.#call.cancel();
  }

  /** The first `count` responses, once they are there; rejects if the stream ends before. */
  async first(count: number): Promise<readonly Response[]> {
    const enough = new Promise<void>((resolve) => {
      if (this.received.length >= count) resolve();
      else this.#waiting.push({ count, resolve });
    });
    await Promise.race([enough, this.ended]);
    if (this.received.length < count) {
      throw new Error(
        `ended after ${this.received.length} responses: ${(await this.ended)?.message}`,
      );
    }
    return this.received.slice(0, count);
  }
}
