/** What a task says by the way: log lines, metrics, why it isn't moving. Bounded, and never waited for. */
import type { Clock } from '../../foundation/clock.ts';
import type { Log, LogFields } from '../../foundation/log.ts';
import { errorText } from './text.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Line {
  readonly level: Level;
  readonly message: string;
  readonly fields: LogFields;
  /** What its log's parents add. */
  readonly context: readonly LogFields[];
}

/** What has happened since the last time. */
export interface Told<M> {
  readonly lines: readonly Line[];
  /** Lines for which there was no room. */
  readonly dropped: number;
  readonly metrics: readonly M[];
  /** The newest `report`, if there was one. */
  readonly report: { readonly reason: string | undefined } | undefined;
}

/** A task that floods its log loses lines, counted, rather than fill its worker's memory (Invariant 8). */
const MAX_LINES = 1_000;
/** Metrics are as old as this at most. */
const EVERY_MS = 1_000;

/** One message is on its way at a time; what comes meanwhile is gathered. */
export class Teller<M> {
  readonly #send: (told: Told<M>) => Promise<void>;
  readonly #metrics: () => readonly M[];
  #lines: Line[] = [];
  #dropped = 0;
  #report: { readonly reason: string | undefined } | undefined;
  #sending: Promise<void> | undefined;

  constructor(send: (told: Told<M>) => Promise<void>, metrics: () => readonly M[]) {
    this.#send = send;
    this.#metrics = metrics;
  }

  line(line: Line): void {
    if (this.#lines.length < MAX_LINES) this.#lines.push(line);
    else this.#dropped += 1;
    this.#begin();
  }

  report(reason: string | undefined): void {
    this.#report = { reason };
    this.#begin();
  }

  /** Tells metrics regularly, until `signal` aborts. */
  async run(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(EVERY_MS, signal).catch(() => undefined);
      await this.flush();
    }
  }

  /** Resolves when everything said so far has arrived. */
  async flush(): Promise<void> {
    await this.#sending;
    await this.#once();
  }

  #begin(): void {
    this.#sending ??= Promise.resolve().then(async () => {
      while (this.#lines.length > 0 || this.#report !== undefined) await this.#once();
      this.#sending = undefined;
    });
  }

  async #once(): Promise<void> {
    const told: Told<M> = {
      lines: this.#lines,
      dropped: this.#dropped,
      metrics: this.#metrics(),
      report: this.#report,
    };
    this.#lines = [];
    this.#dropped = 0;
    this.#report = undefined;
    await this.#send(told).catch(() => undefined);
  }
}

/** A log whose lines are told. */
export function tellingLog(
  teller: Pick<Teller<unknown>, 'line'>,
  context: readonly LogFields[] = [],
): Log {
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void =>
      teller.line({ level, message, fields: plain(fields), context });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => tellingLog(teller, [...context, plain(fields)]),
  };
}

/** What can be sent: texts of what can't. */
function plain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, errorText(value)]),
  );
}
