/** Calls between a task's thread and its worker, both ways, over one MessagePort. */
import { AppError } from '../../foundation/errors.ts';
import { errorFromWire, errorToWire, type WireError } from './errors.ts';

/** What a `Worker` and a thread's `parentPort` have in common. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Answers one method; `signal` aborts when the caller's does. */
export type Handler = (argument: unknown, signal: AbortSignal) => unknown;

type Message =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: string;
      readonly argument: unknown;
      /** Whether the caller's signal has aborted before. */
      readonly aborted: boolean;
    }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'return'; readonly id: number; readonly value: unknown }
  | { readonly type: 'throw'; readonly id: number; readonly error: WireError };

/**
 * A call is a credit: nothing is sent that the other side hasn't asked for, and who calls waits for the answer
 * before the next call of that kind, so at most one batch is on its way (Invariant 8). Messages keep their
 * order (Invariant 5).
 */
export class Link {
  readonly #port: Port;
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #answering = new Map<number, AbortController>();
  #lastId = 0;
  #closedBy: Error | undefined;

  constructor(port: Port, handlers: Readonly<Record<string, Handler>>) {
    this.#port = port;
    this.#handlers = handlers;
    port.on('message', (message) => this.#receive(message as Message));
  }

  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** Rejects with the other side's error, its kind kept; or with what closed the link. */
  async call<T>(method: string, argument?: unknown, signal?: AbortSignal): Promise<T> {
    if (this.#closedBy !== undefined) throw this.#closedBy;
    const id = (this.#lastId += 1);
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const abort = (): void => this.#port.postMessage({ type: 'abort', id } satisfies Message);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const aborted = signal?.aborted === true;
      this.#port.postMessage({ type: 'call', id, method, argument, aborted } satisfies Message);
      return (await answer.promise) as T;
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Every call that waits, and every later one, rejects with `error`. */
  close(error: Error): void {
    this.#closedBy ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#closedBy);
    for (const answering of this.#answering.values()) answering.abort(this.#closedBy);
  }

  #receive(message: Message): void {
    if (message.type === 'call') void this.#answer(message);
    else if (message.type === 'abort') this.#answering.get(message.id)?.abort(new Error('aborted'));
    else if (message.type === 'return') this.#waiting.get(message.id)?.resolve(message.value);
    else this.#waiting.get(message.id)?.reject(errorFromWire(message.error));
  }

  async #answer({ id, method, argument, aborted }: Message & { type: 'call' }): Promise<void> {
    const ending = new AbortController();
    this.#answering.set(id, ending);
    if (aborted) ending.abort(new Error('aborted'));
    try {
      const handler = this.#handlers[method];
      if (handler === undefined) throw new AppError('fatal', 'task.thread', `No ${method} here.`);
      const value = await handler(argument, ending.signal);
      this.#port.postMessage({ type: 'return', id, value } satisfies Message);
    } catch (error) {
      this.#port.postMessage({ type: 'throw', id, error: errorToWire(error) } satisfies Message);
    } finally {
      this.#answering.delete(id);
    }
  }
}
