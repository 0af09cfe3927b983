/** The files of a state folder: `snapshot-N` holds what the logs up to `log-N` brought about. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../src/foundation/errors.ts';

const NAME = /^(snapshot|log)-(\d+)$/;
const LOCK = 'lock';
/** Others may take it away, or make it, at the same time. */
const LOCK_ATTEMPTS = 5;
/** `starttime` in Linux' `/proc/PID/stat`, counted after the command's name: clock ticks since the system's start. */
const STARTTIME = 19;

export class StateFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Throws AppError while a sandbox that lives has the folder, be it of this process. */
  lock(): void {
    const path = join(this.folder, LOCK);
    const mine = holderText(process.pid);
    for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
      try {
        writeFileSync(path, mine, { flag: 'wx' });
        return;
      } catch (error) {
        if ((error as { readonly code?: string }).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(path);
      if (holder !== undefined && isHeld(holder)) throw this.#locked(holder.pid);
      rmSync(path, { force: true });
    }
    throw this.#locked(readHolder(path)?.pid ?? process.pid);
  }

  #locked(pid: number): AppError {
    return new AppError(
      'config',
      'sandbox.state.locked',
      `The state in ${this.folder} is in use by process ${pid}.`,
      { path: 'stateDir', suggestion: `End that one, or name another folder.` },
    );
  }

  unlock(): void {
    rmSync(join(this.folder, LOCK), { force: true });
  }

  snapshot(n: number): string {
    return join(this.folder, `snapshot-${n}`);
  }

  log(n: number): string {
    return join(this.folder, `log-${n}`);
  }

  /** No state at all: what a first start left that didn't come to its end. */
  clear(): void {
    for (const n of this.numbers('log')) this.remove(this.log(n));
  }

  /** Rising. */
  numbers(kind: 'snapshot' | 'log'): number[] {
    return readdirSync(this.folder)
      .flatMap((name) => {
        const [, found, n] = NAME.exec(name) ?? [];
        return found === kind ? [Number(n)] : [];
      })
      .sort((a, b) => a - b);
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(path, { force: true });
  }

  /** New names in the folder are durable. */
  sync(): void {
    const descriptor = openSync(this.folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
}

/** Who has a folder: `PID START`, for another process may get the same number later. */
interface Holder {
  readonly pid: number;
  readonly start: string;
}

function holderText(pid: number): string {
  return `${pid} ${startOf(pid)}`;
}

function readHolder(path: string): Holder | undefined {
  try {
    const [pid = '', ...start] = readFileSync(path, 'utf8').trim().split(' ');
    return /^[1-9]\d*$/.test(pid) ? { pid: Number(pid), start: start.join(' ') } : undefined;
  } catch {
    return undefined;
  }
}

/** Where it can't be told when processes began, their numbers have to do. */
function isHeld({ pid, start }: Holder): boolean {
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return now === '' || start === '' || now === start;
}

/** When a process began, as the system says it; empty where it doesn't. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTTIME] ?? '';
  } catch {
    return fromPs(pid);
  }
}

function fromPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: string }).code === 'EPERM';
  }
}
