/** A group of real `headwater worker` processes on a real broker. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { ConnectorStatus } from '../../src/herder/herder.ts';
import { eventually } from './eventually.ts';
import { files, headwaterItself, readyUrl, type HeadwaterProcess } from './headwater-process.ts';

export interface ClusterWorker {
  readonly process: HeadwaterProcess;
  readonly url: string;
}

/** A worker that is stopped by a signal takes connections, and doesn't answer. */
const ANSWER_WITHIN_MS = 5_000;

export type Statuses = Readonly<Record<string, { readonly status: ConnectorStatus }>>;

export class Cluster implements AsyncDisposable {
  readonly groupId = `cluster-${randomUUID().slice(0, 8)}`;
  readonly workers: ClusterWorker[] = [];
  /** Lines of its workers' files. */
  readonly properties: readonly string[];

  /** `more`: lines of the workers' file besides the usual ones. */
  constructor(more: readonly string[] = []) {
    this.properties = [
      `bootstrap.servers=${process.env['KAFKA_BROKERS'] ?? ''}`,
      `group.id=${this.groupId}`,
      ...['config', 'offset', 'status'].flatMap((kind) => [
        `${kind}.storage.topic=${this.groupId}-${kind}`,
        `${kind}.storage.replication.factor=1`,
      ]),
      'offset.storage.partitions=3',
      'key.converter=org.apache.kafka.connect.storage.StringConverter',
      'value.converter=org.apache.kafka.connect.storage.StringConverter',
      'offset.flush.interval.ms=200',
      'session.timeout.ms=6000',
      'heartbeat.interval.ms=500',
      'scheduled.rebalance.max.delay.ms=500',
      'listeners=http://127.0.0.1:0',
      ...more,
    ];
  }

  /** `own`: lines of this worker's file alone. */
  async add(own: readonly string[] = []): Promise<ClusterWorker> {
    const lines = [...this.properties, ...own].join('\n');
    const path = files({ 'worker.properties': lines })['worker.properties'];
    const process = headwaterItself(['worker', path ?? '']);
    const worker = { process, url: await readyUrl(process) };
    this.workers.push(worker);
    return worker;
  }

  /** Ends it in order: its tasks are drained, and it leaves the group. */
  async stop(worker: ClusterWorker): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.process[Symbol.asyncDispose]();
  }

  async kill(worker: ClusterWorker): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    worker.process.child.kill('SIGKILL');
    await worker.process.exited;
  }

  /** A request that the group can't carry out just now (409, 500, nobody there) is sent again, to the next worker. */
  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    let tries = 0;
    const ask = async (): Promise<{ status: number; text: string }> => {
      tries += 1;
      const { url } = this.workers.at(-(tries % this.workers.length)) ?? { url: '' };
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const answered = await eventually(
      () => ask().catch((error: unknown) => ({ status: 500, text: String(error) })),
      ({ status, text }) => status < 400 || (status === 409 && text.includes('already exists')),
      40_000,
    );
    return answered.text === '' ? undefined : JSON.parse(answered.text);
  }

  async statuses(): Promise<Statuses> {
    return (await this.request('GET', '/connectors?expand=status')) as Statuses;
  }

  /** Resolves when all of these run, each with a task, on workers that live. */
  async running(names: readonly string[], timeoutMs = 40_000): Promise<Statuses> {
    const alive = new Set(this.workers.map(({ url }) => new URL(url).host));
    const runs = (info: { readonly state: string; readonly worker_id: string }): boolean =>
      info.state === 'RUNNING' && alive.has(info.worker_id);
    return await eventually(
      () => this.statuses(),
      (all) =>
        Object.keys(all).toSorted().join() === names.toSorted().join() &&
        Object.values(all).every(
          ({ status }) =>
            runs(status.connector) && status.tasks.length > 0 && status.tasks.every(runs),
        ),
      timeoutMs,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.workers.map(({ process }) => process[Symbol.asyncDispose]()));
  }
}

/** A file that a FileStreamSource follows; what is written into it is remembered. */
export class LineFile {
  readonly path = files({ 'in.txt': '' })['in.txt'] ?? '';
  readonly lines: string[] = [];

  constructor() {
    writeFileSync(this.path, '');
  }

  write(line: string): void {
    this.lines.push(line);
    appendFileSync(this.path, `${line}\n`);
  }
}

/** How many connectors' instances and tasks each worker has. */
export function loads(all: Statuses): ReadonlyMap<string, { connectors: number; tasks: number }> {
  const found = new Map<string, { connectors: number; tasks: number }>();
  const of = (worker: string): { connectors: number; tasks: number } => {
    const load = found.get(worker) ?? { connectors: 0, tasks: 0 };
    found.set(worker, load);
    return load;
  };
  for (const { status } of Object.values(all)) {
    of(status.connector.worker_id).connectors += 1;
    for (const task of status.tasks) of(task.worker_id).tasks += 1;
  }
  return found;
}
