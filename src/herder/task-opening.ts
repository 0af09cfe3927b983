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
  const { plugin, connector, deps } = wiring;
  const thread = threadOf(runner, wiring, config, context);
  let task: SourceTask;
  if (thread === undefined) {
    task = await (await plugin.load()).openTask(config, context, signal);
  } else {
    const { openSourceInThread } = await import('../runtime/isolation/source.ts');
    task = await openSourceInThread(thread, context, signal);
  }
  return deps.tracing === undefined
    ? task
    : tracedSource(task, deps.tracing, connector, deps.clock);
}

export async function openSink(
  runner: TaskRunner,
  wiring: TaskWiring & { readonly plugin: Sink },
  config: Config,
  context: SinkTaskContext,
  signal: AbortSignal,
): Promise<SinkTask> {
  const { plugin, connector, deps } = wiring;
  const thread = threadOf(runner, wiring, config, context);
  let task: SinkTask;
  if (thread === undefined) {
    task = await (await plugin.load()).openTask(config, context, signal);
  } else {
    const { openSinkInThread } = await import('../runtime/isolation/sink.ts');
    task = await openSinkInThread(thread, context, signal);
  }
  return deps.tracing === undefined ? task : tracedSink(task, deps.tracing, connector);
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
