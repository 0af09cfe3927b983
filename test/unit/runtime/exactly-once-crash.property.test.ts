/**
 * Goal: whatever a source's lives come to, a reader of committed records finds each record once and in order (KIP-618).
 * Method: the real loop over 40 events of one to three records. A life is killed at a step (before or after it reaches Kafka; a
 * commit whose answer is lost among them), or is stopped there as by a signal: then the next life takes hold of the id, and
 * the one before wakes up amid it and goes on with what it had in hand. Random places, boundaries and batches; then one
 * life that is let be. Failures print their seed.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/foundation/errors.ts';
import type { TaskRunner } from '../../../src/runtime/task-runner.ts';
import type { Boundary } from '../../../src/runtime/transaction-segments.ts';
import { ManualClock, turn } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryTransactions } from '../../support/memory-transactions.ts';
import { exactlyOnceTask, published, storedPosition } from './exactly-once-harness.ts';
import { event, numberOf, quiet } from './source-harness.ts';

const EVENTS = 40;
const sizeOf = (n: number): number => 1 + (n % 3);
const ALL = Array.from({ length: EVENTS }, (_, n) => event(n, sizeOf(n)))
  .flat()
  .map(({ value }) => String(value));

interface World {
  readonly kafka: MemoryKafka;
  readonly transactions: MemoryTransactions;
  /** Lives that were stopped by a signal: each wakes up when called. */
  readonly sleeping: (() => void)[];
  readonly tasks: TaskRunner[];
  readonly wrong: string[];
}

interface Life {
  readonly endsAt: number;
  /** Killed, or stopped as by SIGSTOP. */
  readonly how: 'killed' | 'stopped';
  readonly batchSize: number;
  readonly boundary: Boundary;
}

/** Resolves when it has ended, or everything is committed. Those asleep wake up at its third step. */
async function live(world: World, { endsAt, how, batchSize, boundary }: Life): Promise<void> {
  const { kafka, transactions, wrong, sleeping, tasks } = world;
  const clock = new ManualClock();
  const earlier = sleeping.splice(0);
  const wakeEarlier = (): void => {
    for (const wake of earlier) wake();
  };
  let steps = 0;
  let asleep: Promise<void> | undefined;
  const step = async (): Promise<void> => {
    steps += 1;
    if (steps === 3) wakeEarlier();
    if (steps < endsAt) return;
    if (how === 'killed') throw new AppError('fatal', 'test.killed', 'killed');
    asleep ??= new Promise((wake) => sleeping.push(wake));
    await asleep;
  };
  // This life's producer alone meets these steps: those of lives before keep their own.
  const own = new MemoryTransactions(kafka, transactions);
  own.at = step;
  let next = 0;
  const task = exactlyOnceTask({
    kafka,
    transactions: own,
    clock,
    boundary,
    onOpen: () => void (next = storedPosition(kafka) + 1),
    poll: async (signal) => {
      await step();
      if (next >= EVENTS) return await quiet(signal);
      const from = next;
      next = Math.min(EVENTS, from + batchSize);
      const events = Array.from({ length: next - from }, (_, i) => from + i);
      const records = events.flatMap((n) => event(n, sizeOf(n)));
      return { records, transactionEnds: [{ after: records.length, how: 'commit' }] };
    },
    onCommitted: (positions) => {
      for (const n of positions.map(numberOf)) {
        if (n > storedPosition(kafka)) wrong.push(`position ${n} is told before it is stored`);
      }
    },
  });
  tasks.push(task);
  task.start();
  const isOver = (): boolean =>
    asleep !== undefined || task.state.phase === 'FAILED' || storedPosition(kafka) === EVENTS - 1;
  for (let i = 0; i < 400 && !isOver(); i += 1) {
    await clock.advance(200);
    await turn();
  }
  wakeEarlier();
  if (asleep === undefined) await task.stop();
}

const boundaries = fc.constantFrom<Boundary>(
  { kind: 'poll' },
  { kind: 'connector' },
  { kind: 'interval', everyMs: 300 },
);
const lives = fc.record({
  endsAt: fc.integer({ min: 1, max: 60 }),
  how: fc.constantFrom('killed' as const, 'stopped' as const),
  batchSize: fc.integer({ min: 1, max: 9 }),
  boundary: boundaries,
});

it('publishes each record once and in order, wherever its lives are killed or put to sleep', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lives, { maxLength: 6 }), lives, async (hurt, last) => {
      const kafka = new MemoryKafka();
      const transactions = new MemoryTransactions(kafka);
      const world: World = { kafka, transactions, sleeping: [], tasks: [], wrong: [] };
      for (const life of hurt) await live(world, life);
      await live(world, { ...last, endsAt: Infinity });
      for (const wake of world.sleeping) wake();
      await Promise.all(world.tasks.map((task) => task.stop()));
      expect(published(kafka)).toEqual(ALL);
      expect(storedPosition(kafka)).toBe(EVENTS - 1);
      expect(world.wrong).toEqual([]);
    }),
    { numRuns: 120 },
  );
});
