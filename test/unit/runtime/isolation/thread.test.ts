/**
 * Goal: a task in a thread keeps the promises of one on the main thread: order, types, one batch at a time, errors with
 * their kind, an end within its bound.
 * Method: real threads; plugins written to disk for each test; what they are told and tell is looked at.
 */
import { expect, it } from 'vitest';
import { systemClock } from '../../../../src/foundation/clock.ts';
import { noMetrics, type Metrics } from '../../../../src/foundation/metrics.ts';
import { openSinkInThread } from '../../../../src/runtime/isolation/sink.ts';
import { openSourceInThread } from '../../../../src/runtime/isolation/source.ts';
import type {
  AppError,
  Rejection,
  SinkRecord,
  SinkTask,
  SinkTaskContext,
  SourceTask,
  SourceTaskContext,
} from '../../../../src/sdk/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { pluginFolder, type PluginFolder } from '../../../support/plugin-packages.ts';
import { recordingLog, type LogLine } from '../../../support/recording-log.ts';

interface Told {
  readonly lines: LogLine[];
  readonly reports: (string | undefined)[];
  readonly rejected: Rejection[];
  readonly anchored: unknown[];
}

interface Given {
  readonly at: PluginFolder;
  /** The task's members, as JavaScript; `context`, `config` and `sdk` are there. */
  readonly members: string;
  readonly type?: 'source' | 'sink';
  readonly cutOff?: AbortSignal;
  readonly memoryMb?: number;
  readonly stallMs?: number;
  readonly metrics?: Metrics;
}

function startOf({ at, members, type = 'source', cutOff, memoryMb = 64, stallMs = 30_000 }: Given) {
  const module = at.write(
    'plugin.mjs',
    `import * as sdk from 'headwater/sdk';
     const openTask = async (config, context, signal) => ({
       ${type === 'source' ? 'poll: async () => ({ records: [] }),' : 'batching: { maxRecords: 7, maxWaitMs: 3 }, put: async () => [],'}
       [Symbol.asyncDispose]: async () => {}, ...(await (${members})({ config, context, signal, sdk }))
     });
     const config = [{ name: 'say', type: 'STRING', default: 'hello' }];
     export const plugins = [{ class: 'T', type: '${type}', version: '1', config,
       load: async () => ({ create: () => ({}), openTask }) }];`,
  );
  return {
    memoryMb,
    stallMs,
    cutOff: cutOff ?? new AbortController().signal,
    start: {
      module: `file://${module}`,
      class: 'T',
      version: '1',
      connector: 'c',
      task: 0,
      properties: { say: 'moo' },
      workerValueConverter: undefined,
    },
  };
}

function contextOf(told: Told, metrics: Metrics): SourceTaskContext & SinkTaskContext {
  return {
    connector: 'c',
    task: 0,
    clock: systemClock,
    log: recordingLog(told.lines),
    metrics,
    topicConfig: async (topic) => ({ topic }),
    report: (reason) => void told.reports.push(reason),
    offsets: {
      read: async (partition) => ({ was: partition['p'] }),
      claim: async (key, value) => `${key}=${value}`,
      anchor: async (position) => void told.anchored.push(position),
    },
    latestValueSchema: async () => undefined,
    valueSchemas: async () => [{ type: 'string', optional: false }],
    reject: async (rejection) => void told.rejected.push(rejection),
  };
}

const nothingTold = (): Told => ({ lines: [], reports: [], rejected: [], anchored: [] });
const quiet = new AbortController().signal;

function source(given: Given, told = nothingTold()): Promise<SourceTask> {
  return openSourceInThread(
    startOf(given),
    contextOf(told, given.metrics ?? noMetrics),
    given.cutOff ?? quiet,
  );
}

function sink(given: Given, told = nothingTold()): Promise<SinkTask> {
  return openSinkInThread(startOf({ ...given, type: 'sink' }), contextOf(told, noMetrics), quiet);
}

const record = (offset: number, value: unknown): SinkRecord => ({
  topic: 't',
  kafkaPartition: 0,
  kafkaOffset: BigInt(offset),
  key: null,
  value,
  headers: [],
  original: {
    topic: 't',
    partition: 0,
    offset: BigInt(offset),
    timestamp: 1,
    key: null,
    value: Buffer.from(String(value)),
    headers: [],
  },
});

it('carries records with their types, one schema object for all of a kind, and the context both ways', async () => {
  using at = pluginFolder();
  const told = nothingTold();
  await using task = await source(
    {
      at,
      members: `async ({ config, context }) => {
        const schema = { type: 'struct', optional: false, fields: [] };
        const was = await context.offsets.read({ p: 7 });
        await context.offsets.anchor({ partition: { p: 1 }, offset: { o: 2 } });
        const value = { big: 9007199254740993n, bytes: Buffer.from('hello world').subarray(6), map: new Map([['a', 1n]]),
          say: config.string('say'), was: was.was, claimed: await context.offsets.claim('k', 'v'),
          topic: (await context.topicConfig('x')).topic, schemas: (await context.valueSchemas('t')).length, none: null };
        return { poll: async () => ({ records: [1, 2].map((n) => ({ topic: 't', key: n, valueSchema: schema, value,
          headers: [{ key: 'h', value: 5n, schema }], position: { partition: { p: 1 }, offset: { n } } })),
          positions: [{ partition: { p: 1 }, offset: { n: 3 } }] }) };
      }`,
    },
    told,
  );
  const first = await task.poll(quiet);
  const second = await task.poll(quiet);
  expect(first.positions).toEqual([{ partition: { p: 1 }, offset: { n: 3 } }]);
  expect(first.records.map(({ key }) => key)).toEqual([1, 2]);
  expect(first.records[0]?.value).toEqual({
    big: 9007199254740993n,
    bytes: new Uint8Array(Buffer.from('world')),
    map: new Map([['a', 1n]]),
    say: 'moo',
    was: 7,
    claimed: 'k=v',
    topic: 'x',
    schemas: 1,
    none: null,
  });
  const schemas = [...first.records, ...second.records].flatMap(({ valueSchema, headers }) => [
    valueSchema,
    headers[0]?.schema,
  ]);
  expect(new Set(schemas).size).toBe(1);
  expect(told.anchored).toEqual([{ partition: { p: 1 }, offset: { o: 2 } }]);
});

it('forgets schemas rather than fill the memory, and still carries each', async () => {
  using at = pluginFolder();
  await using task = await source({
    at,
    members: `async () => { let n = 0; return { poll: async () => ({ records: Array.from({ length: 700 }, () => ({
      topic: 't', key: null, value: '', headers: [], valueSchema: { type: 'string', optional: false, name: 's' + n++ } })) }) }; }`,
  });
  const names: (string | undefined)[] = [];
  for (let polls = 0; polls < 4; polls += 1) {
    const { records } = await task.poll(quiet);
    names.push(...records.map(({ valueSchema }) => valueSchema?.name));
  }
  expect(names).toEqual(Array.from({ length: 2_800 }, (_, n) => `s${n}`));
});

it('ends a poll that waits when its signal aborts', async () => {
  using at = pluginFolder();
  await using task = await source({
    at,
    members: `async () => ({ poll: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ records: [] }))) })`,
  });
  const ending = new AbortController();
  const polled = task.poll(ending.signal);
  ending.abort();
  expect(await polled).toEqual({ records: [] });
});

it.each(['poll', 'open'])('keeps the kind, path and cause of an error from %s', async (where) => {
  using at = pluginFolder();
  const fail = `throw new sdk.AppError('reconnect', 'x.y', 'gone', { path: 'p', suggestion: 'Wait.', waitMs: 5, cause: new TypeError('why') })`;
  const members =
    where === 'open'
      ? `async ({ sdk }) => { ${fail}; }`
      : `async ({ sdk }) => ({ poll: async () => { ${fail}; } })`;
  const poll = async (): Promise<unknown> => {
    await using task = await source({ at, members });
    return await task.poll(quiet);
  };
  const error = await poll().catch((cause: unknown) => cause as AppError);
  expect(error).toMatchObject({
    kind: 'reconnect',
    code: 'x.y',
    path: 'p',
    suggestion: 'Wait.',
    waitMs: 5,
    cause: { name: 'TypeError', message: 'why' },
  });
});

it('tells log lines, metrics and reports; a flood is dropped and counted', async () => {
  using at = pluginFolder();
  const told = nothingTold();
  const counted: number[] = [];
  const seen: Record<string, () => Iterable<{ value: number }>> = {};
  const metrics: Metrics = {
    ...noMetrics,
    counter: () => ({ add: (value = 1) => void counted.push(value) }),
    observedGauges: (name, _help, _labels, read) => {
      seen[name] = read;
      return { [Symbol.dispose]: () => delete seen[name] };
    },
    with: () => metrics,
  };
  const given: Given = {
    at,
    metrics,
    members: `async ({ context }) => {
      const moved = context.metrics.counter('moved', '');
      context.metrics.observedGauge('age', '', {}, () => 42);
      return { poll: async () => { moved.add(2); moved.add(3); context.report('waiting');
        context.log.child({ logger: 'deep' }).warn('careful', { error: new Error('no') });
        for (let i = 0; i < 5000; i++) context.log.info('flood');
        return { records: [] }; } };
    }`,
  };
  {
    await using task = await source(given, told);
    await task.poll(quiet);
    await eventually(
      () => Object.keys(seen),
      (names) => names.length > 0,
    );
    expect([...(seen['age']?.() ?? [])]).toEqual([{ labels: {}, value: 42 }]);
  }
  expect(counted).toEqual([5]);
  expect(told.reports).toContain('waiting');
  const careful = told.lines.find(({ message }) => message === 'careful');
  expect(careful).toMatchObject({ level: 'warn', fields: { logger: 'deep' } });
  expect(String(careful?.fields['error'])).toMatch(/^Error: no/);
  expect(told.lines.some(({ message }) => /lines were dropped/.test(message))).toBe(true);
  expect(told.lines.length).toBeLessThan(2_500);
  expect(seen).toEqual({});
});

it('puts batches in order, prepared, and gives rejections back on the records they are about', async () => {
  using at = pluginFolder();
  const told = nothingTold();
  await using task = await sink(
    {
      at,
      members: `async ({ context, sdk }) => ({
        prepare: (record) => ({ ...record, value: record.value + '!' }),
        assign: async (partitions) => partitions.map((each) => ({ ...each, offset: 5n })),
        query: async (sql) => ({ columns: [], rows: [[sql]], truncated: false }),
        put: async (batch) => {
          const bad = (record) => ({ record, error: new sdk.AppError('data', 'bad', record.value) });
          await context.reject(bad(batch[0]));
          return [bad(batch[2])];
        } })`,
    },
    told,
  );
  expect(task.batching).toEqual({ maxRecords: 7, maxWaitMs: 3 });
  expect('revoke' in task).toBe(false);
  expect(await task.assign?.([{ topic: 't', partition: 3 }], quiet)).toEqual([
    { topic: 't', partition: 3, offset: 5n },
  ]);
  const batch = ['a', 'b', 'c'].map((value, offset) => record(offset, value));
  const rejections = await task.put(batch, quiet);
  expect(rejections).toMatchObject([{ error: { kind: 'data', message: 'c!' } }]);
  expect(rejections[0]?.record).toBe(batch[2]);
  expect(told.rejected[0]?.record).toBe(batch[0]);
  expect((await task.query?.('SELECT', { maxRows: 1, timeoutMs: 1 }, quiet))?.rows).toEqual([
    ['SELECT'],
  ]);
});

const BLOCKS = 'async () => ({ poll: async () => { for (;;); } })';
const isFatal = (code: string): unknown => expect.objectContaining({ kind: 'fatal', code });

it('fails alone when it blocks its thread', async () => {
  using at = pluginFolder();
  const task = await source({ at, members: BLOCKS, stallMs: 1_000 });
  await expect(task.poll(quiet)).rejects.toThrow(isFatal('task.stalled'));
  await task[Symbol.asyncDispose]();
});

it('is ended, whatever it does, when the time to stop is over', async () => {
  using at = pluginFolder();
  const cutOff = new AbortController();
  const task = await openSourceInThread(
    startOf({ at, members: BLOCKS, cutOff: cutOff.signal }),
    contextOf(nothingTold(), noMetrics),
    quiet,
  );
  const polled = expect(task.poll(quiet)).rejects.toThrow("didn't stop in time");
  const closed = task[Symbol.asyncDispose]();
  cutOff.abort();
  await Promise.all([polled, closed]);
});

it.each([
  [
    'leaks',
    'const kept = []; for (;;) kept.push(new Array(1000).fill(Math.random()))',
    'task.memory',
  ],
  ['exits', 'process.exit(3); await new Promise(() => {})', 'task.thread'],
  [
    'throws where nobody catches',
    "setTimeout(() => { throw new Error('oops'); }); await new Promise(() => {})",
    'task.thread',
  ],
])('fails alone when it %s', async (_what, body, code) => {
  using at = pluginFolder();
  await using task = await source({
    at,
    members: `async () => ({ poll: async () => { ${body}; } })`,
    memoryMb: 32,
  });
  await expect(task.poll(quiet)).rejects.toThrow(isFatal(code));
  await expect(task.poll(quiet)).rejects.toThrow(isFatal(code));
});

it('says that it is broken while nothing is asked of it', async () => {
  using at = pluginFolder();
  const told = nothingTold();
  await using _task = await sink(
    {
      at,
      members: "async () => { setTimeout(() => { throw new Error('oops'); }, 50); return {}; }",
    },
    told,
  );
  await eventually(
    () => told.reports,
    (reports) => reports.some((reason) => reason?.includes('oops') === true),
  );
});

it('gives no record for a poll whose signal has aborted before', async () => {
  using at = pluginFolder();
  await using task = await source({
    at,
    members: `async () => ({ poll: async (signal) => ({ records: signal.aborted ? [] : [{ topic: 't', key: 1, value: 1, headers: [] }] }) })`,
  });
  expect(await task.poll(AbortSignal.abort())).toEqual({ records: [] });
});
