import { destination, pino, type Logger } from 'pino';
import { AppError, explain, messageOf, stackOf } from './errors.ts';
import type { Log, LogFields } from './log.ts';

export type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL' | 'OFF';

/** From the most to the least; Connect's names. */
export const LEVELS: readonly Level[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'];

export interface LoggerLevel {
  readonly level: Level;
  /** Epoch ms, null = as started. */
  readonly last_modified: number | null;
}

/** Which lines are written, by logger name. A name rules those below it (`a` rules `a.b`). */
export interface LogLevels {
  all(): Readonly<Record<string, LoggerLevel>>;
  /** undefined when there is no such logger. */
  get(logger: string): LoggerLevel | undefined;
  /** Returns the loggers whose level changed. */
  set(logger: string, level: Level): readonly string[];
}

export interface PinoOptions {
  readonly level: Level;
  /** Goes over every line. */
  readonly redact: (line: string) => string;
  readonly now: () => number;
}

const ROOT = 'root';
/** Bounds names set by REST that no logger has (Invariant 8). */
const MAX_LOGGERS = 1_000;

/**
 * The log of a process: one JSON line per message on stderr, so that stdout is free for output. `child({
 * logger })` names a logger below its parent; its level can be set while running.
 */
export function createPinoLog(options: PinoOptions): { log: Log; levels: LogLevels } {
  const out = destination({ fd: 2, sync: true });
  const write = (line: string): void => void out.write(options.redact(line));
  const root = pino(
    {
      level: 'trace',
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
    },
    { write },
  );
  const levels = new Levels(options.level, options.now);
  return { log: new PinoLog(root, ROOT, levels), levels };
}

class PinoLog implements Log {
  readonly #pino: Logger;
  readonly #name: string;
  readonly #levels: Levels;

  constructor(logger: Logger, name: string, levels: Levels) {
    this.#pino = logger;
    this.#name = name;
    this.#levels = levels;
    levels.know(name);
  }

  debug(message: string, fields: LogFields = {}): void {
    if (this.#writes('DEBUG')) this.#pino.debug(plain(fields), message);
  }
  info(message: string, fields: LogFields = {}): void {
    if (this.#writes('INFO')) this.#pino.info(plain(fields), message);
  }
  warn(message: string, fields: LogFields = {}): void {
    if (this.#writes('WARN')) this.#pino.warn(plain(fields), message);
  }
  error(message: string, fields: LogFields = {}): void {
    if (this.#writes('ERROR')) this.#pino.error(plain(fields), message);
  }

  child(fields: LogFields): Log {
    const { logger } = fields;
    const below = this.#name === ROOT ? '' : `${this.#name}.`;
    const name = typeof logger === 'string' ? `${below}${logger}` : this.#name;
    return new PinoLog(this.#pino.child(plain({ ...fields, logger: name })), name, this.#levels);
  }

  #writes(level: Level): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.#levels.effective(this.#name));
  }
}

class Levels implements LogLevels {
  readonly #now: () => number;
  readonly #set = new Map<string, LoggerLevel>();
  readonly #known = new Set<string>();

  constructor(level: Level, now: () => number) {
    this.#now = now;
    this.#set.set(ROOT, { level, last_modified: null });
  }

  know(name: string): void {
    if (this.#known.size < MAX_LOGGERS) this.#known.add(name);
  }

  effective(name: string): Level {
    return this.#ruling(name).level;
  }

  all(): Readonly<Record<string, LoggerLevel>> {
    const names = [...this.#known].toSorted();
    return Object.fromEntries(names.map((name) => [name, this.#shown(name)]));
  }

  get(name: string): LoggerLevel | undefined {
    return this.#known.has(name) ? this.#shown(name) : undefined;
  }

  set(name: string, level: Level): readonly string[] {
    this.know(name);
    const ruled = [...this.#known].filter(
      (each) => name === ROOT || each === name || each.startsWith(`${name}.`),
    );
    const changed = ruled.filter((each) => this.effective(each) !== level).toSorted();
    const entry = { level, last_modified: this.#now() };
    for (const each of changed) this.#set.set(each, entry);
    return changed;
  }

  /** When its own level was set: what rules it may have been set at another time. */
  #shown(name: string): LoggerLevel {
    const own = this.#set.get(name)?.last_modified ?? null;
    return { level: this.effective(name), last_modified: own };
  }

  #ruling(name: string): LoggerLevel {
    for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const found = this.#set.get(at);
      if (found !== undefined) return found;
    }
    return this.#set.get(ROOT) ?? { level: 'INFO', last_modified: null };
  }
}

/** Errors as text: pino's own serialiser would print every field of a client's error. */
function plain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, errorText(value)]),
  );
}

function errorText(value: unknown): unknown {
  if (value instanceof AppError) return explain(value);
  if (value instanceof Error) return stackOf(value) === '' ? messageOf(value) : stackOf(value);
  return typeof value === 'bigint' ? String(value) : value;
}
