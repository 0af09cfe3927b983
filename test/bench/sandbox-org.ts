/** `headwater sandbox` as its users start it, from this checkout, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SandboxCredentials } from '../../sandbox/index.ts';

const root = join(import.meta.dirname, '..', '..');
const { NODE_FLAGS } = (await import(join(root, 'bin', 'node-flags.js'))) as {
  readonly NODE_FLAGS: readonly string[];
};

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export class BenchOrg implements AsyncDisposable {
  readonly access: SandboxCredentials;
  /** From the process' start to its line of JSON. */
  readonly startMs: number;
  readonly #child: ChildProcess;
  readonly #agent: Agent;

  private constructor(child: ChildProcess, access: SandboxCredentials, startMs: number) {
    this.#child = child;
    this.access = access;
    this.startMs = startMs;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 64 });
  }

  /** `profile`: a folder for the process' CPU profile. */
  static async start(options: readonly string[], profile?: string): Promise<BenchOrg> {
    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const main = join(root, 'src', 'main.ts');
    const begun = performance.now();
    const child = spawn(
      process.execPath,
      [...NODE_FLAGS, ...flags, main, 'sandbox', '--json', ...options],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    });
    const access = JSON.parse(line) as SandboxCredentials;
    return new BenchOrg(child, access, Math.round(performance.now() - begun));
  }

  /** Held now, and the most that was held so far. */
  memoryMb(): { rss: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    const mb = (key: string): number =>
      Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
    return { rss: mb('VmRSS'), peak: mb('VmHWM') };
  }

  /** A REST call; `path` from the server's root, or from the API's where it has no slash at its start. */
  call(method: string, path: string, body?: string, type = 'application/json'): Promise<Answer> {
    const url = path.startsWith('/') ? path : `/services/data/v66.0/${path}`;
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.access.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    return new Promise((resolve, reject) => {
      const target = new URL(url, this.access.http);
      const sent = request(target, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const answer = {
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks),
            headers: response.headers,
          };
          if (answer.status < 400) resolve(answer);
          else reject(new Error(`${method} ${path}: ${answer.status} ${answer.body.toString()}`));
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const { body: bytes } = await this.call(method, path, sent);
    return JSON.parse(bytes.toString()) as T;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#agent.destroy();
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM');
  }
}
