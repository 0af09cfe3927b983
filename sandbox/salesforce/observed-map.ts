/** A small store as durable state sees it. */
export interface Store {
  entries(): Iterable<[string, unknown]>;
  observe(observer: (key: string, value: unknown) => void): void;
  restore(entries: Iterable<readonly [string, unknown]>): void;
}

/** A map that tells one observer of what is put into it and taken out: how durable state follows small stores. */
export class ObservedMap<K, V> extends Map<K, V> {
  #observer: ((key: K, value: V | undefined) => void) | undefined;

  /** From now on; `value` is undefined where the key is gone. */
  observe(observer: (key: K, value: V | undefined) => void): void {
    this.#observer = observer;
  }

  /** Instead of what is there; nobody is told. */
  restore(entries: Iterable<readonly [K, V]>): void {
    super.clear();
    for (const [key, value] of entries) super.set(key, value);
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    this.#observer?.(key, value);
    return this;
  }

  override delete(key: K): boolean {
    const had = super.delete(key);
    if (had) this.#observer?.(key, undefined);
    return had;
  }

  override clear(): void {
    for (const key of this.keys()) this.delete(key);
  }
}
