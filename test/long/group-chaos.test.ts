/**
 * Goal: a group of three workers with 20 connectors and 60 tasks comes through kills, pauses, broker restarts and changes with all of
 * its work running, evenly shared, every record delivered, and those of exactly-once sources once (Invariants 3, 9, 10).
 * Method: one blow after another for a minute (`HEADWATER_CHAOS_MINUTES`), lines being written meanwhile; then all is counted.
 * What was found is written to docs/evidence/group-chaos.md. `HEADWATER_SEED` repeats the order of the blows.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Chaos, SETTLE_MS } from '../support/chaos.ts';
import { writeEvidence } from '../support/evidence.ts';
import { KafkaCluster } from '../support/kafka-cluster.ts';
import { seededRandom } from '../support/random.ts';
import { hasJvm } from '../support/stack.ts';

const MINUTE_MS = 60_000;
const MINUTES = Number(process.env['HEADWATER_CHAOS_MINUTES'] ?? 1);

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

  test(
    'a group comes through kills, pauses, broker restarts and changes whole',
    { timeout: MINUTES * MINUTE_MS + 4 * SETTLE_MS },
    async () => {
      const random = seededRandom();
      await using chaos = new Chaos(kafka, random);
      const begun = performance.now();
      try {
        await chaos.open();
        await chaos.hurt(MINUTES * MINUTE_MS);
        await chaos.recover();
      } finally {
        writeEvidence('group-chaos', {
          what: 'Three workers with 20 connectors and 60 tasks were killed, stopped by signals, reconfigured and restarted, and one of their three brokers each time, one blow after another, while lines were written to the files of ten exactly-once sources. To pass, in the end every task is RUNNING on a worker that lives, no worker has two tasks more than another, a reader of committed records finds every line once, and every line has come through each of ten sinks; lines that came more than once through a sink are counted.',
          seed: random.seed,
          seconds: (performance.now() - begun) / 1_000,
          ok: chaos.isWhole,
          counts: chaos.counts,
        });
      }
      expect(chaos.counts).toMatchObject({ lost: 0, publishedTwice: 0 });
      expect(chaos.isWhole).toBe(true);
    },
  );
});
