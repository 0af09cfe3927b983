import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { AppError } from '../../src/foundation/errors.ts';
import { needed } from './jars.ts';

/** A detached process by pid, and a word of its command line: pids are used again. */
export interface ProcessRecord {
  readonly pid: number;
  readonly mark: string;
}

const STOP_TIMEOUT_MS = 15_000;
const LOOK_MS = 50;

export function startDetached(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; log: string; mark: string },
): Promise<ProcessRecord> {
  return new Promise((resolve, reject) => {
    const log = openSync(options.log, 'a');
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...options.env },
    });
    child.once('error', (cause) => reject(needed(command, cause)));
    child.once('spawn', () => {
      child.unref();
      resolve({ pid: child.pid ?? 0, mark: options.mark });
    });
  });
}

/** Whether that process lives and is still the one that was started. */
export function isAlive({ pid, mark }: ProcessRecord): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
  } catch {
    return true; // no /proc on this system: the pid must do
  }
}

export async function end(
  record: ProcessRecord,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (!isAlive(record)) return;
  process.kill(record.pid, signal);
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (isAlive(record)) {
    if (performance.now() > deadline) process.kill(record.pid, 'SIGKILL');
    await pause();
  }
}

/** Waits until `isReady`; fails with the end of the log when the process dies or time is over. */
export async function ready(
  what: string,
  record: ProcessRecord,
  log: string,
  timeoutMs: number,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isReady())) {
    if (isAlive(record) && performance.now() < deadline) {
      await pause();
      continue;
    }
    const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new AppError('retriable', 'stack.start', `${what} did not start:\n${tail}`, {
      suggestion: `Its log is ${log}.`,
    });
  }
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function writeText(path: string, text: string): void {
  writeFileSync(path, text);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
