/** One task's thread as its worker sees it: started, watched, ended. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, explain, messageOf } from '../../foundation/errors.ts';
import type { TaskContext } from '../../sdk/index.ts';
import type { Isolation } from './config.ts';
import { Link, type Handler } from './link.ts';
import { KeptMetrics, type MetricChange } from './metrics.ts';
import type { OpenedTask, ThreadStart } from './protocol.ts';
import type { Told } from './telling.ts';

export interface ThreadOptions extends Isolation {
  readonly start: ThreadStart;
  readonly context: TaskContext;
  /** What the task's side may ask for besides. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Aborts when the time to stop is over: then the thread is ended, whatever it does (Invariant 8). */
  readonly cutOff: AbortSignal;
}

/** How often a thread is asked whether it still answers. */
const PING_MS = 1_000;

/** Starts a thread and opens the task in it. */
export async function openThread(options: ThreadOptions, signal: AbortSignal): Promise<TaskThread> {
  const thread = new TaskThread(options);
  try {
    thread.opened = await thread.call<OpenedTask>('open', undefined, signal);
    return thread;
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    throw error;
  }
}

export class TaskThread implements AsyncDisposable {
  opened: OpenedTask = { methods: [], batching: undefined };
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #link: Link;
  readonly #metrics: KeptMetrics;
  readonly #ended = new AbortController();
  readonly #exited: Promise<void>;

  constructor(options: ThreadOptions) {
    const { memoryMb, start, context, handlers, cutOff } = options;
    this.#options = options;
    this.#metrics = new KeptMetrics(context.metrics);
    const { url } = import.meta;
    this.#worker = new Worker(new URL(`./thread${extname(url)}`, url), {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      name: `${start.connector}-${start.task}`,
    });
    this.#exited = new Promise((resolve) => void this.#worker.once('exit', () => resolve()));
    this.#worker.on('error', (error) => this.#fail(this.#failure(error)));
    this.#worker.on('messageerror', (error) => this.#fail(this.#failure(error)));
    this.#worker.once('exit', () => this.#fail(broken("The task's thread has ended by itself.")));
    this.#link = new Link(this.#worker, {
      ...handlers,
      topicConfig: (topic) => context.topicConfig(String(topic)),
      told: (told) => this.#told(told as Told<MetricChange>),
    });
    const end = (): void =>
      this.#fail(broken("The task didn't stop in time; its thread was ended."));
    if (cutOff.aborted) end();
    cutOff.addEventListener('abort', end, { once: true, signal: this.#ended.signal });
    void this.#watch(context.clock);
  }

  /** Of the task, in its thread. Rejects with what ended the thread, if that comes first. */
  call<T>(method: string, argument?: unknown, signal?: AbortSignal): Promise<T> {
    return this.#link.call<T>(method, argument, signal);
  }

  /** Closes the task, then ends its thread; bounded by `cutOff`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.call('close').catch((error: unknown) => {
      this.#options.context.log.warn(`Closing the task failed: ${explain(error)}`);
    });
    this.#ended.abort();
    this.#link.close(broken("The task's thread is closed."));
    this.#metrics[Symbol.dispose]();
    void this.#worker.terminate();
    await this.#exited;
  }

  #told({ lines, dropped, metrics, report }: Told<MetricChange>): void {
    const { context: task } = this.#options;
    const { log } = task;
    for (const { level, message, fields, context } of lines) {
      context.reduce((parent, own) => parent.child(own), log)[level](message, fields);
    }
    if (dropped > 0) log.warn(`The task logs too much: ${dropped} lines were dropped.`);
    this.#metrics.apply(metrics);
    if (report !== undefined) task.report(report.reason);
  }

  /** Asks on and on; a tick counts only if this thread could run itself, so a paused process is no stall. */
  async #watch(clock: Clock): Promise<void> {
    const { stallMs } = this.#options;
    const { signal } = this.#ended;
    let unanswered = 0;
    let asking = false;
    while (!signal.aborted) {
      if (!asking) {
        asking = true;
        unanswered = 0;
        void this.#link.call('ping').then(
          () => (asking = false),
          () => undefined,
        );
      }
      await clock.sleep(PING_MS, signal).catch(() => undefined);
      unanswered += PING_MS;
      if (asking && unanswered >= stallMs && !signal.aborted) {
        const message = `The task has blocked its thread for ${stallMs} ms (task.isolation.stall.timeout.ms); the thread was ended.`;
        this.#fail(new AppError('fatal', 'task.stalled', message));
      }
    }
  }

  #failure(error: unknown): AppError {
    if ((error as { code?: string }).code !== 'ERR_WORKER_OUT_OF_MEMORY') {
      return new AppError('fatal', 'task.thread', `The task's thread broke: ${messageOf(error)}`, {
        cause: error,
      });
    }
    const { memoryMb } = this.#options;
    const message = `The task needs more memory than task.isolation.memory.mb=${memoryMb} allows; its thread was ended.`;
    return new AppError('fatal', 'task.memory', message, { path: 'task.isolation.memory.mb' });
  }

  /** A thread that broke while nothing is asked of it is told at once, else by what waits (Invariant 10). */
  #fail(error: AppError): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    if (!this.#link.waits) this.#options.context.report(explain(error));
    this.#link.close(error);
    void this.#worker.terminate();
  }
}

function broken(message: string): AppError {
  return new AppError('fatal', 'task.thread', message);
}
