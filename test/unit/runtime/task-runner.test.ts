/**
 * Goal: stopping a task is bounded whatever the task does, and what is shown of it stays true.
 * Method: loops that heed the signals, only the cut-off, or nothing, under a clock the test moves.
 */
import { describe, expect, it } from 'vitest';
import { TaskRunner } from '../../../src/runtime/task-runner.ts';
import { AppError } from '../../../src/foundation/errors.ts';
import { ManualClock, turn, untilTurns } from '../../support/manual-clock.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';

function setUp(run: (runner: TaskRunner) => Promise<void>): {
  clock: ManualClock;
  lines: LogLine[];
  runner: TaskRunner;
} {
  const clock = new ManualClock();
  const lines: LogLine[] = [];
  const log = recordingLog(lines);
  const options = { connector: 'orders', task: 3, clock, log, gracefulMs: 5_000 };
  return { clock, lines, runner: new TaskRunner(options, run) };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe('stopping a task', () => {
  it('takes no time when the task heeds being asked', async () => {
    const { runner } = setUp((self) => aborted(self.stopping.signal));
    runner.start();
    expect(await runner.stop('paused')).toBe(true);
    expect(runner.state.phase).toBe('PAUSED');
  });

  it('cuts off at the graceful timeout what goes on', async () => {
    const { runner, clock } = setUp((self) => aborted(self.cutOff.signal));
    runner.start();
    const stopped = runner.stop();
    await clock.advance(4_999);
    expect(runner.cutOff.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(await stopped).toBe(true);
    expect(runner.state.phase).toBe('UNASSIGNED');
  });

  it('leaves behind a task that heeds nothing, and says so in its status and the log (Invariant 8)', async () => {
    const end = Promise.withResolvers<void>();
    const { runner, clock, lines } = setUp(() => end.promise);
    runner.start();
    runner.apply({ type: 'opened' });
    const stopped = runner.stop('paused');
    await clock.advance(6_000);
    expect(await stopped).toBe(false);
    expect(runner.state.phase).toBe('FAILED');
    expect(runner.state.trace).toMatch(/task\.shutdown\.graceful\.timeout\.ms.*may still write/);
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      {
        message: expect.stringMatching(/may still write/),
        fields: { connector: 'orders', task: 3 },
      },
    ]);
    end.resolve();
    await runner.ended;
    await untilTurns(() => lines.some(({ message }) => message.includes('has ended')));
  });

  it('hears no more of a task that was left behind: it is not RUNNING again (Invariant 10)', async () => {
    const { runner, clock } = setUp(() => new Promise(() => undefined));
    runner.start();
    const stopped = runner.stop();
    await clock.advance(6_000);
    await stopped;
    runner.apply({ type: 'opened' });
    expect(runner.state.phase).toBe('FAILED');
  });

  it('leaves a failure as it is when pausing', async () => {
    const { runner, lines } = setUp(() =>
      Promise.reject(new AppError('config', 'orders.url', 'No such URL.', { path: 'url' })),
    );
    runner.start();
    await untilTurns(() => runner.state.phase === 'FAILED');
    await runner.stop('paused');
    expect(runner.state).toMatchObject({
      phase: 'FAILED',
      trace: expect.stringContaining('No such'),
    });
    expect(lines.find(({ level }) => level === 'error')?.fields).toEqual({
      connector: 'orders',
      task: 3,
      kind: 'config',
      code: 'orders.url',
      path: 'url',
    });
  });
});

it('an outage is told once when it begins and once when it is over', async () => {
  const { runner, lines } = setUp((self) => aborted(self.stopping.signal));
  runner.start();
  runner.apply({ type: 'opened' });
  for (let attempt = 0; attempt < 3; attempt++) {
    runner.apply({ type: 'trouble', reason: 'the broker is away' });
  }
  runner.apply({ type: 'well' });
  await turn();
  await runner.stop();
  expect(lines.map(({ message }) => message)).toEqual([
    'Task is starting.',
    'Task is running.',
    "Task isn't moving: the broker is away",
    'Task is running.',
    'Task is stopped.',
  ]);
});
