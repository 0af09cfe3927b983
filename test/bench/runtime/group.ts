/** Files for the workers of one group, and what is asked of them. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../sandbox/demo/processes.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { WorkerProcess, type Command } from './process.ts';

const LOOK_MS = 50;

interface State {
  readonly state: string;
  readonly trace?: string;
}

type Statuses = Readonly<
  Record<
    string,
    { readonly status: { readonly connector: State; readonly tasks: readonly State[] } }
  >
>;

export class BenchGroup implements AsyncDisposable {
  readonly workers: WorkerProcess[] = [];
  readonly #folder: string;
  readonly #lines: readonly string[];
  readonly #command: (properties: string) => Command;

  constructor(
    folder: string,
    kafkaBrokers: string,
    command: (properties: string) => Command,
    more: readonly string[] = [],
  ) {
    const id = `bench-${randomUUID().slice(0, 8)}`;
    this.#folder = folder;
    this.#command = command;
    this.#lines = [
      `bootstrap.servers=${kafkaBrokers}`,
      `group.id=${id}`,
      ...['config', 'offset', 'status'].flatMap((kind) => [
        `${kind}.storage.topic=${id}-${kind}`,
        `${kind}.storage.replication.factor=1`,
      ]),
      'key.converter=org.apache.kafka.connect.storage.StringConverter',
      'value.converter=org.apache.kafka.connect.storage.StringConverter',
      ...more,
    ];
  }

  async add(): Promise<WorkerProcess> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const path = join(this.#folder, `worker-${port}.properties`);
    writeFileSync(path, [...this.#lines, `listeners=${url}`].join('\n'));
    const worker = await WorkerProcess.start(this.#command(path), url);
    this.workers.push(worker);
    return worker;
  }

  /** Sends it to the first worker; again while the group answers that it rebalances. */
  async send(method: string, path: string, body: unknown): Promise<void> {
    const url = `${this.workers[0]?.url ?? ''}${path}`;
    for (;;) {
      const answer = await fetch(url, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (answer.ok) return;
      if (answer.status !== 409) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      await systemClock.sleep(LOOK_MS);
    }
  }

  /** Resolves when as many connectors and tasks are there, and all of them run. */
  async running(connectors: number, tasks: number, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const answer = await fetch(`${this.workers[0]?.url ?? ''}/connectors?expand=status`);
      const all = answer.ok ? Object.values((await answer.json()) as Statuses) : [];
      const states = all.flatMap(({ status }) => [status.connector, ...status.tasks]);
      const ready = states.filter(({ state }) => state === 'RUNNING').length;
      if (all.length === connectors && states.length === connectors + tasks) {
        if (ready === states.length) return;
      }
      if (performance.now() > deadline) {
        const trace = states.find((state) => state.trace !== undefined)?.trace ?? '';
        throw new Error(`${ready} of ${connectors + tasks} run after ${withinMs} ms. ${trace}`);
      }
      await systemClock.sleep(LOOK_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker[Symbol.asyncDispose]()));
  }
}
