import { explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { TaskRunner } from './task-runner.ts';

/** Closes a connector's task. What closing throws is logged, as in Connect: it mustn't hide why the task ends. */
export async function closeTask(
  runner: TaskRunner,
  task: AsyncDisposable | undefined,
  { connector, log }: { readonly connector: string; readonly log: Log },
): Promise<void> {
  try {
    await task?.[Symbol.asyncDispose]();
  } catch (error) {
    const message = `Closing the task failed: ${explain(error)}`;
    log.warn(message, { connector, task: runner.task });
  }
}
