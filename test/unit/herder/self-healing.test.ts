/**
 * Goal: what failed because something was away comes back by itself, visibly and boundedly; whatever somebody decides
 * about it meanwhile rules.
 * Method: tasks that fail with errors of each kind, under a clock the test moves.
 */
import { describe, expect, it } from 'vitest';
import { createPrometheus } from '../../../src/runtime/prometheus.ts';
import { AppError } from '../../../src/sdk/index.ts';
import type { ErrorKind } from '../../../src/foundation/errors.ts';
import type { SourceTask } from '../../../src/sdk/index.ts';
import { untilTurns } from '../../support/manual-clock.ts';
import { SOURCE, sourcePlugin, startHerder, type Harness } from './harness.ts';

/** No outage is ridden out: the first failure is the task's. */
const AT_ONCE = { 'task.outage.timeout.ms': '0' };
const away = (kind: ErrorKind = 'retriable'): never => {
  throw new AppError(kind, 'test.away', 'The org is away.');
};

async function failing(
  open: () => Partial<SourceTask>,
  properties: Readonly<Record<string, string>> = {},
  deps: Parameters<typeof startHerder>[2] = {},
): Promise<Harness> {
  const sut = await startHerder([sourcePlugin(open)], { ...AT_ONCE, ...properties }, deps);
  await sut.herder.create('a', SOURCE);
  await untilTurns(() => sut.stateOf('a') === 'FAILED');
  return sut;
}

const traceOf = (sut: Harness): string => sut.herder.taskStatus('a', 0).trace ?? '';

describe('a task that failed in an outage', () => {
  it('is FAILED, says when it is started again, and is', async () => {
    let isAway = true;
    const prometheus = createPrometheus();
    await using sut = await failing(
      () => (isAway ? away() : {}),
      {},
      { metrics: prometheus.metrics },
    );
    expect(traceOf(sut)).toMatch(/^The org is away\. .*Restart 1 of 10 in [345] s\.\n/);
    expect(sut.lines.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/started again by itself\. Restart 1 of 10/),
    );
    isAway = false;
    await sut.clock.advance(5_000);
    expect(sut.stateOf('a')).toBe('RUNNING');
    expect((await prometheus.render()).text).toContain(
      'headwater_task_restarts_total{connector="a",task="0"} 1',
    );
  });

  it('waits twice as long each time, not longer than the bound, and gives up in the end (Invariant 8)', async () => {
    let opened = 0;
    await using sut = await failing(
      () => {
        opened += 1;
        return away();
      },
      {
        'task.restart.max.attempts': '3',
        'task.restart.backoff.initial.ms': '10000',
        'task.restart.backoff.max.ms': '20000',
      },
    );
    for (const bound of [10, 20, 20]) {
      const before = opened;
      const seconds = Number(/ in (\d+) s\./.exec(traceOf(sut))?.[1]);
      expect(seconds).toBeGreaterThanOrEqual(bound / 2);
      expect(seconds).toBeLessThanOrEqual(bound);
      await sut.clock.advance(seconds * 1_000 - 3_001);
      expect(opened).toBe(before);
      await sut.clock.advance(3_001);
      expect(opened).toBe(before + 1);
    }
    expect(traceOf(sut)).not.toMatch(/Restart \d/);
    await sut.clock.advance(3_600_000);
    expect(opened).toBe(4);
    expect(sut.stateOf('a')).toBe('FAILED');
  });

  it('counts anew when it was RUNNING for task.restart.reset.ms', async () => {
    let fail: (error: Error) => void = () => undefined;
    const open = (): Partial<SourceTask> => ({
      poll: () => new Promise((_resolve, reject) => (fail = reject)),
    });
    await using sut = await startHerder([sourcePlugin(open)], {
      ...AT_ONCE,
      'task.restart.reset.ms': '60000',
    });
    await sut.herder.create('a', SOURCE);
    const breakAfter = async (ms: number): Promise<string> => {
      await untilTurns(() => sut.stateOf('a') === 'RUNNING');
      await sut.clock.advance(ms);
      fail(new AppError('retriable', 'test.away', 'The org is away.'));
      await untilTurns(() => sut.stateOf('a') === 'FAILED');
      const { trace = '' } = sut.herder.taskStatus('a', 0);
      await sut.clock.advance(5_000);
      return /Restart \d+/.exec(trace)?.[0] ?? '';
    };
    expect(await breakAfter(59_000)).toBe('Restart 1');
    expect(await breakAfter(0)).toBe('Restart 2');
  });
});

describe('a failure that nothing but people mend', () => {
  it.each(['auth', 'data', 'config', 'conflict', 'missing', 'fatal'] as const)(
    'stays: %s',
    async (kind) => {
      await using sut = await failing(() => away(kind));
      expect(traceOf(sut)).not.toMatch(/Restart \d/);
      await sut.clock.advance(3_600_000);
      expect(sut.stateOf('a')).toBe('FAILED');
    },
  );

  it('stays where restarts are off, as in Connect', async () => {
    let isAway = true;
    await using sut = await failing(() => (isAway ? away() : {}), {
      'task.restart.max.attempts': '0',
    });
    isAway = false;
    await sut.clock.advance(3_600_000);
    expect(sut.stateOf('a')).toBe('FAILED');
    expect(traceOf(sut)).not.toMatch(/Restart \d/);
  });
});

describe('what somebody decides meanwhile', () => {
  it('a pause cancels it, and resuming leaves the task FAILED, as in Connect', async () => {
    let isAway = true;
    await using sut = await failing(() => (isAway ? away() : {}));
    isAway = false;
    await sut.herder.pause('a');
    expect(traceOf(sut)).toMatch(/^The org is away\. /);
    expect(traceOf(sut)).not.toMatch(/Restart \d/);
    await sut.herder.resume('a');
    await sut.clock.advance(3_600_000);
    expect(sut.stateOf('a')).toBe('FAILED');
    await sut.herder.restartTask('a', 0);
    await untilTurns(() => sut.stateOf('a') === 'RUNNING');
  });

  it.each([
    ['a restart', (sut: Harness) => sut.herder.restartTask('a', 0)],
    ['a new configuration', (sut: Harness) => sut.herder.putConfig('a', SOURCE)],
  ] as const)('%s counts anew, and nothing starts a second time', async (_name, decide) => {
    let opened = 0;
    await using sut = await failing(() => {
      opened += 1;
      return opened > 2 ? {} : away();
    });
    await decide(sut);
    await untilTurns(() => opened === 2 && sut.stateOf('a') === 'FAILED');
    expect(traceOf(sut)).toContain('Restart 1 of 10');
    await sut.clock.advance(3_600_000);
    expect(sut.stateOf('a')).toBe('RUNNING');
    expect(opened).toBe(3);
  });

  it.each([
    ['deleted', (sut: Harness) => sut.herder.delete('a')],
    ['stopped', (sut: Harness) => sut.herder.stop('a')],
  ] as const)('a connector that is %s starts nothing', async (_name, decide) => {
    let opened = 0;
    await using sut = await failing(() => {
      opened += 1;
      return away();
    });
    await decide(sut);
    await sut.clock.advance(3_600_000);
    expect(opened).toBe(1);
  });
});

it("a connector that couldn't plan its tasks plans again", async () => {
  let isAway = true;
  const plan = (): Promise<Record<string, string>[]> =>
    isAway
      ? Promise.reject(new AppError('retriable', 'test.away', 'Away.'))
      : Promise.resolve([{}]);
  await using sut = await startHerder([sourcePlugin(() => ({}), { plan })]);
  await sut.herder.create('a', SOURCE);
  await untilTurns(() => sut.herder.status('a').connector.state === 'FAILED');
  expect(sut.herder.status('a').connector.trace).toMatch(/^Away\. Restart 1 of 10 in [345] s\.\n/);
  isAway = false;
  await sut.clock.advance(5_000);
  expect(sut.herder.status('a').connector.state).toBe('RUNNING');
  expect(sut.stateOf('a')).toBe('RUNNING');
});
