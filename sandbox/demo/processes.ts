import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** One `headwater` process of the demo; its log goes to a file. */
export class HeadwaterProcess {
  readonly child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(args: readonly string[], logFile: string) {
    this.child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(logFile, { flags: 'a' });
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
    this.#exited = new Promise((resolve) => this.child.once('exit', () => resolve()));
  }

  /** The first line on stdout; rejects when the process ends before it. */
  firstLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.child.stdout === null) throw new Error('stdout is piped');
      createInterface({ input: this.child.stdout }).once('line', resolve);
      void this.#exited.then(() => reject(new Error('the process ended before it was ready')));
    });
  }

  /** `kill -9`: no goodbye. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.#exited;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
