import type { SandboxClock } from '../org/types.ts';

/** More than these aren't remembered: the oldest goes. */
const MOST = 10_000;

/** What is handed out once and worth something for a while: authorization codes, device codes. */
export class OneTimeCodes<T> {
  readonly #clock: SandboxClock;
  readonly #lifetimeMs: number;
  readonly #entries = new Map<string, { readonly value: T; readonly expiresAt: number }>();

  constructor(clock: SandboxClock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  add(code: string, value: T): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MOST && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(code, { value, expiresAt: this.#clock.now() + this.#lifetimeMs });
  }

  get(code: string): T | undefined {
    const entry = this.#entries.get(code);
    return entry === undefined || entry.expiresAt <= this.#clock.now() ? undefined : entry.value;
  }

  /** As `get`, for the last time. */
  take(code: string): T | undefined {
    const value = this.get(code);
    if (value !== undefined) this.#entries.set(code, { value, expiresAt: -Infinity });
    return value;
  }

  /** It was one, though it may have been used or have expired. */
  knows(code: string): boolean {
    return this.#entries.has(code);
  }

  find(matches: (value: T) => boolean): T | undefined {
    for (const code of this.#entries.keys()) {
      const value = this.get(code);
      if (value !== undefined && matches(value)) return value;
    }
    return undefined;
  }
}
