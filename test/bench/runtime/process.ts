/** Workers as processes of their own, ours from `dist` and the JVM's own, timed from their first instant. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/foundation/clock.ts';

const root = join(import.meta.dirname, '..', '..', '..');
/** What the `headwater` command starts Node with. */
const { NODE_FLAGS } = (await import(join(root, 'bin', 'node-flags.js'))) as {
  readonly NODE_FLAGS: readonly string[];
};
/** What Kafka's own `connect-distributed.sh` starts Java with. */
const JAVA_FLAGS = [
  '-Xms256M',
  '-Xmx2G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-Djava.awt.headless=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];
const STARTS_WITHIN_MS = 120_000;
const LOOK_MS = 5;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export function headwater(properties: string): Command {
  const main = join(root, 'dist', 'src', 'main.js');
  return { file: process.execPath, args: [...NODE_FLAGS, main, 'worker', properties] };
}

export function jvm(classPath: string, properties: string): Command {
  const mainClass = 'org.apache.kafka.connect.cli.ConnectDistributed';
  return { file: 'java', args: [...JAVA_FLAGS, '-cp', classPath, mainClass, properties] };
}

export class WorkerProcess implements AsyncDisposable {
  readonly url: string;
  /** From the process' start until `GET /connectors` was answered with 200, ms. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(url: string, startMs: number, child: ChildProcess) {
    this.url = url;
    this.startMs = startMs;
    this.#child = child;
  }

  /** Throws with the end of its output when it ends, or doesn't answer within two minutes. */
  static async start({ file, args }: Command, url: string): Promise<WorkerProcess> {
    const started = performance.now();
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-4_000);
      });
    }
    const answers = (): Promise<boolean> =>
      fetch(`${url}/connectors`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await answers())) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() - started > STARTS_WITHIN_MS) {
        child.kill('SIGKILL');
        throw new Error(`${file} ${ended ? 'ended' : "doesn't answer"}:\n${output}`);
      }
      await systemClock.sleep(LOOK_MS);
    }
    return new WorkerProcess(url, performance.now() - started, child);
  }

  /** Its memory now, and the most that it has held so far, MB. */
  rssMb(): { readonly now: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    const read = (name: string): number =>
      Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await exited;
  }
}
