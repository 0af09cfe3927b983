/**
 * Goal: pause, resume, restart, PUT and PATCH do what Connect's do, also when several come at once.
 * Method: tiny connectors whose tasks fail or count themselves.
 */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/sdk/index.ts';
import { turn, untilTurns } from '../../support/manual-clock.ts';
import { SINK, SOURCE, sinkPlugin, sourcePlugin, startHerder } from './harness.ts';

const broken = (): never => {
  throw new AppError('fatal', 'test.broken', 'The source is broken.');
};

describe('a failed task', () => {
  it('stays FAILED over pause and resume', async () => {
    await using sut = await startHerder([sourcePlugin(broken)]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => sut.stateOf('a') === 'FAILED');
    await sut.herder.pause('a');
    expect(sut.herder.status('a')).toMatchObject({
      connector: { state: 'PAUSED' },
      tasks: [{ state: 'FAILED', trace: expect.stringContaining('The source is broken.') }],
    });
    await sut.herder.resume('a');
    expect(sut.herder.status('a').connector.state).toBe('RUNNING');
    expect(sut.stateOf('a')).toBe('FAILED');
  });

  it('is PAUSED, not started, when it is restarted in a paused connector', async () => {
    let isBroken = true;
    await using sut = await startHerder([sourcePlugin(() => (isBroken ? broken() : {}))]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => sut.stateOf('a') === 'FAILED');
    await sut.herder.pause('a');
    isBroken = false;
    await sut.herder.restartTask('a', 0);
    expect(sut.stateOf('a')).toBe('PAUSED');
    await sut.herder.resume('a');
    await untilTurns(() => sut.stateOf('a') === 'RUNNING');
  });
});

it('a connector created paused has no tasks before it is resumed', async () => {
  await using sut = await startHerder([sourcePlugin(() => ({}))]);
  await sut.herder.create('a', SOURCE, 'PAUSED');
  await turn();
  expect(sut.herder.status('a')).toMatchObject({ connector: { state: 'PAUSED' }, tasks: [] });
  await sut.herder.resume('a');
  await untilTurns(() => sut.stateOf('a') === 'RUNNING');
});

describe('requests that come at once', () => {
  it('a restart behind a new configuration starts no task of the former one (Invariant 5)', async () => {
    let open = 0;
    const counting = sourcePlugin(() => {
      open++;
      return {
        [Symbol.asyncDispose]: () => {
          open--;
          return Promise.resolve();
        },
      };
    });
    await using sut = await startHerder([counting]);
    await sut.herder.create('a', SOURCE);
    await untilTurns(() => open === 1);
    const put = sut.herder.putConfig('a', { ...SOURCE, 'tasks.max': '3' });
    const restart = sut.herder.restart('a', { includeTasks: true, onlyFailed: false });
    await Promise.all([put, restart]);
    await untilTurns(() => sut.stateOf('a') === 'RUNNING');
    await turn();
    expect(open).toBe(1);
  });

  it('every patch is kept', async () => {
    await using sut = await startHerder([sourcePlugin(() => ({}))]);
    await sut.herder.create('a', SOURCE);
    await Promise.all([
      sut.herder.patchConfig('a', { 'errors.tolerance': 'all' }),
      sut.herder.patchConfig('a', { 'tasks.max': '2' }),
      sut.herder.patchConfig('a', { 'tasks.max.enforce': 'false' }),
      sut.herder.patchConfig('a', { 'tasks.max.enforce': null }),
    ]);
    expect(sut.herder.config('a')).toEqual({
      ...SOURCE,
      name: 'a',
      'errors.tolerance': 'all',
      'tasks.max': '2',
    });
  });

  it('what is deleted meanwhile is told missing, and nothing of it runs', async () => {
    await using sut = await startHerder([sourcePlugin(() => ({}))]);
    const created = sut.herder.create('a', SOURCE);
    await created;
    const all = await Promise.allSettled([
      sut.herder.delete('a'),
      sut.herder.patchConfig('a', { 'tasks.max': '2' }),
      sut.herder.delete('a'),
      sut.herder.resetOffsets('a'),
    ]);
    expect(all.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(sut.herder.connectors()).toEqual([]);
  });
});

it('the answer to a change shows the tasks from before, to a creation none', async () => {
  await using sut = await startHerder([sourcePlugin(() => ({}))]);
  const first = await sut.herder.putConfig('a', SOURCE);
  expect(first).toMatchObject({ created: true, info: { tasks: [] } });
  await untilTurns(() => sut.stateOf('a') === 'RUNNING');
  const second = await sut.herder.putConfig('a', { ...SOURCE, 'tasks.max': '2' });
  expect(second).toMatchObject({
    created: false,
    info: { tasks: [{ connector: 'a', task: 0 }], config: { 'tasks.max': '2' } },
  });
});

describe("a sink's consumer group", () => {
  it.each([
    ['connect-<name>', {}, {}, 'connect-out'],
    [
      'its override',
      { 'consumer.override.group.id': 'mine' },
      { 'consumer.group.id': 'w' },
      'mine',
    ],
    ["the worker's", {}, { 'consumer.group.id': 'w' }, 'w'],
  ])('is %s, and /offsets reads and resets that one', async (_what, own, worker, group) => {
    const received: string[] = [];
    await using sut = await startHerder([sinkPlugin(received)], worker);
    sut.kafka.append({ topic: 'letters', key: null, value: Buffer.from('a'), headers: [] });
    await sut.herder.create('out', { ...SINK, ...own });
    await untilTurns(() => sut.kafka.committed(group, 'letters') === 1n);
    expect(await sut.herder.offsets('out')).toEqual([
      { partition: { kafka_topic: 'letters', kafka_partition: 0 }, offset: { kafka_offset: 1 } },
    ]);
    await sut.herder.stop('out');
    await sut.herder.resetOffsets('out');
    expect(sut.kafka.groups.has(group)).toBe(false);
  });

  it('is read from the topics whose whole name matches topics.regex as Java reads it', async () => {
    const received: string[] = [];
    await using sut = await startHerder([sinkPlugin(received)]);
    for (const topic of ['Letters', 'letters-2', 'my-letters']) {
      sut.kafka.append({ topic, key: null, value: Buffer.from(topic), headers: [] });
    }
    const regex = {
      'connector.class': 'TestSink',
      'topics.regex': '(?i)letters|\\Qletters-\\E\\d',
    };
    await sut.herder.create('out', regex);
    await untilTurns(() => received.length === 2);
    expect(received.toSorted()).toEqual(['Letters', 'letters-2']);
  });
});

it('starting and stopping is logged once for each, with names and versions', async () => {
  await using sut = await startHerder([sourcePlugin(() => ({}))]);
  await sut.herder.create('a', SOURCE);
  await untilTurns(() => sut.stateOf('a') === 'RUNNING');
  await sut.herder.delete('a');
  const connector = { connector: 'a', class: 'TestSource', version: '1.0.0' };
  const task = { connector: 'a', task: 0 };
  expect(sut.lines).toEqual([
    { level: 'info', message: 'Connector is started.', fields: { ...connector, tasks: 1 } },
    { level: 'info', message: 'Task is starting.', fields: task },
    { level: 'info', message: 'Task is running.', fields: task },
    { level: 'info', message: 'Task is stopped.', fields: task },
    { level: 'info', message: 'Connector is stopped.', fields: connector },
  ]);
});
