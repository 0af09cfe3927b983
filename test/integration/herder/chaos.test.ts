/**
 * Goal: a minute of kills, pauses, restarts of brokers and changes leaves a group with all of its work running, evenly shared, and
 * what exactly-once sources published once (Invariants 3, 9, 10).
 * Method: that of `test/long/group-chaos.test.ts`, which goes on for longer and writes down what it found.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Chaos, SETTLE_MS } from '../../support/chaos.ts';
import { KafkaCluster } from '../../support/kafka-cluster.ts';
import { seededRandom } from '../../support/random.ts';
import { hasJvm } from '../../support/stack.ts';

const HURT_MS = 60_000;

describe.skipIf(!hasJvm)('chaos', () => {
  let kafka: KafkaCluster;
  beforeAll(async () => {
    kafka = await KafkaCluster.start();
    vi.stubEnv('KAFKA_BROKERS', kafka.addresses);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await kafka?.[Symbol.asyncDispose]();
  });

  test('for a minute', { timeout: HURT_MS + 4 * SETTLE_MS }, async () => {
    const random = seededRandom();
    console.error(`HEADWATER_SEED=${random.seed}`);
    await using chaos = new Chaos(kafka, random);
    await chaos.open();
    await chaos.hurt(HURT_MS);
    await chaos.recover();
    expect(chaos.counts).toMatchObject({ lost: 0, publishedTwice: 0, tasks: 60 });
  });
});
