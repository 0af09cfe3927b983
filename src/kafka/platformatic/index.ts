import type { Clock } from '../../foundation/clock.ts';
import type { ClientProperties } from '../connection.ts';
import { consumerSettings } from '../consumer-settings.ts';
import type { GroupKafka } from '../port.ts';
import { PlatformaticAdmin } from './admin.ts';
import { JVM_PROTOCOL, PROTOCOL } from '../consumer-protocol.ts';
import { wireOptions } from './client.ts';
import { Cluster } from './cluster.ts';
import { PlatformaticConsumer } from './consumer.ts';
import { PlatformaticGroupMember } from './group-member.ts';
import { readToEnd } from './log-reader.ts';
import { PlatformaticProducer } from './producer.ts';
import { PlatformaticTopicTail } from './topic-tail.ts';
import { PlatformaticTransactionalProducer } from './transactions.ts';

/** How long a rebalance waits for the members of a consumer group. */
const REBALANCE_TIMEOUT_MS = 60_000;
/** A member that joins is answered within the rebalance timeout, and somewhat. */
const JOIN_GRACE_MS = 10_000;

/**
 * The port on @platformatic/kafka's connections and requests (decision 0007). Nothing connects before it is used; whoever
 * waits at a broker has connections of its own.
 */
export function platformaticKafka(properties: ClientProperties, clock: Clock): GroupKafka {
  const open = (own: ClientProperties = {}, requestTimeoutMs?: number): Cluster => {
    const options = wireOptions({ ...properties, ...own }, clock);
    if (requestTimeoutMs !== undefined) options.connection.requestTimeout = requestTimeoutMs;
    return new Cluster(options, clock);
  };
  const shared = open();
  const admin = new PlatformaticAdmin(shared, clock);
  return {
    admin,
    producer: (options) => {
      const cluster = open({ ...options.overrides, 'client.id': options.clientId });
      return new PlatformaticProducer(cluster, clock, options).connect();
    },
    consumer: (options) => {
      const own = { ...options.overrides, 'client.id': options.clientId };
      const { sessionTimeoutMs } = consumerSettings(options.overrides);
      const member = new PlatformaticGroupMember(open(own, REBALANCE_TIMEOUT_MS + JOIN_GRACE_MS), {
        groupId: options.groupId,
        clientId: options.clientId,
        protocolType: 'consumer',
        protocol: PROTOCOL,
        alternative: JVM_PROTOCOL,
        sessionTimeoutMs,
        rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      });
      return new PlatformaticConsumer(open(own), member, admin, options, clock).start();
    },
    transactionalProducer: (options) => {
      const cluster = open({ ...options.overrides, 'client.id': options.clientId });
      return new PlatformaticTransactionalProducer(cluster, clock, options);
    },
    groupMember: (options) => {
      const timeout = options.rebalanceTimeoutMs + JOIN_GRACE_MS;
      return new PlatformaticGroupMember(open({ 'client.id': options.clientId }, timeout), options);
    },
    tail: (options, signal) => {
      const cluster = open({ 'client.id': options.clientId });
      return new PlatformaticTopicTail(cluster, shared, clock, options).start(signal);
    },
    readToEnd: async (topic, onRecord, signal) => {
      const cluster = open();
      try {
        await readToEnd(cluster, topic, onRecord, signal);
      } finally {
        await cluster.close();
      }
    },
    [Symbol.asyncDispose]: () => shared.close(),
  };
}
