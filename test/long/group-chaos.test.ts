/**
 * Goal: a group of three workers with 20 connectors and 60 tasks comes through kills, pauses and changes with all of its
 * work running, evenly shared, and every record delivered (Invariants 3, 9, 10).
 * Method: one blow after another for a minute (`HEADWATER_CHAOS_MINUTES`), lines being written meanwhile; then all is counted.
 * What was found is written to docs/evidence/group-chaos.md. `HEADWATER_SEED` repeats the order of the blows.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { Cluster, LineFile, loads } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { writeEvidence } from '../support/evidence.ts';
import { seededRandom } from '../support/random.ts';

const MINUTE_MS = 60_000;
const MINUTES = Number(process.env['HEADWATER_CHAOS_MINUTES'] ?? 1);
/** Sources have one task, sinks have five: 60 tasks. */
const PAIRS = 10;
const SINK_TASKS = 5;
/** After the last blow: sinks' own groups wait for the sessions of killed consumers. */
const SETTLE_MS = 3 * MINUTE_MS;

const topic = `chaos-${randomUUID()}`;
const folder = mkdtempSync(join(tmpdir(), 'headwater-chaos-'));
const sources = new Map(Array.from({ length: PAIRS }, (_, i) => [`source-${i}`, new LineFile()]));
const sinks = new Map(
  Array.from({ length: PAIRS }, (_, i) => [`sink-${i}`, join(folder, `sink-${i}.txt`)]),
);
const NAMES = [...sources.keys(), ...sinks.keys()];
const written = (): readonly string[] => [...sources.values()].flatMap(({ lines }) => lines);
const linesOf = (path: string): readonly string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
const missing = (path: string): number => {
  const found = new Set(linesOf(path));
  return written().filter((line) => !found.has(line)).length;
};

async function createAll(cluster: Cluster): Promise<void> {
  for (const [name, { path }] of sources) {
    const config = { 'connector.class': 'FileStreamSource', file: path, topic };
    await cluster.request('POST', '/connectors', { name, config });
  }
  for (const [name, file] of sinks) {
    const shape = { 'connector.class': 'FileStreamSink', 'tasks.max': String(SINK_TASKS) };
    const config = { ...shape, topics: topic, file };
    await cluster.request('POST', '/connectors', { name, config });
  }
}

test(
  'a group comes through kills, pauses and changes whole',
  { timeout: MINUTES * MINUTE_MS + 2 * SETTLE_MS + 3 * MINUTE_MS },
  async () => {
    const random = seededRandom();
    await using kafka = kafkaJs(
      { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' },
      silentLog,
      systemClock,
    );
    const shape = { partitions: SINK_TASKS, replicationFactor: -1, config: {} };
    await kafka.admin.createTopic({ topic, ...shape });
    await using cluster = new Cluster();
    await Promise.all([cluster.add(), cluster.add(), cluster.add()]);
    await createAll(cluster);
    await cluster.running(NAMES, SETTLE_MS);

    const begun = performance.now();
    const counts: Record<string, number> = { kills: 0, pauses: 0, changes: 0, restarts: 0 };
    const blows: Readonly<Record<string, () => Promise<unknown>>> = {
      kills: async () => {
        await cluster.kill(random.pick(cluster.workers));
        await cluster.add();
      },
      pauses: async () => {
        const { child } = random.pick(cluster.workers).process;
        child.kill('SIGSTOP');
        await systemClock.sleep(random.below(9_000));
        child.kill('SIGCONT');
      },
      changes: () =>
        cluster.request('PATCH', `/connectors/${random.pick(NAMES)}/config`, {
          'errors.retry.timeout': String(random.below(1_000)),
        }),
      restarts: () =>
        cluster.request('POST', `/connectors/${random.pick(NAMES)}/restart?includeTasks=true`),
    };
    let ok = false;
    try {
      for (let i = 0; performance.now() - begun < MINUTES * MINUTE_MS; i += 1) {
        for (const [name, file] of sources) file.write(`${name} ${i}`);
        const blow = random.pick(Object.keys(blows));
        await blows[blow]?.();
        counts[blow] = (counts[blow] ?? 0) + 1;
      }
      const hurt = performance.now();
      const all = await eventually(
        () => cluster.running(NAMES, SETTLE_MS),
        (statuses) => {
          const shares = [...loads(statuses).values()].map(({ tasks }) => tasks);
          return shares.length === 3 && Math.max(...shares) - Math.min(...shares) <= 1;
        },
        SETTLE_MS,
      );
      counts['settledSeconds'] = Math.round((performance.now() - hurt) / 1_000);
      counts['tasks'] = Object.values(all).reduce((sum, each) => sum + each.status.tasks.length, 0);
      counts['lines'] = written().length;
      await eventually(
        () => [...sinks.values()].map(missing),
        (left) => left.every((count) => count === 0),
        SETTLE_MS,
      );
      const sunk = [...sinks.values()].reduce((sum, path) => sum + linesOf(path).length, 0);
      counts['sunkTwice'] = sunk - PAIRS * written().length;
      ok = counts['tasks'] === PAIRS * (1 + SINK_TASKS);
    } finally {
      writeEvidence('group-chaos', {
        what: 'Three workers with 20 connectors and 60 tasks were killed, stopped by signals, reconfigured and restarted, one blow after another, while lines were written. To pass, in the end every task is RUNNING on a worker that lives, no worker has two tasks more than another, and every line has come through every sink; lines that came more than once are counted.',
        seed: random.seed,
        seconds: (performance.now() - begun) / 1_000,
        ok,
        counts,
      });
    }
    expect(ok).toBe(true);
  },
);
