import type { RawRecord } from '../../data/record.ts';
import type { Measures } from '../../foundation/measures.ts';
import type { Labels } from '../../foundation/metrics.ts';
import type { ConsumerOptions, KafkaConsumer } from '../port.ts';
import { bytesRead } from './bytes.ts';
import { overriding } from '../../foundation/overriding.ts';

const FETCH = 'kafka_consumer_consumer_fetch_manager_metrics_';
const COORDINATOR = 'kafka_consumer_consumer_coordinator_metrics_';
const CONSUMER = 'kafka_consumer_consumer_metrics_';

/** What a consumer is told from outside its calls. */
export interface Heard {
  lastRebalance: number | undefined;
}

/** Measures what the group does to the consumer. */
export function meteredOptions(
  options: ConsumerOptions,
  client: Measures,
): { heard: Heard; callbacks: Pick<ConsumerOptions, 'onAssigned' | 'onRevoked'> } {
  const heard: Heard = { lastRebalance: undefined };
  const rebalances = client.counted(`${COORDINATOR}rebalance`, 'Assignments by the group');
  const latency = (what: 'assigned' | 'revoked'): ((ms: number) => void) => {
    const name = `${COORDINATOR}partition_${what}_latency`;
    const help = `Time the task took for partitions that were ${what}, ms`;
    const times = client.averaged([`${name}_avg`, `${name}_max`], help);
    return (ms) => times.set(ms);
  };
  const assigned = latency('assigned');
  const revoked = latency('revoked');
  return {
    heard,
    callbacks: {
      onAssigned: (partitions) => {
        rebalances.add();
        heard.lastRebalance = client.clock.monotonic();
        return client.timed(assigned, () => options.onAssigned(partitions));
      },
      onRevoked: (partitions) => client.timed(revoked, () => options.onRevoked(partitions)),
    },
  };
}

export function meteredConsumer(
  consumer: KafkaConsumer,
  client: Measures,
  heard: Heard,
): KafkaConsumer {
  const polled = polls(client);
  const commits = client.counted(`${COORDINATOR}commit`, 'Offset commits');
  const latency = client.averaged(
    [`${COORDINATOR}commit_latency_avg`, `${COORDINATOR}commit_latency_max`],
    'Time of one offset commit, ms',
  );
  state(consumer, client, heard);
  return overriding(consumer, {
    poll: async (maxRecords, maxWaitMs, signal) => {
      polled.begins();
      const records = await consumer.poll(maxRecords, maxWaitMs, signal);
      polled.brought(records);
      return records;
    },
    commit: (offsets) => {
      commits.add();
      return client.timed(
        (ms) => latency.set(ms),
        () => consumer.commit(offsets),
      );
    },
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
      await consumer[Symbol.asyncDispose]();
    },
  });
}

/** A fetch is a poll that brought records. */
function polls(client: Measures): {
  begins(): void;
  brought(records: readonly RawRecord[]): void;
} {
  const records = client.counted(`${FETCH}records_consumed`, 'Records consumed');
  const bytes = client.counted(`${FETCH}bytes_consumed`, 'Bytes of keys and values read');
  const incoming = client.counted(`${CONSUMER}incoming_byte`, 'Bytes of keys and values read');
  const fetches = client.counted(`${FETCH}fetch`, 'Polls that brought records');
  const size = client.averaged([`${FETCH}fetch_size_avg`, `${FETCH}fetch_size_max`], 'Their bytes');
  const perFetch = client.sampled();
  client.gauge(`${FETCH}records_per_request_avg`, 'Their records.', () => perFetch.average());
  const between = client.averaged(
    [`${CONSUMER}time_between_poll_avg`, `${CONSUMER}time_between_poll_max`],
    'Time between two polls, ms',
  );
  let last: number | undefined;
  const sinceLast = (): number =>
    last === undefined ? Number.NaN : (client.clock.monotonic() - last) / 1_000;
  client.gauge(`${CONSUMER}last_poll_seconds_ago`, 'Since the last poll.', sinceLast);
  return {
    begins: () => {
      const now = client.clock.monotonic();
      if (last !== undefined) between.set(now - last);
      last = now;
    },
    brought: (found) => {
      if (found.length === 0) return;
      const total = bytesRead(found);
      records.add(found.length);
      bytes.add(total);
      incoming.add(total);
      fetches.add();
      size.set(total);
      perFetch.record(found.length);
    },
  };
}

function state(consumer: KafkaConsumer, client: Measures, heard: Heard): void {
  const { metrics, clock } = client;
  client.gauge(`${COORDINATOR}assigned_partitions`, 'Partitions owned.', () => {
    return consumer.assignment().length;
  });
  client.gauge(`${COORDINATOR}last_rebalance_seconds_ago`, 'Since the last assignment.', () =>
    heard.lastRebalance === undefined
      ? Number.NaN
      : (clock.monotonic() - heard.lastRebalance) / 1_000,
  );
  client.gauge(`${FETCH}records_lag_max`, 'Of the partition furthest behind, records.', () =>
    Math.max(0, ...[...consumer.lag().values()].map(Number)),
  );
  const help = 'Records behind the end of a partition.';
  client.keep(
    metrics.observedGauges(`${FETCH}records_lag`, help, ['topic', 'partition'], () =>
      [...consumer.lag()].map(([key, lag]) => ({ labels: placeOf(key), value: Number(lag) })),
    ),
  );
}

/** `orders-eu-3`: partition 3 of `orders-eu`. */
function placeOf(key: string): Labels {
  const cut = key.lastIndexOf('-');
  return { topic: key.slice(0, cut), partition: key.slice(cut + 1) };
}
