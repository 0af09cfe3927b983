/**
 * Goal: a source killed at any instant loses nothing (Invariants 1, 3, 9) and commits upstream only
 * what is durable (Invariant 2).
 * Method: the real loop over 40 events of one to three records. Each step that leaves the process (a
 * poll, a produce before, within and after, an offset write before and after) may be the last one of
 * this life: from there on the process does nothing more. The next life starts from the stored
 * position. Random places, several lives, then one that isn't killed. Failures print their seed.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/foundation/errors.ts';
import { ManualClock, turn } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { text } from './harness.ts';
import { event, numberOf, quiet, sourceTask, TestOffsets, TOPIC } from './source-harness.ts';

const EVENTS = 40;
const sizeOf = (n: number): number => 1 + (n % 3);

interface World {
  /** What was seen and must not be. */
  readonly wrong: string[];
  readonly kafka: MemoryKafka;
  readonly offsets: TestOffsets;
}

/** One life of the process; it ends at step `killAt`, or when the last event is committed. */
async function live(
  world: World,
  killAt: number,
  batchSize: number,
  flushEvery: number,
): Promise<void> {
  const { kafka, offsets, wrong } = world;
  const clock = new ManualClock();
  let steps = 0;
  const alive = (): boolean => steps < killAt;
  const step = (): void => {
    if (++steps >= killAt) throw new AppError('fatal', 'test.killed', 'killed');
  };
  const inKafka = (): number => {
    const there = new Set(kafka.records(TOPIC).map(({ value }) => text(value)));
    const missing = Array.from({ length: EVENTS }, (_, n) => n).find((n) =>
      event(n, sizeOf(n)).some(({ value }) => !there.has(String(value))),
    );
    return (missing ?? EVENTS) - 1;
  };
  kafka.beforeSend = async (records) => {
    step();
    await turn();
    const half = Math.floor(records.length / 2);
    // Killed within a produce: a part of the batch is in the log all the same.
    for (const record of records.slice(0, alive() && steps + 1 >= killAt ? half : 0)) {
      kafka.append(record);
    }
    step();
  };
  offsets.before = (n) => {
    step();
    if (n > inKafka()) wrong.push(`position ${n} is stored, Kafka has ${inKafka()}`);
    if (n < offsets.n) wrong.push(`position ${n} is stored after ${offsets.n}`);
  };
  offsets.after = step;
  let next = offsets.n + 1;
  const task = sourceTask({
    clock,
    kafka,
    offsets,
    poll: (signal) => {
      step();
      if (next >= EVENTS) return quiet(signal);
      const from = next;
      next = Math.min(EVENTS, from + batchSize);
      const events = Array.from({ length: next - from }, (_, i) => from + i);
      return { records: events.flatMap((n) => event(n, sizeOf(n))) };
    },
    onCommitted: (positions) => {
      for (const n of positions.map(numberOf)) {
        if (n > offsets.n) wrong.push(`position ${n} is told, ${offsets.n} is stored`);
      }
    },
  });
  task.start();
  for (let i = 0; i < 500 && alive() && offsets.n < EVENTS - 1; i++) {
    await clock.advance(flushEvery);
  }
  await task.stop();
}

it('loses nothing and skips nothing, wherever it is killed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 50, max: 1_500 }),
      async (kills, batchSize, flushEvery) => {
        const world = { kafka: new MemoryKafka(), offsets: new TestOffsets(), wrong: [] };
        for (const kill of kills) await live(world, kill, batchSize, flushEvery);
        await live(world, Infinity, batchSize, flushEvery);
        expect(world.wrong).toEqual([]);
        const values = world.kafka.records(TOPIC).map(({ value }) => text(value));
        const all = Array.from({ length: EVENTS }, (_, n) => event(n, sizeOf(n)))
          .flat()
          .map(({ value }) => String(value));
        // Repeats are allowed; the first appearance of each is complete and in order.
        expect([...new Set(values)]).toEqual(all);
        expect(world.offsets.n).toBe(EVENTS - 1);
        expect(world.offsets.history).toEqual(world.offsets.history.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 150 },
  );
});
