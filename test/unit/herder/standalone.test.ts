/**
 * Goal: the herder's operations do to connectors what Connect's do, and its states are true.
 * Method: a worker over a Kafka in memory with a tiny source and sink.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConfigProviders } from '../../../src/config/providers.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { noMetrics } from '../../../src/foundation/metrics.ts';
import { createStandaloneHerder, type StandaloneHerder } from '../../../src/herder/standalone.ts';
import { AppError, type PluginDescriptor, type SinkTask } from '../../../src/sdk/index.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';
import { ManualClock, untilTurns } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';

let kafka: MemoryKafka;
let clock: ManualClock;
let herder: StandaloneHerder;
let received: string[];
let broken: boolean;
let secrets: string[];

const nothing = (): Promise<void> => Promise.resolve();

const letters: PluginDescriptor = {
  class: 'LettersSource',
  type: 'source',
  version: '1.0.0',
  config: [
    {
      name: 'secret',
      type: 'PASSWORD',
      default: '',
      importance: 'LOW',
      documentation: 'A secret.',
      group: 'Letters',
      displayName: 'Secret',
    },
  ],
  load: () =>
    Promise.resolve({
      create: () => ({ plan: () => Promise.resolve([{}]) }),
      openTask: async (config, context) => {
        secrets.push(config.optionalString('secret') ?? '');
        const partition = { alphabet: 'latin' };
        const stored = await context.offsets.read(partition);
        let next = Number(stored?.['n'] ?? 0);
        return {
          poll: (signal) => {
            if (next < 3) {
              const value = 'abc'.charAt(next++);
              const position = { partition, offset: { n: next } };
              return Promise.resolve({
                records: [{ topic: 'letters', key: null, value, headers: [], position }],
              });
            }
            return new Promise((resolve) => {
              signal.addEventListener('abort', () => resolve({ records: [] }), { once: true });
            });
          },
          [Symbol.asyncDispose]: nothing,
        };
      },
    }),
};

const collect: PluginDescriptor = {
  class: 'CollectSink',
  type: 'sink',
  version: '1.0.0',
  config: [],
  load: () =>
    Promise.resolve({
      create: () => ({ plan: () => Promise.resolve([{}]) }),
      openTask: (): Promise<SinkTask> =>
        Promise.resolve({
          batching: { maxRecords: 10, maxWaitMs: 0 },
          put: (batch) => {
            if (broken) throw new AppError('fatal', 'collect.broken', 'The collector is broken.');
            received.push(...batch.map(({ value }) => String(value)));
            return Promise.resolve([]);
          },
          [Symbol.asyncDispose]: nothing,
        }),
    }),
};

beforeEach(async () => {
  kafka = new MemoryKafka();
  clock = new ManualClock();
  received = [];
  broken = false;
  secrets = [];
  const properties = {
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  };
  herder = createStandaloneHerder({
    properties,
    kafka,
    offsets: openOffsetMemory(),
    plugins: [letters, collect],
    providers: createConfigProviders(properties),
    clock,
    log: silentLog,
    metrics: noMetrics,
    workerId: '127.0.0.1:8083',
  });
  await herder.start([]);
});
afterEach(async () => {
  await herder[Symbol.asyncDispose]();
});

const source = { 'connector.class': 'LettersSource' };
const sink = { 'connector.class': 'CollectSink', topics: 'letters' };
const stateOf = (name: string): string | undefined => herder.status(name).tasks[0]?.state;

async function runBoth(): Promise<void> {
  await herder.create('in', source);
  await untilTurns(() => kafka.records('letters').length === 3);
  await herder.create('out', sink);
  await untilTurns(() => received.length === 3);
}

describe('a standalone herder', () => {
  it('runs a source into a sink, and shows what runs', async () => {
    await runBoth();
    expect(received).toEqual(['a', 'b', 'c']);
    expect([stateOf('in'), stateOf('out')]).toEqual(['RUNNING', 'RUNNING']);
    expect(herder.topics('in')).toEqual(['letters']);
    expect(herder.connectors()).toEqual(['in', 'out']);
  });

  it('keeps offsets over pause and resume: nothing comes twice (Invariant 9)', async () => {
    await runBoth();
    await herder.pause('in');
    expect(stateOf('in')).toBe('PAUSED');
    expect(await herder.offsets('in')).toEqual([
      { partition: { alphabet: 'latin' }, offset: { n: 3 } },
    ]);
    await herder.resume('in');
    await untilTurns(() => stateOf('in') === 'RUNNING');
    expect(kafka.records('letters')).toHaveLength(3);
  });

  it('replays a source from an altered offset, and only when it is stopped', async () => {
    await runBoth();
    const back = [{ partition: { alphabet: 'latin' }, offset: { n: 1 } }];
    await expect(herder.alterOffsets('in', back)).rejects.toThrow('STOPPED state');
    await herder.stop('in');
    await herder.alterOffsets('in', back);
    await herder.resume('in');
    await untilTurns(() => received.length === 5);
    expect(received).toEqual(['a', 'b', 'c', 'b', 'c']);
  });

  it('replays a sink from the beginning when its offsets are reset', async () => {
    await runBoth();
    await herder.stop('out');
    expect(await herder.offsets('out')).toEqual([
      { partition: { kafka_topic: 'letters', kafka_partition: 0 }, offset: { kafka_offset: 3 } },
    ]);
    await herder.resetOffsets('out');
    await herder.resume('out');
    await untilTurns(() => received.length === 6);
  });

  it('shows a failed task with its cause beside a connector that runs, and restarts it', async () => {
    broken = true;
    await herder.create('in', source);
    await untilTurns(() => kafka.records('letters').length === 3);
    await herder.create('out', sink);
    await untilTurns(() => stateOf('out') === 'FAILED');
    const { connector, tasks } = herder.status('out');
    expect(connector.state).toBe('RUNNING');
    expect(tasks[0]?.trace).toContain('The collector is broken.');
    broken = false;
    await herder.restart('out', { includeTasks: true, onlyFailed: true });
    await untilTurns(() => received.length === 3);
    expect(stateOf('out')).toBe('RUNNING');
  });

  it('hides a secret, and keeps it when its hidden form is sent back', async () => {
    await herder.create('in', { ...source, secret: 's3cret' });
    expect(herder.config('in')['secret']).toBe('[hidden]');
    await herder.putConfig('in', { ...herder.config('in'), 'tasks.max': '1' });
    expect(
      JSON.stringify([herder.config('in'), herder.info('in'), herder.tasks('in')]),
    ).not.toContain('s3cret');
    expect(herder.config('in')).toMatchObject({ secret: '[hidden]', 'tasks.max': '1' });
    await untilTurns(() => secrets.length === 2);
    expect(secrets).toEqual(['s3cret', 's3cret']);
  });

  it('refuses a second connector of the same name and an unknown class', async () => {
    await herder.create('in', source);
    await expect(herder.create('in', source)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(herder.create('x', { 'connector.class': 'LetersSource' })).rejects.toMatchObject({
      suggestion: 'Did you mean LettersSource?',
    });
  });
});
