/** The Pub/Sub API's calls over gRPC. Knows credentials and bytes; positions and retries are `subscription.ts`'s. */
import { Client, connectivityState, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import type { Clock } from '../../../src/sdk/index.ts';
import { PubSubError, toPubSubError } from './errors.ts';
import { decodeFetch, decodeSchema, decodeTopic, encodeFetch, encodeName } from './messages.ts';
import type { FetchResponse, SchemaInfo, Start, TopicInfo } from './messages.ts';

export const DEFAULT_ENDPOINT = 'api.pubsub.salesforce.com:7443';

/** Who calls. Asked for each call: a refreshed token is used from the next one on. */
export interface CallerIdentity {
  readonly accessToken: string;
  readonly instanceUrl: string;
  /** 18 characters. */
  readonly orgId: string;
}

export interface ClientOptions {
  /** `host:port` (TLS) or `http://host:port` (plaintext). */
  readonly endpoint: string;
  /** PEM of the authorities to trust beside none other. */
  readonly ca?: Buffer | undefined;
  readonly identity: () => CallerIdentity;
  readonly clock: Pick<Clock, 'now' | 'timer'>;
}

/** What a stream tells; after `ended` nothing follows. */
export interface StreamListener {
  /** The server took the stream up; some say so with their first message only. */
  accepted?(): void;
  message(response: FetchResponse): void;
  /** undefined: the server ended it in order. */
  ended(error: PubSubError | undefined): void;
}

export interface FetchStream {
  /** Adds to the credit. */
  request(credit: number): void;
  /** Ends it without a further word to the listener. */
  cancel(): void;
}

/** A ping that isn't answered for this long means the connection is gone. With `PING_MS` below 30 s (Invariant 10). */
const PING_TIMEOUT_MS = 15_000;
const PING_MS = 10_000;
/**
 * A connection that isn't made by then won't be: something accepts and says nothing, which gRPC would wait for without
 * end. gRPC's own bound in other languages; below 30 s (Invariant 10).
 */
const CONNECT_TIMEOUT_MS = 20_000;
/** Salesforce's responses are up to 4 MB. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
/** HTTP/2's default of 64 KB is less than 100 events: each window would cost a round trip more. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Of GetTopic and GetSchema. */
const CALL_TIMEOUT_MS = 30_000;

const SERVICE = '/eventbus.v1.PubSub';
const verbatim = (bytes: Buffer): Buffer => bytes;

export class PubSubClient implements Disposable {
  readonly #open: () => Client;
  readonly #identity: () => CallerIdentity;
  readonly #clock: ClientOptions['clock'];
  #client: Client;

  constructor(options: ClientOptions) {
    const plain = options.endpoint.startsWith('http://');
    const address = options.endpoint.replace(/^https?:\/\//, '').replace(/\/$/, '');
    const channel = plain
      ? credentials.createInsecure()
      : credentials.createSsl(options.ca ?? null);
    this.#identity = options.identity;
    this.#clock = options.clock;
    const settings = {
      'grpc.keepalive_time_ms': PING_MS,
      'grpc.keepalive_timeout_ms': PING_TIMEOUT_MS,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc-node.flow_control_window': WINDOW_BYTES,
      // Retries are the subscription's, counted and bounded.
      'grpc.enable_retries': 0,
      'grpc.initial_reconnect_backoff_ms': 500,
      'grpc.max_reconnect_backoff_ms': 10_000,
      // A connection of its own: two clients of one process don't fail together.
      'grpc.use_local_subchannel_pool': 1,
    };
    this.#open = () => new Client(address, channel, settings);
    this.#client = this.#open();
  }

  get isConnected(): boolean {
    return this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** Opens a stream and asks for the first `credit` events. */
  subscribe(topic: string, start: Start, credit: number, listener: StreamListener): FetchStream {
    const client = this.#client;
    const stream: ClientDuplexStream<Buffer, FetchResponse> = client.makeBidiStreamRequest(
      `${SERVICE}/Subscribe`,
      verbatim,
      decodeFetch,
      this.#metadata(),
    );
    let over = false;
    const end = (error: PubSubError | undefined): void => {
      if (over) return;
      over = true;
      connecting[Symbol.dispose]();
      listener.ended(error);
    };
    const connecting = this.#clock.timer(CONNECT_TIMEOUT_MS, () => {
      if (over || !isConnecting(client)) return;
      end(notConnected());
      stream.cancel();
      this.#reconnect(client);
    });
    stream.on('metadata', () => {
      if (!over) listener.accepted?.();
    });
    stream.on('data', (response: FetchResponse) => {
      if (!over) listener.message(response);
    });
    stream.on('error', (error: ServiceError) => end(toPubSubError(error)));
    stream.on('end', () => end(undefined));
    stream.write(encodeFetch(topic, start, credit));
    return {
      request: (more) => {
        if (!over) stream.write(encodeFetch(topic, undefined, more));
      },
      cancel: () => {
        over = true;
        connecting[Symbol.dispose]();
        stream.cancel();
      },
    };
  }

  getTopic(topic: string, signal?: AbortSignal): Promise<TopicInfo> {
    return this.#unary('GetTopic', encodeName(topic), decodeTopic, signal);
  }

  getSchema(schemaId: string, signal?: AbortSignal): Promise<SchemaInfo> {
    return this.#unary('GetSchema', encodeName(schemaId), decodeSchema, signal);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #unary<T>(
    method: string,
    request: Buffer,
    decode: (bytes: Buffer) => T,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.now() + CALL_TIMEOUT_MS;
      const client = this.#client;
      const call = client.makeUnaryRequest(
        `${SERVICE}/${method}`,
        verbatim,
        decode,
        request,
        this.#metadata(),
        { deadline },
        (error, answer) => {
          signal?.removeEventListener('abort', cancel);
          if (error !== null) {
            if (error.code === status.DEADLINE_EXCEEDED && isConnecting(client)) {
              this.#reconnect(client);
            }
            reject(toPubSubError(error));
          } else if (answer === undefined) {
            reject(new PubSubError('retriable', status[status.INTERNAL], `${method}: no answer`));
          } else resolve(answer);
        },
      );
      const cancel = (): void => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** By a new connection; calls that wait for the stuck one end. */
  #reconnect(stuck: Client): void {
    if (this.#client !== stuck) return;
    this.#client = this.#open();
    stuck.close();
  }

  #metadata(): Metadata {
    const { accessToken, instanceUrl, orgId } = this.#identity();
    const metadata = new Metadata();
    metadata.set('accesstoken', accessToken);
    metadata.set('instanceurl', instanceUrl);
    metadata.set('tenantid', orgId);
    return metadata;
  }
}

function isConnecting(client: Client): boolean {
  return client.getChannel().getConnectivityState(false) === connectivityState.CONNECTING;
}

function notConnected(): PubSubError {
  const message = `The connection wasn't made within ${CONNECT_TIMEOUT_MS / 1000} s.`;
  return new PubSubError('retriable', 'UNAVAILABLE', message);
}
