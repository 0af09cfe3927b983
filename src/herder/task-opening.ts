/** Opens a connector's task: here, or in a thread of its own (`task.isolation`). */
import type { Config } from '../config/config.ts';
import { AppError } from '../foundation/errors.ts';
import { isolationOf } from '../runtime/isolation/config.ts';
import type { ThreadOptions } from '../runtime/isolation/task-thread.ts';
import type { TaskRunner } from '../runtime/task-runner.ts';
import { tracedSink, tracedSource } from '../runtime/tracing/traced.ts';
import type {
  PluginDescriptor,
  SinkTask,
  SinkTaskContext,
  SourceTask,
  SourceTaskContext,
} from '../sdk/index.ts';
import type { TaskWiring } from './task-wiring.ts';

type Source = Extract<PluginDescriptor, { type: 'source' }>;
type Sink = Extract<PluginDescriptor, { type: 'sink' }>;

export async function openSource(
  runner: TaskRunner,
  wiring: TaskWiring & { readonly plugin: Source },
  config: Config,
  context: SourceTaskContext,
  signal: AbortSignal,
): Promise<SourceTask> {
  const task = await openedSource(runner, wiring, config, context, signal);
  const { deps, connector } = wiring;
  return deps.tracing === undefined
    ? task
    : tracedSource(task, deps.tracing, connector, deps.clock);
}

async function openedSource(
  runner: TaskRunner,
  wiring: TaskWiring & { readonly plugin: Source },
  config: Config,
  context: SourceTaskContext,
  signal: AbortSignal,
): Promise<SourceTask> {
  const thread = threadOf(runner, wiring, config, context);
  if (thread === undefined) {
    return await (await wiring.plugin.load()).openTask(config, context, signal);
  }
  const { openSourceInThread } = await import('../runtime/isolation/source.ts');
  return await openSourceInThread(thread, context, signal);
}

export async function openSink(
  runner: TaskRunner,
  wiring: TaskWiring & { readonly plugin: Sink },
  config: Config,
  context: SinkTaskContext,
  signal: AbortSignal,
): Promise<SinkTask> {
  const task = await openedSink(runner, wiring, config, context, signal);
  const { tracing } = wiring.deps;
  return tracing === undefined ? task : tracedSink(task, tracing, wiring.connector);
}

async function openedSink(
  runner: TaskRunner,
  wiring: TaskWiring & { readonly plugin: Sink },
  config: Config,
  context: SinkTaskContext,
  signal: AbortSignal,
): Promise<SinkTask> {
  const thread = threadOf(runner, wiring, config, context);
  if (thread === undefined) {
    return await (await wiring.plugin.load()).openTask(config, context, signal);
  }
  const { openSinkInThread } = await import('../runtime/isolation/sink.ts');
  return await openSinkInThread(thread, context, signal);
}

function threadOf(
  runner: TaskRunner,
  { plugin, resolved, connector, task, deps }: TaskWiring,
  config: Config,
  context: { readonly workerValueConverter?: string | undefined },
): Omit<ThreadOptions, 'handlers' | 'context'> | undefined {
  const isolation = isolationOf(resolved, deps.properties);
  if (isolation === undefined) return undefined;
  if (plugin.module === undefined) {
    throw new AppError(
      'config',
      'task.isolation',
      `task.isolation=thread: ${plugin.class} can't be loaded in a thread, for its module isn't known.`,
      { path: 'task.isolation', suggestion: 'Put it into a package on plugin.path.' },
    );
  }
  return {
    ...isolation,
    cutOff: runner.cutOff.signal,
    start: {
      module: plugin.module,
      class: plugin.class,
      version: plugin.version,
      connector,
      task,
      properties: config.properties,
      workerValueConverter: context.workerValueConverter,
    },
  };
}
