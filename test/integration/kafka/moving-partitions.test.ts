/**
 * Goal: partitions that move from broker to broker lose nothing: what was acked is there, in its order, and whoever follows the topic
 * meets every record (Invariants 1, 3, 5).
 * Method: three brokers, each killed or stopped in turn, while both clients write batches over all partitions and follow what they write.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka, KafkaProducer, OutRecord } from '../../../src/kafka/port.ts';
import { KafkaCluster } from '../../support/kafka-cluster.ts';
import { hasJvm } from '../../support/stack.ts';

const PARTITIONS = 6;
const BATCH = 60;
/** Between two batches: some are on their way when a broker ends. */
const PAUSE_MS = 20;
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const;
const { signal } = new AbortController();

/** Writes numbers until `over`; a batch that failed is sent again, as the runtime does. Returns how many. */
async function write(producer: KafkaProducer, topic: string, over: AbortSignal): Promise<number> {
  let count = 0;
  while (!over.aborted) {
    const batch = Array.from({ length: BATCH }, (_, i): OutRecord => ({
      topic,
      partition: (count + i) % PARTITIONS,
      key: null,
      value: Buffer.from(String(count + i)),
      headers: [],
    }));
    for (let isSent = false; !isSent;) {
      isSent = await producer.send(batch).then(
        () => true,
        () => false,
      );
    }
    count += BATCH;
    await systemClock.sleep(PAUSE_MS);
  }
  return count;
}

/** What a follower has met, by partition: numbers, and their offsets. */
async function follow(kafka: GroupKafka, topic: string) {
  const met = Array.from({ length: PARTITIONS }, () => ({
    numbers: [] as number[],
    offsets: [] as bigint[],
  }));
  const tail = await kafka.tail(
    {
      topic,
      clientId: `${topic}-tail`,
      onRecord: ({ partition, offset, value }) => {
        met[partition]?.numbers.push(Number(Buffer.from(value ?? []).toString()));
        met[partition]?.offsets.push(offset);
      },
      onTrouble: () => undefined,
    },
    signal,
  );
  return { met, tail };
}

describe.skipIf(!hasJvm)('three brokers', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await KafkaCluster.start();
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  test(
    'that are restarted in turn lose nothing of either client',
    { timeout: 240_000 },
    async () => {
      const over = new AbortController();
      await using opened = new AsyncDisposableStack();
      // All is open before the first broker ends.
      const ready = await Promise.all(
        KAFKA_CLIENTS.map(async (client) => {
          const properties = { 'bootstrap.servers': cluster.addresses, 'kafka.client': client };
          const kafka = opened.use(await openKafka(properties, silentLog, systemClock));
          const shape = { partitions: PARTITIONS, replicationFactor: cluster.size, config: {} };
          await kafka.admin.createTopic({ topic: client, ...shape });
          const { met, tail } = await follow(kafka, client);
          opened.use(tail);
          const producer = opened.use(await kafka.producer({ clientId: client }));
          return { client, producer, met, tail };
        }),
      );
      const writing = ready.map(({ producer, client }) => write(producer, client, over.signal));
      for (const [broker, how] of SIGNALS.entries()) await cluster.restart(broker, how);
      over.abort();
      const counts = await Promise.all(writing);
      for (const [at, { client, met, tail }] of ready.entries()) {
        const count = counts[at] ?? 0;
        await tail.readToEnd(signal);
        expect(count, client).toBeGreaterThan(BATCH * SIGNALS.length);
        for (const [partition, { numbers, offsets }] of met.entries()) {
          const what = `${client}, partition ${partition}`;
          expect(offsets, what).toEqual(offsets.map((_, n) => BigInt(n)));
          // Each once in its order; a batch that failed may be there again.
          const firsts = [...new Set(numbers)];
          const written = Array.from(
            { length: count / PARTITIONS },
            (_, n) => n * PARTITIONS + partition,
          );
          expect(firsts, what).toEqual(written);
        }
      }
    },
  );
});
