/** A worker from `dist`, a process of its own, and what a benchmark asks of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** What the `headwater` command starts Node with. */
const { NODE_FLAGS } = (await import(join(root, 'bin', 'node-flags.js'))) as {
  readonly NODE_FLAGS: readonly string[];
};
const main = join(root, 'dist', 'src', 'main.js');

/** Linux' USER_HZ. */
const TICKS_PER_SECOND = 100;

export interface CpuSeconds {
  /** The event loop's thread, its part of collecting garbage included. */
  readonly javascript: number;
  /** V8's helpers: garbage and compilation. */
  readonly garbage: number;
  /** libuv's and DuckDB's threads. */
  readonly native: number;
}

export class BenchWorker implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #url: string;

  constructor(
    files: { readonly worker: string; readonly connector: string },
    options: { readonly port: number; readonly quiet: boolean; readonly profile?: string },
  ) {
    this.#url = `http://127.0.0.1:${options.port}`;
    const { profile } = options;
    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    this.#child = spawn(
      process.execPath,
      [...NODE_FLAGS, ...flags, main, 'worker', files.worker, files.connector],
      { stdio: ['ignore', 'ignore', options.quiet ? 'ignore' : 'inherit'] },
    );
  }

  /** Throws when the process has ended: nothing would ever come of waiting for it. */
  requireAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`the worker ended early (${exitCode ?? signalCode}): run without --json`);
  }

  /** The most memory it has held so far, in MB. */
  peakRssMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }

  /** CPU seconds so far, by what spent them. */
  cpuSeconds(): CpuSeconds {
    const pid = `${this.#child.pid ?? 0}`;
    const seconds = { javascript: 0, garbage: 0, native: 0 };
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13);
      const who =
        thread === pid ? 'javascript' : stat.includes('(V8Worker)') ? 'garbage' : 'native';
      seconds[who] += (Number(user) + Number(system)) / TICKS_PER_SECOND;
    }
    return seconds;
  }

  /** The first row of a SELECT over a sink's target. */
  async row(connector: string, sql: string): Promise<readonly unknown[]> {
    const response = await fetch(`${this.#url}/headwater/v1/connectors/${connector}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return (JSON.parse(text) as { rows: readonly (readonly unknown[])[] }).rows[0] ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await exited;
  }
}
