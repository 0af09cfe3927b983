/**
 * Goal: a sink gets every record in order, and the group's offsets follow only what is durable.
 * Method: the real loop between a Kafka in memory and a scripted sink; time moves by hand.
 */
import { describe, expect, it } from 'vitest';
import type { SinkRecord } from '../../../src/data/record.ts';
import { AppError, assert } from '../../../src/foundation/errors.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import type { ErrorsConfig } from '../../../src/runtime/errors-config.ts';
import { runSinkTask } from '../../../src/runtime/sink-task.ts';
import type { TaskRunner } from '../../../src/runtime/task-runner.ts';
import type { Rejection, SinkTask } from '../../../src/sdk/index.ts';
import { ManualClock, turn, untilTurns } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { errors, metrics, pipeline, reporter, runner, text } from './harness.ts';

const TOPIC = 'crm.Account';
type Put = (batch: readonly string[]) => readonly string[] | Promise<readonly string[]>;

class Sut {
  readonly clock = new ManualClock();
  readonly kafka = new MemoryKafka();
  /** The values of each call of put. */
  readonly puts: (readonly string[])[] = [];
  readonly task: TaskRunner;
  prepare: (record: SinkRecord) => SinkRecord = (record) => record;
  opened = 0;

  constructor(put: Put, config: Partial<ErrorsConfig> = {}, transform = pipeline()) {
    const settings = errors(config);
    const rejection = (record: SinkRecord): Rejection => ({
      record,
      error: new AppError('data', 'sink.value', `${String(record.value)} is refused.`),
    });
    const sink: SinkTask = {
      batching: { maxRecords: 3, maxWaitMs: 10 },
      prepare: (record) => this.prepare(record),
      put: async (batch) => {
        const values = batch.map(({ value }) => String(value));
        this.puts.push(values);
        const rejected = await put(values);
        return batch.filter(({ value }) => rejected.includes(String(value))).map(rejection);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    this.kafka.addTopic(TOPIC);
    this.task = runner(this.clock, (self) =>
      runSinkTask(self, {
        connector: 'orders',
        log: silentLog,
        clock: this.clock,
        metrics,
        errors: settings,
        pipeline: transform,
        reporter: reporter(this.kafka, settings),
        openTask: () => {
          this.opened++;
          return Promise.resolve(sink);
        },
        openConsumer: (callbacks) =>
          this.kafka.consumer({
            groupId: 'g',
            clientId: 'c',
            topics: [TOPIC],
            autoOffsetReset: 'earliest',
            ...callbacks,
          }),
        onTopic: () => undefined,
        onTask: () => undefined,
        onConsumer: () => undefined,
      }),
    );
  }

  write(...values: readonly string[]): this {
    for (const value of values) {
      this.kafka.append({ topic: TOPIC, key: null, value: Buffer.from(value), headers: [] });
    }
    return this;
  }

  get committed(): bigint | undefined {
    return this.kafka.committed('g', TOPIC);
  }

  async ended(): Promise<string> {
    await untilTurns(() => this.task.state.phase === 'FAILED');
    return this.task.state.trace?.split('\n')[0] ?? '';
  }
}

describe('a sink task', () => {
  it('puts all records in order, in batches no larger than asked (Invariants 5, 8)', async () => {
    const sut = new Sut(() => []).write('a', 'b', 'c', 'd', 'e', 'f', 'g');
    sut.task.start();
    await untilTurns(() => sut.committed === 7n);
    await sut.task.stop();
    expect(sut.puts.flat()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(Math.max(...sut.puts.map(({ length }) => length))).toBeLessThanOrEqual(3);
  });

  it('commits only after put returned (Invariant 1)', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const sut = new Sut(() => promise).write('a');
    sut.task.start();
    await untilTurns(() => sut.puts.length === 1);
    await sut.clock.advance(60_000);
    expect(sut.committed).toBeUndefined();
    resolve([]);
    await untilTurns(() => sut.committed === 1n);
    await sut.task.stop();
  });

  it('reads one batch ahead of a slow put and no further (Invariant 8)', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const letters = 'abcdefghijkl'.split('');
    let decoded = 0;
    const counting = pipeline({
      apply: (record) => {
        decoded++;
        return record;
      },
    });
    const sut = new Sut(() => promise, {}, counting).write(...letters);
    sut.task.start();
    await untilTurns(() => sut.puts.length === 1);
    await sut.clock.advance(60_000);
    expect({ puts: sut.puts.length, decoded }).toEqual({ puts: 1, decoded: 6 });
    resolve([]);
    await untilTurns(() => sut.committed === 12n);
    await sut.task.stop();
    expect(sut.puts.flat()).toEqual(letters);
  });

  it('gathers what comes during a put into one next batch, and puts it without waiting for more', async () => {
    const first = Promise.withResolvers<readonly string[]>();
    let puts = 0;
    const sut = new Sut(() => (++puts === 1 ? first.promise : [])).write('a');
    sut.task.start();
    await untilTurns(() => sut.puts.length === 1);
    for (const value of ['b', 'c']) {
      sut.write(value);
      await turn();
    }
    first.resolve([]);
    await untilTurns(() => sut.committed === 3n);
    await sut.task.stop();
    expect(sut.puts).toEqual([['a'], ['b', 'c']]);
  });

  it('puts what the sink prepared, in the order of the records', async () => {
    const sut = new Sut(() => []).write('a', 'b', 'c', 'd');
    sut.prepare = (record) => ({ ...record, value: `${String(record.value)}!` });
    sut.task.start();
    await untilTurns(() => sut.committed === 4n);
    await sut.task.stop();
    expect(sut.puts.flat()).toEqual(['a!', 'b!', 'c!', 'd!']);
  });

  it('puts the same batch again after a retriable error, shown as RESTARTING', async () => {
    let calls = 0;
    const sut = new Sut(() => {
      if (++calls === 1) throw new AppError('retriable', 'target.away', 'The target is away.');
      return [];
    }).write('a', 'b');
    sut.task.start();
    await untilTurns(() => sut.puts.length === 1);
    await untilTurns(() => sut.task.state.trace === 'The target is away.');
    expect(sut.task.state.phase).toBe('RESTARTING');
    expect(sut.committed).toBeUndefined();
    await sut.clock.advance(1_000);
    await untilTurns(() => sut.committed === 2n);
    expect(sut.puts).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(sut.task.state.phase).toBe('RUNNING');
    await sut.task.stop();
  });

  it('reopens the sink on reconnect and starts again from what was committed', async () => {
    let calls = 0;
    const sut = new Sut(() => {
      if (++calls === 2) throw new AppError('reconnect', 'target.lost', 'The session is lost.');
      return [];
    }).write('a', 'b', 'c', 'd');
    sut.task.start();
    await untilTurns(() => sut.committed === 3n && sut.task.state.phase === 'RESTARTING');
    await sut.clock.advance(1_000);
    await untilTurns(() => sut.committed === 4n);
    await sut.task.stop();
    expect(sut.puts).toEqual([['a', 'b', 'c'], ['d'], ['d']]);
    expect(sut.opened).toBe(2);
  });

  it('dead-letters what the sink rejects and commits past it', async () => {
    const sut = new Sut(() => ['b'], { tolerate: true, deadLetterTopic: 'dead' });
    sut.write('a', 'b', 'c').task.start();
    await untilTurns(() => sut.committed === 3n);
    await sut.task.stop();
    expect(sut.kafka.records('dead').map(({ value }) => text(value))).toEqual(['b']);
  });

  it("dead-letters what can't be transformed and puts the rest", async () => {
    const picky = pipeline({
      apply: (record) => {
        if (record.value === 'b') throw new AppError('data', 'transform.value', 'No b.');
        return record;
      },
    });
    const sut = new Sut(() => [], { tolerate: true, deadLetterTopic: 'dead' }, picky);
    sut.write('a', 'b', 'c').task.start();
    await untilTurns(() => sut.committed === 3n);
    await sut.task.stop();
    expect(sut.puts.flat()).toEqual(['a', 'c']);
    expect(sut.kafka.records('dead').map(({ value }) => text(value))).toEqual(['b']);
  });

  it('does not tolerate a bug of our own as a bad record', async () => {
    const buggy = pipeline({
      apply: (record) => {
        assert(record.value !== 'b', 'never b');
        return record;
      },
    });
    const sut = new Sut(() => [], { tolerate: true, deadLetterTopic: 'dead' }, buggy);
    sut.write('a', 'b').task.start();
    expect(await sut.ended()).toContain('never b');
    expect(sut.kafka.records('dead')).toEqual([]);
  });

  it('fails and commits nothing of the batch where a bad record is not tolerated', async () => {
    const sut = new Sut(() => ['b']).write('a', 'b');
    sut.task.start();
    expect(await sut.ended()).toContain('crm.Account-0 at 1: b is refused.');
    expect(sut.committed).toBeUndefined();
  });

  it('puts no later batch once one failed (Invariant 5)', async () => {
    const sut = new Sut(async () => {
      await turn();
      throw new AppError('fatal', 'target.broken', 'The target is broken.');
    }).write('a', 'b', 'c', 'd', 'e');
    sut.task.start();
    expect(await sut.ended()).toContain('The target is broken.');
    expect({ puts: sut.puts, committed: sut.committed }).toEqual({
      puts: [['a', 'b', 'c']],
      committed: undefined,
    });
  });

  it("fails and commits nothing when a dead letter can't be written (Invariant 1)", async () => {
    const sut = new Sut(() => ['a'], { tolerate: true, deadLetterTopic: 'dead' }).write('a', 'b');
    sut.kafka.beforeSend = () => {
      throw new AppError('config', 'kafka.authorization', 'Not allowed.');
    };
    sut.task.start();
    expect(await sut.ended()).toContain("A dead letter can't be written to dead: Not allowed.");
    expect(sut.committed).toBeUndefined();
  });

  it('passes over what a transform filters, and commits it', async () => {
    const none = pipeline({ apply: () => undefined });
    const sut = new Sut(() => [], {}, none).write('a', 'b');
    sut.task.start();
    await untilTurns(() => sut.committed === 2n);
    await sut.task.stop();
    expect(sut.puts).toEqual([]);
  });

  it('finishes the batch in hand when it is stopped (Invariant 9)', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const sut = new Sut(() => promise).write('a');
    sut.task.start();
    await untilTurns(() => sut.puts.length === 1);
    const stopped = sut.task.stop();
    resolve([]);
    await stopped;
    expect(sut.committed).toBe(1n);
    expect(sut.task.state.phase).toBe('UNASSIGNED');
  });
});
