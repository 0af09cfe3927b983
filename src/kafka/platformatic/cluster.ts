import {
  ConnectionPool,
  findCoordinatorV4,
  metadataV12,
  MultipleErrors,
  ProtocolError,
  type API,
  type Broker,
  type Connection,
} from '@platformatic/kafka';
import { backoffMs } from '../../foundation/backoff.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { WireOptions } from './client.ts';
import { isRetriable, nameOf } from './errors.ts';

/** Where a topic's partitions are led. */
export interface Layout {
  readonly id: string;
  /** Node ids, by partition. */
  readonly leaders: readonly number[];
}

export const GROUP = 0;
export const TRANSACTION = 1;
type CoordinatorType = typeof GROUP | typeof TRANSACTION;

/**
 * Tries of a call, 1 to 2.5 s together: enough to ride out a leader election, few enough that the runtime's policy
 * (which counts, shows and bounds them) takes over soon.
 */
const ATTEMPTS = 6;
const BACKOFF = { initialMs: 100, maxMs: 1_000 } as const;
/** The JVM clients' metadata.max.age.ms. */
const METADATA_MAX_AGE_MS = 300_000;

/** The brokers: who leads and who coordinates what, and a connection to each. Has connections of its own. */
export class Cluster {
  readonly #pool: ConnectionPool;
  readonly #bootstrap: readonly Broker[];
  readonly #clock: Clock;
  readonly #nodes = new Map<number, Broker>();
  readonly #layouts = new Map<string, Layout & { readonly readAt: number }>();
  readonly #coordinators = new Map<string, number>();
  readonly #closing = new AbortController();
  /** What a connection died of last. */
  #failure: Error | undefined;

  constructor({ clientId, bootstrap, connection }: WireOptions, clock: Clock) {
    this.#pool = new ConnectionPool(clientId, connection);
    // Calls are told that their connection closed, but not why; and an error without a listener would end the process.
    this.#pool.on('connecting', ({ connection: started }) => {
      started.on('error', (error) => (this.#failure = error));
    });
    this.#bootstrap = bootstrap;
    this.#clock = clock;
  }

  /** One call of the protocol at a node; at any where none is named. */
  async call<Request extends unknown[], Response>(
    node: number | undefined,
    api: API<Request, Response>,
    ...request: Request
  ): Promise<Response> {
    return await api.async(await this.connection(node), ...request);
  }

  async connection(node: number | undefined): Promise<Connection> {
    if (node === undefined) {
      return await this.#pool.getFirstAvailable([...this.#bootstrap, ...this.#nodes.values()]);
    }
    let broker = this.#nodes.get(node);
    if (broker === undefined) await this.describe([]);
    broker = this.#nodes.get(node);
    if (broker === undefined) throw new ProtocolError('LEADER_NOT_AVAILABLE');
    return await this.#pool.get(broker);
  }

  /** Asks a broker for the topics' metadata; null stands for all topics. Rejects for one that isn't there. */
  async describe(topics: readonly string[] | null): Promise<{
    readonly clusterId: string;
    readonly topics: ReadonlyMap<string, Layout>;
  }> {
    const asked = topics === null ? null : [...topics];
    const answer = await this.call(undefined, metadataV12.api, asked, false, false);
    for (const { nodeId, host, port } of answer.brokers) this.#nodes.set(nodeId, { host, port });
    const layouts = new Map<string, Layout>();
    for (const { name, topicId, partitions } of answer.topics) {
      const leaders: number[] = [];
      for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
      if (typeof name === 'string') layouts.set(name, { id: topicId, leaders });
    }
    return { clusterId: answer.clusterId ?? '', topics: layouts };
  }

  /** As known here; asks when nothing is, or for too long. */
  async layout(topic: string): Promise<Layout> {
    const known = this.#layouts.get(topic);
    const now = this.#clock.monotonic();
    if (known !== undefined && now - known.readAt < METADATA_MAX_AGE_MS) return known;
    const found = (await this.describe([topic])).topics.get(topic);
    if (found === undefined) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION');
    this.#layouts.set(topic, { ...found, readAt: now });
    return found;
  }

  async coordinator(type: CoordinatorType, key: string): Promise<number> {
    const known = this.#coordinators.get(`${type} ${key}`);
    if (known !== undefined) return known;
    const { coordinators } = await this.call(undefined, findCoordinatorV4.api, type, [key]);
    const [found] = coordinators;
    if (found === undefined) throw new ProtocolError('COORDINATOR_NOT_AVAILABLE');
    this.#nodes.set(found.nodeId, { host: found.host, port: found.port });
    this.#coordinators.set(`${type} ${key}`, found.nodeId);
    return found.nodeId;
  }

  /** Leaders and coordinators are asked for anew. */
  forget(): void {
    this.#layouts.clear();
    this.#coordinators.clear();
  }

  /** Tries again where that may help, with what is known of the cluster read anew. */
  async retry<T>(work: () => Promise<T>, attempts = ATTEMPTS): Promise<T> {
    const { signal } = this.#closing;
    for (let attempt = 1; ; attempt++) {
      this.#failure = undefined;
      try {
        return await work();
      } catch (error) {
        this.forget();
        if (!isRetriable(error) || attempt >= attempts || signal.aborted) {
          throw this.#withCause(error);
        }
        await this.#clock.sleep(backoffMs(attempt, BACKOFF), signal).catch(() => undefined);
      }
    }
  }

  #withCause(error: unknown): unknown {
    const failure = this.#failure;
    if (failure === undefined || nameOf(error) !== undefined || !(error instanceof Error)) {
      return error;
    }
    return new MultipleErrors(error.message, [failure, error]);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the connections to Kafka are closed'));
    await this.#pool.close();
  }
}

/** What is wanted of each node: calls go to leaders. */
export async function byLeader<T extends { readonly topic: string; readonly partition: number }>(
  cluster: Cluster,
  wanted: readonly T[],
): Promise<ReadonlyMap<number, readonly T[]>> {
  const groups = new Map<number, T[]>();
  for (const each of wanted) {
    const leader = (await cluster.layout(each.topic)).leaders[each.partition];
    if (leader === undefined) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION');
    if (leader < 0) throw new ProtocolError('LEADER_NOT_AVAILABLE');
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [each]);
    else group.push(each);
  }
  return groups;
}
