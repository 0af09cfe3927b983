/**
 * Goal: a connector that hangs holds up nobody, and never runs beside its former self (Invariant 5).
 * Method: sources whose tasks or plans end when the test says so, whatever they are asked.
 */
import { describe, expect, it } from 'vitest';
import type { PluginDescriptor } from '../../../src/sdk/index.ts';
import { untilTurns } from '../../support/manual-clock.ts';
import { SOURCE, sourcePlugin, startHerder } from './harness.ts';

/** The shutdown timeout, and a second to let go. */
const BOUND_MS = 6_000;

interface Stubborn {
  readonly plugin: PluginDescriptor;
  /** Tasks opened and not ended. */
  open(): number;
  opened(): number;
  endAll(): void;
}

function stubborn(): Stubborn {
  const ends: (() => void)[] = [];
  let opened = 0;
  let open = 0;
  const plugin = sourcePlugin(() => {
    opened++;
    open++;
    return {
      poll: () =>
        new Promise((resolve) =>
          ends.push(() => {
            open--;
            resolve({ records: [] });
          }),
        ),
    };
  });
  const endAll = (): void => {
    for (const end of ends.splice(0)) end();
  };
  return { plugin, open: () => open, opened: () => opened, endAll };
}

describe('a task that ignores being stopped', () => {
  it('ends the stopping at its bound, is shown, and goes away when it ends', async () => {
    const task = stubborn();
    await using sut = await startHerder([task.plugin]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => task.open() === 1);
    const stopped = sut.herder.stop('a');
    await sut.clock.advance(BOUND_MS);
    await stopped;
    const { connector, tasks } = sut.herder.status('a');
    expect(connector.state).toBe('STOPPED');
    expect(tasks).toMatchObject([
      { id: 0, state: 'FAILED', trace: expect.stringContaining('may still write') },
    ]);
    task.endAll();
    await untilTurns(() => sut.herder.status('a').tasks.length === 0);
  });

  it.each([
    ['resumed', (sut: Sut) => sut.herder.resume('a')],
    [
      'created anew',
      async (sut: Sut) => {
        await sut.herder.delete('a');
        await sut.herder.create('a', SOURCE);
      },
    ],
    [
      'given another configuration',
      async (sut: Sut) => {
        await sut.herder.resume('a');
        await sut.herder.putConfig('a', { ...SOURCE, 'tasks.max': '2' });
      },
    ],
  ])('keeps its connector waiting when it is %s, then lets it run', async (_what, again) => {
    const task = stubborn();
    await using sut = await startHerder([task.plugin]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => task.open() === 1);
    const stopped = sut.herder.stop('a');
    await sut.clock.advance(BOUND_MS);
    await stopped;
    await again(sut);
    await untilTurns(() => sut.stateOf('a') === 'RESTARTING');
    await sut.clock.advance(60_000);
    expect(sut.herder.status('a').tasks[0]?.trace).toContain('waits for its end');
    expect(task.opened()).toBe(1);
    task.endAll();
    await untilTurns(() => sut.stateOf('a') === 'RUNNING');
    expect([task.opened(), task.open()]).toEqual([2, 1]);
    task.endAll();
  });

  it('keeps a restarted task waiting, and fails it at the outage bound', async () => {
    const task = stubborn();
    await using sut = await startHerder([task.plugin], { 'task.outage.timeout.ms': '30000' });
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => task.open() === 1);
    const restarted = sut.herder.restartTask('a', 0);
    await sut.clock.advance(BOUND_MS);
    await restarted;
    expect(sut.stateOf('a')).toBe('RESTARTING');
    await sut.clock.advance(30_000);
    expect(sut.stateOf('a')).toBe('FAILED');
    expect(task.opened()).toBe(1);
  });

  it('keeps its offsets from being altered', async () => {
    const task = stubborn();
    await using sut = await startHerder([task.plugin]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => task.open() === 1);
    const stopped = sut.herder.stop('a');
    await sut.clock.advance(BOUND_MS);
    await stopped;
    await expect(sut.herder.resetOffsets('a')).rejects.toMatchObject({ kind: 'conflict' });
    task.endAll();
    await untilTurns(() => sut.herder.status('a').tasks.length === 0);
    expect(await sut.herder.resetOffsets('a')).toContain('reset successfully');
  });

  it('holds up no other connector', async () => {
    const task = stubborn();
    await using sut = await startHerder([task.plugin]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => task.open() === 1);
    const stopped = sut.herder.stop('a');
    await sut.herder.create('b', SOURCE);
    await untilTurns(() => sut.stateOf('b') === 'RUNNING');
    await sut.clock.advance(BOUND_MS);
    await stopped;
    task.endAll();
  });
});

type Sut = Awaited<ReturnType<typeof startHerder>>;

it('a plan that never comes fails the connector after 90 s, and nobody else waits', async () => {
  const never = sourcePlugin(() => ({}), { plan: () => new Promise(() => undefined) });
  const other = { ...sourcePlugin(() => ({})), class: 'OtherSource' };
  await using sut = await startHerder([never, other]);
  await sut.herder.create('a', SOURCE);
  await sut.herder.create('b', { 'connector.class': 'OtherSource' });
  await untilTurns(() => sut.stateOf('b') === 'RUNNING');
  await sut.clock.advance(90_000);
  expect(sut.herder.status('a').connector).toMatchObject({
    state: 'FAILED',
    trace: expect.stringContaining('Planning the tasks of a took longer than 90 s.'),
  });
});
