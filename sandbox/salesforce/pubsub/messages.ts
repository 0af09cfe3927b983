import { join } from 'node:path';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** The messages of `pubsub_api.proto` as handlers see them. */
export interface TopicRequest {
  readonly topic_name: string;
}

export interface SchemaRequest {
  readonly schema_id: string;
}

export interface FetchRequest {
  readonly topic_name: string;
  readonly replay_preset: 'LATEST' | 'EARLIEST' | 'CUSTOM';
  readonly replay_id: Buffer;
  readonly num_requested: number;
}

export interface CommitReplayRequest {
  readonly commit_request_id: string;
  readonly replay_id: Buffer;
}

export interface ManagedFetchRequest {
  readonly subscription_id: string;
  readonly developer_name: string;
  readonly num_requested: number;
  readonly auth_refresh: string;
  readonly commit_replay_id_request: CommitReplayRequest | null;
}

/** A CommitReplayResponse. */
export interface CommitAnswer {
  readonly commit_request_id: string;
  readonly replay_id: Buffer;
  readonly error: { readonly code: 'COMMIT'; readonly msg: string } | null;
  /** Epoch ms. */
  readonly process_time: number;
}

/** A FetchResponse or ManagedFetchResponse whose events are already encoded (`events/consumer-event.ts`). */
export interface FetchAnswer {
  readonly frames: readonly Buffer[];
  readonly latestReplayId: Buffer;
  readonly rpcId: string;
  readonly pending: number;
  /** Of a ManagedFetchResponse. */
  readonly commit?: CommitAnswer | undefined;
}

export interface ProducerEvent {
  readonly id: string;
  readonly schema_id: string;
  readonly payload: Buffer;
}

export interface PublishRequest {
  readonly topic_name: string;
  readonly events: readonly ProducerEvent[];
}

export interface PublishResult {
  readonly replay_id?: Buffer;
  readonly error?: { readonly code: 'PUBLISH'; readonly msg: string };
  readonly correlation_key: string;
}

export interface PublishResponse {
  readonly results: readonly PublishResult[];
  readonly schema_id: string;
  readonly rpc_id: string;
}

/** The service, with the messages that are sent in masses encoded by hand. */
export function pubSubService(): ServiceDefinition {
  const definition = loadSync(join(import.meta.dirname, 'pubsub_api.proto'), {
    keepCase: true,
    defaults: true,
    enums: String,
    longs: String,
  });
  const service = definition['eventbus.v1.PubSub'] as ServiceDefinition;
  const subscribe = service['Subscribe'] as MethodDefinition<FetchRequest, FetchAnswer>;
  const managed = service['ManagedSubscribe'] as MethodDefinition<ManagedFetchRequest, FetchAnswer>;
  // ManagedFetchResponse is a FetchResponse with one more field, which the library encodes.
  const { responseSerialize: serialize } = managed as MethodDefinition<object, object>;
  const encodeManaged = (answer: FetchAnswer): Buffer => {
    const frame = encodeFetchResponse(answer);
    if (answer.commit === undefined) return frame;
    return Buffer.concat([frame, serialize({ commit_response: answer.commit })]);
  };
  return {
    ...service,
    Subscribe: { ...subscribe, responseSerialize: encodeFetchResponse },
    ManagedSubscribe: { ...managed, responseSerialize: encodeManaged },
  };
}

const LATEST_REPLAY_ID = (2 << 3) | 2;
const RPC_ID = (3 << 3) | 2;
const PENDING_NUM_REQUESTED = (4 << 3) | 0;

/** `pending` is at most 100: one byte. Ids are shorter than 128. */
export function encodeFetchResponse(answer: FetchAnswer): Buffer {
  const { frames, latestReplayId, rpcId, pending } = answer;
  const pendingField = pending === 0 ? [] : [PENDING_NUM_REQUESTED, pending];
  const rest = Buffer.from([
    LATEST_REPLAY_ID,
    latestReplayId.length,
    ...latestReplayId,
    RPC_ID,
    rpcId.length,
    ...Buffer.from(rpcId, 'latin1'),
    ...pendingField,
  ]);
  return Buffer.concat([...frames, rest]);
}
