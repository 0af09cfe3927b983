import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { AppError } from '../../src/foundation/errors.ts';
import { needed } from './jars.ts';

/** A detached process by pid and the time it started, as the system tells it: pids are used again. */
export interface ProcessRecord {
  readonly pid: number;
  readonly started: string;
}

const STOP_TIMEOUT_MS = 15_000;
const LOOK_MS = 50;

/** Its output is the log, anew at each start; the one before, which may say why it died, is kept as `.old`. */
export function startDetached(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; log: string },
): Promise<ProcessRecord> {
  return new Promise((resolve, reject) => {
    if (existsSync(options.log)) renameSync(options.log, `${options.log}.old`);
    const log = openSync(options.log, 'w');
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...options.env },
    });
    closeSync(log);
    child.once('error', (cause) => reject(needed(command, cause)));
    child.once('spawn', () => {
      child.unref();
      const pid = child.pid ?? 0;
      resolve({ pid, started: startTime(pid) ?? '' });
    });
  });
}

/** Whether that process lives and is still the one that was started. */
export function isAlive({ pid, started }: ProcessRecord): boolean {
  return started !== '' && startTime(pid) === started;
}

/** undefined for a process that isn't there, or is there only to be reaped. */
function startTime(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', `${pid}`], {
      env,
      encoding: 'utf8',
    });
    return stdout.trim() || undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): after the command in parentheses come state (field 3), num_threads (20) and starttime (22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, threads, started] = [fields[0], Number(fields[17]), fields[19]];
    // A killed JVM's first thread may wait to be reaped while others still hold its ports.
    return state === 'Z' && threads <= 1 ? undefined : started;
  } catch {
    return undefined;
  }
}

/** Returns when the process is gone: by SIGKILL if it takes longer than 15 s. */
export async function end(
  record: ProcessRecord,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (!isAlive(record)) return;
  send(record, signal);
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (isAlive(record)) {
    if (performance.now() > deadline) send(record, 'SIGKILL');
    await pause();
  }
}

function send({ pid }: ProcessRecord, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A stack keeps its ports, so that clients find it again; meanwhile another program may have taken one. */
export async function requireFree(what: string, port: number): Promise<void> {
  if (!(await canConnect('127.0.0.1', port))) return;
  throw new AppError(
    'retriable',
    'stack.port',
    `${what}'s port ${port} is taken by another program.`,
    {
      suggestion:
        'End that program, or give the stack new ports: headwater stack down --purge (deletes its data).',
    },
  );
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

const CONNECT_MS = 2_000;

export function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const done = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', done(true));
    socket.once('error', done(false));
    socket.once('timeout', done(false));
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
