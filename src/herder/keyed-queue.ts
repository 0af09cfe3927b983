/**
 * Runs the operations of one key one after another, in the order they came; those of different keys don't
 * wait for each other. A key is forgotten when nothing of it is left.
 */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, operation: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.catch(() => undefined).then(operation);
    this.#last.set(key, result);
    const forget = (): void => {
      if (this.#last.get(key) === result) this.#last.delete(key);
    };
    result.then(forget, forget);
    return result;
  }

  /** Resolves when what was asked for until now is done. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
