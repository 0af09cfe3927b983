/**
 * Goal: what a source polled and how far it has come are committed together or not at all, where its boundary says (KIP-618).
 * Method: the real loop over transactions in memory that a test breaks at a step.
 */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/foundation/errors.ts';
import type { SourceBatch } from '../../../src/sdk/index.ts';
import { ManualClock, untilTurns } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryTransactions } from '../../support/memory-transactions.ts';
import type { LogLine } from '../../support/recording-log.ts';
import {
  exactlyOnceTask,
  OFFSETS,
  published,
  storedPosition,
  type ExactlyOnceSetup,
} from './exactly-once-harness.ts';
import { pipeline, text } from './harness.ts';
import { event, numberOf, position, scripted, TOPIC } from './source-harness.ts';

function setup(
  batches: readonly SourceBatch[],
  more: Partial<ExactlyOnceSetup> = {},
): ExactlyOnceSetup & { readonly clock: ManualClock } {
  const kafka = new MemoryKafka();
  const transactions = new MemoryTransactions(kafka);
  return { kafka, transactions, poll: scripted(batches), clock: new ManualClock(), ...more };
}

const one = (n: number, size = 1): SourceBatch => ({ records: event(n, size) });
const broken = (): never => {
  throw new AppError('retriable', 'kafka.unavailable', 'The broker went away.');
};

describe('a source that runs exactly once', () => {
  it('fences, takes hold of its id, makes sure that it is still to run, and only then opens its task', async () => {
    const order: string[] = [];
    const sut = setup([], {
      fence: () => void order.push('fence'),
      verify: () => void order.push('verify'),
      onOpen: () => void order.push('open'),
    });
    sut.transactions.at = (step) => void order.push(step);
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'RUNNING');
    expect(order).toEqual(['fence', 'init', 'verify', 'open']);
    await task.stop();
  });

  it('commits records and their position in one transaction, then tells the task (Invariant 2)', async () => {
    const told: number[] = [];
    const sut = setup([one(1, 3)], {
      onCommitted: (positions) => {
        expect(storedPosition(sut.kafka)).toBe(1);
        told.push(...positions.map(numberOf));
      },
    });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => told.length === 1);
    expect(sut.transactions.done).toEqual(['init', 'send 3', 'send 1', 'commit']);
    expect(published(sut.kafka)).toEqual(['1.0', '1.1', '1.2']);
    const [offset] = sut.kafka.records(OFFSETS);
    expect(text(offset?.key)).toBe('["orders",{"channel":"/data/AccountChangeEvent"}]');
    await task.stop();
  });

  it('lets polls that come while a transaction is committed share the next one', async () => {
    const held = Promise.withResolvers<void>();
    const sut = setup([one(1), one(2), one(3)]);
    sut.transactions.at = (step) => (step === 'commit' ? held.promise : undefined);
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => sut.transactions.done.length === 3);
    await sut.clock.advance(0);
    held.resolve();
    await untilTurns(() => published(sut.kafka).length === 3);
    const commits = sut.transactions.done.filter((each) => each === 'commit');
    expect(commits.length).toBeLessThan(3);
    expect(storedPosition(sut.kafka)).toBe(3);
    await task.stop();
  });

  it('stores the position of a filtered record, and of none at all', async () => {
    const sut = setup([one(1), { records: [], positions: [position(2)] }], {
      transform: pipeline({ apply: () => undefined }),
    });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => storedPosition(sut.kafka) === 2);
    expect(published(sut.kafka)).toEqual([]);
    await task.stop();
  });

  it('with an interval commits when it is over, though nothing more is polled', async () => {
    const sut = setup([one(1), one(2)], { boundary: { kind: 'interval', everyMs: 5_000 } });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => sut.transactions.done.length === 3);
    await sut.clock.advance(4_999);
    expect(published(sut.kafka)).toEqual([]);
    await sut.clock.advance(1);
    expect(published(sut.kafka)).toEqual(['1.0', '2.0']);
    expect(storedPosition(sut.kafka)).toBe(2);
    await task.stop();
  });

  it.each([
    ['poll', true],
    ['interval', true],
    ['connector', false],
  ] as const)('stopped, with %s as boundary it commits what is open: %s', async (kind, commits) => {
    const boundary = kind === 'interval' ? { kind, everyMs: 60_000 } : { kind };
    const sut = setup([one(1)], { boundary });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => sut.transactions.done.includes('send 1'));
    await task.stop();
    expect(published(sut.kafka)).toEqual(commits ? ['1.0'] : []);
    expect(storedPosition(sut.kafka)).toBe(commits ? 1 : -1);
  });

  it('ends transactions where its connector says, dropping the records of an aborted one and not polling them again', async () => {
    const records = [...event(1), ...event(2), ...event(3), ...event(4)];
    const ends = [
      { after: 1, how: 'commit' },
      { after: 3, how: 'abort' },
    ] as const;
    const sut = setup([{ records, transactionEnds: ends }], { boundary: { kind: 'connector' } });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => storedPosition(sut.kafka) === 3);
    await task.stop();
    expect(published(sut.kafka)).toEqual(['1.0']);
    expect(storedPosition(sut.kafka)).toBe(3);
  });

  it('opens again from its last committed position when Kafka breaks a transaction, having fenced and verified again', async () => {
    let fences = 0;
    let next = 1;
    const sut = setup([], {
      fence: () => void (fences += 1),
      onOpen: () => void (next = storedPosition(sut.kafka) + 1 || 1),
      poll: (signal) => (next < 4 ? one(next++) : scripted([])(signal)),
    });
    let breaks = 1;
    sut.transactions.at = (step) => {
      if (step === 'commit' && storedPosition(sut.kafka) === -1 && breaks-- > 0) broken();
    };
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => task.state.trace !== undefined);
    expect(task.state.phase).toBe('RESTARTING');
    expect(task.state.trace).toContain('The broker went away.');
    await sut.clock.advance(2_000);
    await untilTurns(() => storedPosition(sut.kafka) === 3);
    expect(task.state.phase).toBe('RUNNING');
    expect(fences).toBe(2);
    expect(published(sut.kafka)).toEqual(['1.0', '2.0', '3.0']);
    await task.stop();
  });

  it('has failed when another producer has its id, its position unmoved', async () => {
    const sut = setup([one(1)]);
    let isTaken = false;
    sut.transactions.at = async (step) => {
      if (step !== 'commit' || isTaken) return;
      isTaken = true;
      await sut.transactions.producer('group-orders-0').init();
    };
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'FAILED');
    expect(task.state.trace).toContain('a newer task of this connector has taken over');
    expect(published(sut.kafka)).toEqual([]);
    expect(storedPosition(sut.kafka)).toBe(-1);
  });

  it('says so in the log when it was fenced while it stopped', async () => {
    const lines: LogLine[] = [];
    const sut = setup([one(1)], { lines, boundary: { kind: 'interval', everyMs: 60_000 } });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => sut.transactions.done.includes('send 1'));
    await sut.transactions.producer('group-orders-0').init();
    await task.stop();
    expect(lines.map(({ fields }) => fields['code'])).toEqual(['kafka.fenced']);
    expect(published(sut.kafka)).toEqual([]);
  });

  it('has failed where the leader says that its tasks were configured anew', async () => {
    const sut = setup([one(1)], {
      verify: () => {
        throw new AppError('fatal', 'herder.superseded', 'Cannot start source task orders-0.');
      },
    });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'FAILED');
    expect(sut.transactions.done).toEqual(['init']);
  });

  it('refuses records for its own offsets topic', async () => {
    const [record] = event(1);
    if (record === undefined) throw new Error('no record');
    const sut = setup([{ records: [{ ...record, topic: OFFSETS }] }]);
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'FAILED');
    expect(task.state.trace).toContain('may not produce to their own offsets topics');
    expect(sut.kafka.records(OFFSETS)).toEqual([]);
  });

  it('stores an anchor at once, fenced as everything else', async () => {
    const sut = setup([], { onOpen: (anchor) => anchor(position(7)) });
    const task = exactlyOnceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'RUNNING');
    expect(storedPosition(sut.kafka)).toBe(7);
    expect(sut.kafka.records(TOPIC)).toEqual([]);
    await task.stop();
  });
});

describe('stopped while Kafka doesn’t answer', () => {
  it.each(['init', 'send', 'commit'] as const)(
    'within %s it ends when its time is over, and a next one goes on',
    async (where) => {
      const sut = setup([one(1)]);
      let isHanging = true;
      sut.transactions.at = (step) =>
        isHanging && step === where ? new Promise<void>(() => undefined) : undefined;
      let isReached = false;
      const at = sut.transactions.at;
      sut.transactions.at = (step) => {
        isReached ||= step === where;
        return at(step);
      };
      const task = exactlyOnceTask(sut);
      task.start();
      await untilTurns(() => isReached);
      const stopping = task.stop();
      await sut.clock.advance(5_000);
      expect(await stopping).toBe(true);
      isHanging = false;
      const next = exactlyOnceTask({ ...sut, poll: scripted([one(1)]) });
      next.start();
      await untilTurns(() => storedPosition(sut.kafka) === 1);
      expect(published(sut.kafka)).toEqual(['1.0']);
      await next.stop();
    },
  );
});
