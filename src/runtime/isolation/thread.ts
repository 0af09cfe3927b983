/** The thread of one task: loads its plugin, opens the task, answers its worker's calls. */
import { parentPort, workerData } from 'node:worker_threads';
import { Config } from '../../config/config.ts';
import type { Position, SinkRecord } from '../../data/record.ts';
import { systemClock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { PluginDescriptor, Rejection, SinkTask, SourceTask } from '../../sdk/index.ts';
import { shareSdk } from '../../sdk/shared.ts';
import { errorToWire } from './errors.ts';
import { Link, type Handler } from './link.ts';
import { GatheredMetrics, type MetricChange } from './metrics.ts';
import type { OpenedTask, ThreadStart, WireRejection, WireSinkBatch } from './protocol.ts';
import { RecordReceiver, RecordSender } from './records.ts';
import { Teller, tellingLog } from './telling.ts';

if (parentPort === null) throw new Error('This module is for a thread.');
shareSdk();
const start = workerData as ThreadStart;
const metrics = new GatheredMetrics();
const sender = new RecordSender();
const receiver = new RecordReceiver();
const ended = new AbortController();
let task: Partial<SourceTask & SinkTask> | undefined;
/** The batch that is being put: where its records stand. */
let places = new Map<SinkRecord, number>();

const handlers: Readonly<Record<string, Handler>> = {
  ping: () => true,
  open: (_argument, signal) => open(signal),
  poll: async (_argument, signal) => {
    const { records = [], ...rest } = (await task?.poll?.(signal)) ?? {};
    return { ...rest, records: records.map((record) => sender.encode(record)) };
  },
  onCommitted: (positions) => task?.onCommitted?.(positions as readonly Position[]),
  assign: (partitions, signal) => task?.assign?.(partitions as never, signal),
  revoke: (partitions) => task?.revoke?.(partitions as never),
  query: (argument, signal) => {
    const [sql, limits] = argument as [string, never];
    return task?.query?.(sql, limits, signal);
  },
  put: (batch, signal) => put(batch as WireSinkBatch, signal),
  close: async () => {
    await task?.[Symbol.asyncDispose]?.();
    ended.abort();
    await teller.flush();
  },
};

const link = new Link(parentPort, handlers);
const teller = new Teller<MetricChange>(
  (told) => link.call('told', told),
  () => metrics.take(),
);
void teller.run(systemClock, ended.signal);

async function open(signal: AbortSignal): Promise<OpenedTask> {
  const plugin = await descriptor();
  const config = new Config(plugin.config, start.properties);
  const context = {
    connector: start.connector,
    task: start.task,
    log: tellingLog(teller),
    metrics: metrics.view(),
    clock: systemClock,
    workerValueConverter: start.workerValueConverter,
    topicConfig: (topic: string) => link.call<never>('topicConfig', topic),
    report: (reason: string | undefined) => teller.report(reason),
  };
  task =
    plugin.type === 'source'
      ? await (await plugin.load()).openTask(config, { ...context, ...sourceContext }, signal)
      : await (await plugin.load()).openTask(config, { ...context, reject }, signal);
  const methods = ['onCommitted', 'assign', 'revoke', 'query'] as const;
  return {
    methods: methods.filter((method) => task?.[method] !== undefined),
    batching: task.batching === undefined ? undefined : { ...task.batching },
  };
}

const sourceContext = {
  offsets: {
    read: (partition: unknown) => link.call<never>('readOffset', partition),
    claim: (key: string, value: string) => link.call<string>('claim', [key, value]),
    anchor: (position: Position) => link.call<void>('anchor', position),
  },
  latestValueSchema: (topic: string) => link.call<never>('latestValueSchema', topic),
  valueSchemas: (topic: string) => link.call<never>('valueSchemas', topic),
};

async function descriptor(): Promise<PluginDescriptor> {
  const exported = (await import(start.module)) as Readonly<Record<string, unknown>>;
  const known = Object.values(exported).flat() as readonly (Partial<PluginDescriptor> | null)[];
  const found = known.find((each) => each?.class === start.class && each.version === start.version);
  if (found?.load !== undefined) return found as PluginDescriptor;
  throw new AppError(
    'fatal',
    'task.thread',
    `${start.module} doesn't export ${start.class} ${start.version} any more.`,
  );
}

async function put(batch: WireSinkBatch, signal: AbortSignal): Promise<readonly WireRejection[]> {
  places = new Map();
  const records = batch.map((wire, at) => {
    const record = receiver.decode<SinkRecord>(wire);
    const prepared = task?.prepare?.(record) ?? record;
    places.set(record, at).set(prepared, at);
    return prepared;
  });
  const rejections = (await task?.put?.(records, signal)) ?? [];
  return rejections.map(placed);
}

function reject(rejection: Rejection): Promise<void> {
  return link.call('reject', placed(rejection));
}

function placed({ record, error }: Rejection): WireRejection {
  const at = places.get(record);
  if (at === undefined) {
    throw new AppError('fatal', 'task.thread', 'A record was rejected that is not being put.');
  }
  return { at, error: errorToWire(error) };
}
