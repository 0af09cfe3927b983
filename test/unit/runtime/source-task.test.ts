/**
 * Goal: an offset follows the records, and upstream hears of it last, whatever is slow or fails.
 * Method: the real loop between a scripted source, a Kafka in memory and an offset store to break.
 */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/foundation/errors.ts';
import type { SourceBatch } from '../../../src/sdk/index.ts';
import { ManualClock, turn, untilTurns } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { pipeline, text } from './harness.ts';
import {
  event,
  numberOf,
  position,
  quiet,
  scripted,
  sourceTask,
  TestOffsets,
  TOPIC,
  type SourceSetup,
} from './source-harness.ts';

function setup(
  batches: readonly SourceBatch[],
  more: Partial<SourceSetup> = {},
): SourceSetup & { values(): readonly string[] } {
  const kafka = new MemoryKafka();
  return {
    clock: new ManualClock(),
    kafka,
    offsets: new TestOffsets(),
    poll: scripted(batches),
    values: () => kafka.records(TOPIC).map(({ value }) => text(value)),
    ...more,
  };
}

const one = (n: number, size = 1): SourceBatch => ({ records: event(n, size) });

describe('a source task', () => {
  it('produces all records in the order polled (Invariant 5) and stores the last position', async () => {
    const sut = setup([one(1, 2), one(2), one(3, 3)]);
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => sut.values().length === 6);
    await sut.clock.advance(1_000);
    expect(sut.values()).toEqual(['1.0', '1.1', '2.0', '3.0', '3.1', '3.2']);
    expect(sut.offsets.n).toBe(3);
    await task.stop();
  });

  it('notes a topic at each write: it may have been reset meanwhile', async () => {
    const noted: string[] = [];
    const sut = setup([one(1)], { onTopic: (topic) => noted.push(topic) });
    const later = Promise.withResolvers<SourceBatch>();
    const [first] = [sut.poll];
    let polls = 0;
    sut.poll = (signal) => (polls++ === 1 ? later.promise : first(signal));
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => noted.length === 1);
    noted.length = 0;
    later.resolve(one(2));
    await untilTurns(() => noted.length === 1);
    expect(noted).toEqual([TOPIC]);
    await task.stop();
  });

  it('stores no position before its record is acked (Invariant 1)', async () => {
    const acked = Promise.withResolvers<undefined>();
    const sut = setup([one(1)]);
    sut.kafka.beforeSend = () => acked.promise;
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(30_000);
    expect(sut.offsets.history).toEqual([]);
    acked.resolve(undefined);
    await sut.clock.advance(1_000);
    expect(sut.offsets.history).toEqual([1]);
    await task.stop();
  });

  it('tells the source only of what the store wrote (Invariant 2)', async () => {
    const written = Promise.withResolvers<undefined>();
    const told: number[] = [];
    const sut = setup([one(1)], {
      onCommitted: (positions) => void told.push(...positions.map(numberOf)),
    });
    sut.offsets.before = () => written.promise;
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(5_000);
    expect(told).toEqual([]);
    written.resolve(undefined);
    await untilTurns(() => told.length > 0);
    expect(told).toEqual([1]);
    await task.stop();
  });

  it('tries a failed offset write again, and tells nobody meanwhile (Invariants 2, 3)', async () => {
    const told: number[] = [];
    let failures = 2;
    const sut = setup([one(1)], {
      onCommitted: (positions) => void told.push(...positions.map(numberOf)),
    });
    sut.offsets.before = () => {
      if (failures-- > 0) throw new AppError('retriable', 'offsets.away', 'The store is away.');
    };
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(1_000);
    expect({ told, phase: task.state.phase }).toEqual({ told: [], phase: 'RESTARTING' });
    await sut.clock.advance(5_000);
    expect({ told, phase: task.state.phase }).toEqual({ told: [1], phase: 'RUNNING' });
    await task.stop();
  });

  it('stores the position of a keepalive once all records before it are acked (Invariant 1)', async () => {
    const acked = Promise.withResolvers<undefined>();
    const sut = setup([{ records: event(1), positions: [position(2)] }]);
    sut.kafka.beforeSend = () => acked.promise;
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(5_000);
    expect(sut.offsets.n).toBe(-1);
    acked.resolve(undefined);
    await sut.clock.advance(1_000);
    expect(sut.offsets.n).toBe(2);
    await task.stop();
  });

  it('counts a filtered record as done', async () => {
    const sut = setup([one(1)], { transform: pipeline({ apply: () => undefined }) });
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(1_000);
    expect({ values: sut.values(), n: sut.offsets.n }).toEqual({ values: [], n: 1 });
    await task.stop();
  });

  it('fails on a bad record and leaves its position where it was (Invariant 1)', async () => {
    const picky = pipeline({
      apply: (record) => {
        if (record.key === '2') throw new AppError('data', 'transform.value', 'No 2.');
        return record;
      },
    });
    const sut = setup([one(1), one(2), one(3)], { transform: picky });
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'FAILED');
    expect({ values: sut.values(), n: sut.offsets.n }).toEqual({ values: ['1.0'], n: 1 });
    expect(task.state.trace).toContain('No 2.');
  });

  it('passes a bad record where errors are tolerated', async () => {
    const picky = pipeline({
      apply: (record) => {
        if (record.key === '2') throw new AppError('data', 'transform.value', 'No 2.');
        return record;
      },
    });
    const sut = setup([one(1), one(2), one(3)], { transform: picky, errors: { tolerate: true } });
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(1_000);
    expect({ values: sut.values(), n: sut.offsets.n }).toEqual({ values: ['1.0', '3.0'], n: 3 });
    await task.stop();
  });

  it('halves a batch that Kafka refuses until the bad record is alone, in order', async () => {
    const records = [1, 2, 3, 4, 5].flatMap((n) => event(n));
    const sut = setup([{ records }], { errors: { tolerate: true } });
    sut.kafka.beforeSend = (sent) => {
      if (sent.some(({ value }) => text(value) === '4.0')) {
        throw new AppError('data', 'kafka.too_large', 'Too large.');
      }
    };
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(1_000);
    expect(sut.values()).toEqual(['1.0', '2.0', '3.0', '5.0']);
    expect(sut.offsets.n).toBe(5);
    await task.stop();
  });

  it('sends a batch again while Kafka is away, and gathers a bounded one meanwhile (Invariant 8)', async () => {
    let polls = 0;
    const sut = setup([], {
      poll: (signal) => (++polls > 5 ? quiet(signal) : { records: event(polls, 600) }),
      errors: { retryTimeoutMs: Infinity },
    });
    let away = true;
    sut.kafka.beforeSend = async () => {
      await Promise.resolve();
      if (away) throw new AppError('retriable', 'kafka.away', 'Kafka is away.');
    };
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(120_000);
    // One is being sent; of two polls the second fills the next.
    expect({ polls, phase: task.state.phase }).toEqual({ polls: 3, phase: 'RESTARTING' });
    expect(sut.offsets.history).toEqual([]);
    away = false;
    await sut.clock.advance(60_000);
    expect(sut.values()).toEqual(
      [1, 2, 3, 4, 5].flatMap((n) => event(n, 600)).map(({ value }) => value),
    );
    expect(task.state.phase).toBe('RUNNING');
    await task.stop();
  });

  it('lets others run while a source answers at once without anything', async () => {
    const sut = setup([], { poll: () => ({ records: [] }) });
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'RUNNING');
    await task.stop();
    expect(task.state.phase).toBe('UNASSIGNED');
  });

  it('sends nothing more once a produce failed, or the order would break (Invariant 5)', async () => {
    const sut = setup([one(1), one(2), one(3)]);
    const sent: string[] = [];
    sut.kafka.beforeSend = async (records) => {
      sent.push(...records.map(({ value }) => text(value)));
      await turn();
      throw new AppError('fatal', 'kafka.fenced', 'Fenced.');
    };
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => task.state.phase === 'FAILED');
    expect({ sent, n: sut.offsets.n }).toEqual({ sent: ['1.0'], n: -1 });
  });

  it('reopens a broken stream, shown as RESTARTING with the reason (Invariant 10)', async () => {
    let opened = 0;
    let polled = 0;
    const sut = setup([], {
      onOpen: () => void opened++,
      poll: (signal) => {
        if (++polled === 1) throw new AppError('reconnect', 'pubsub.lost', 'The stream is lost.');
        return polled === 2 ? one(1) : quiet(signal);
      },
    });
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => task.state.trace === 'The stream is lost.');
    expect(task.state.phase).toBe('RESTARTING');
    await sut.clock.advance(1_000);
    expect({ opened, phase: task.state.phase }).toEqual({ opened: 2, phase: 'RUNNING' });
    await task.stop();
    expect(sut.offsets.n).toBe(1);
  });

  it('gives up on a stream that only ever breaks, when the bound is over (Invariant 8)', async () => {
    const sut = setup([], {
      poll: () => {
        throw new AppError('reconnect', 'pubsub.lost', 'The stream is lost.');
      },
    });
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(59_000);
    expect(task.state.phase).toBe('RESTARTING');
    await sut.clock.advance(3_000);
    expect(task.state.phase).toBe('FAILED');
    expect(task.state.trace).toContain('The stream is lost. (tried for 60 s)');
  });

  it('reopens for ever a stream that breaks now and then', async () => {
    const sut = setup([]);
    sut.poll = async (signal) => {
      await sut.clock.sleep(61_000, signal);
      throw new AppError('reconnect', 'pubsub.lost', 'The stream is lost.');
    };
    const task = sourceTask(sut);
    task.start();
    for (let hour = 0; hour < 3; hour++) {
      await sut.clock.advance(3_600_000);
      expect(task.state.phase).not.toBe('FAILED');
    }
    await task.stop();
  });

  it('opens the stream although Kafka is away, and is not RUNNING without a producer (Invariant 10)', async () => {
    let opened = 0;
    const sut = setup([], { onOpen: () => Promise.resolve(void opened++) });
    const producer = sut.kafka.producer.bind(sut.kafka);
    let away = true;
    sut.kafka.producer = async () => {
      if (away) throw new AppError('retriable', 'kafka.away', 'Kafka is away.');
      return await producer();
    };
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(5_000);
    expect(opened).toBe(1);
    expect(task.state).toMatchObject({ phase: 'RESTARTING', trace: 'Kafka is away.' });
    away = false;
    await sut.clock.advance(60_000);
    expect(task.state.phase).toBe('RUNNING');
    expect(opened).toBe(1);
    await task.stop();
  });

  it('commits what is in flight when it is stopped (Invariant 9)', async () => {
    const acked = Promise.withResolvers<undefined>();
    const sut = setup([one(1)]);
    let sending = false;
    sut.kafka.beforeSend = () => {
      sending = true;
      return acked.promise;
    };
    const task = sourceTask(sut);
    task.start();
    await untilTurns(() => sending);
    const stopped = task.stop();
    acked.resolve(undefined);
    await stopped;
    expect({ values: sut.values(), n: sut.offsets.n }).toEqual({ values: ['1.0'], n: 1 });
  });

  it('gives up what Kafka does not take when the time to stop is over (Invariants 1, 8)', async () => {
    const sut = setup([one(1)], { errors: { retryTimeoutMs: Infinity } });
    sut.kafka.beforeSend = () => {
      throw new AppError('retriable', 'kafka.away', 'Kafka is away.');
    };
    const task = sourceTask(sut);
    task.start();
    await sut.clock.advance(10_000);
    let over = false;
    const stopped = task.stop().then(() => (over = true));
    await sut.clock.advance(4_999);
    expect(over).toBe(false);
    await sut.clock.advance(1);
    await stopped;
    expect(sut.offsets.history).toEqual([]);
  });
});
