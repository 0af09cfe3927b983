/** The files of a state folder: `snapshot-N` holds what the logs up to `log-N` brought about. */
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

export class StateFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Throws AppError while another process that lives has the folder. */
  lock(): void {
    const path = join(this.folder, LOCK);
    const holder = readNumber(path);
    if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
      throw new AppError(
        'config',
        'sandbox.state.locked',
        `The state in ${this.folder} is in use by process ${holder}.`,
        { path: 'stateDir', suggestion: `End that one, or name another folder.` },
      );
    }
    writeFileSync(path, String(process.pid));
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

function readNumber(path: string): number | undefined {
  try {
    const number = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(number) && number > 0 ? number : undefined;
  } catch {
    return undefined;
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
