/**
 * The whole line: a Salesforce in this process, a worker in a process of its own, the run's Kafka and registry
 * between them. Every line has a topic prefix and a folder to itself.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { connectionTo, writeConnectors, writeWorker } from '../../sandbox/demo/files.ts';
import { OrgClient } from '../../sandbox/demo/org-client.ts';
import { freePort, HeadwaterProcess } from '../../sandbox/demo/processes.ts';
import { WorkerClient } from '../../sandbox/demo/worker-client.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import { createConverter } from '../../src/converters/catalog.ts';
import type { Struct } from '../../src/data/schema.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { eventually } from './eventually.ts';

const STARTS_WITHIN_MS = 60_000;
const READS_WITHIN_MS = 60_000;

type Properties = Readonly<Record<string, string>>;

/** What a line's connectors are made of. */
export interface LineParts {
  readonly connection: Properties;
  readonly prefix: string;
  readonly warehouse: string;
  /** A sink's consumer group, of this line alone; a killed member is forgotten as soon as the broker allows. */
  readonly group: (sink: string) => Properties;
}

export interface OnTopic {
  readonly offset: bigint;
  readonly value: Struct;
}

export class Line implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly org: OrgClient;
  readonly worker: WorkerClient;
  readonly prefix: string;
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #connectors: number;
  #process: HeadwaterProcess | undefined;

  private constructor(
    sandbox: Sandbox,
    parts: { folder: string; prefix: string; port: number; worker: string; files: string[] },
  ) {
    this.sandbox = sandbox;
    this.org = new OrgClient(sandbox.http, sandbox.accessToken);
    this.worker = new WorkerClient(`http://127.0.0.1:${parts.port}`);
    this.prefix = parts.prefix;
    this.#folder = parts.folder;
    this.#args = ['worker', parts.worker, ...parts.files];
    this.#connectors = parts.files.length;
  }

  /** The sandbox runs, the files are written; the worker isn't started yet. */
  static async open(
    connectors: (parts: LineParts) => Readonly<Record<string, Properties>>,
    options: SandboxOptions = {},
  ): Promise<Line> {
    const sandbox = await startSandbox(options);
    const folder = await mkdtemp(join(tmpdir(), 'headwater-line-'));
    const prefix = `line${randomUUID().slice(0, 8)}`;
    const port = await freePort();
    const connection = await connectionTo(folder, sandbox);
    const warehouse = join(folder, 'warehouse.duckdb');
    const group = (sink: string): Properties => ({
      'consumer.override.group.id': `${prefix}-${sink}`,
      'consumer.override.session.timeout.ms': '6000',
    });
    const parts = { connection, prefix, warehouse, group };
    const files = await writeConnectors(folder, connectors(parts));
    const stack = {
      kafkaBrokers: process.env['KAFKA_BROKERS'] ?? '',
      schemaRegistryUrl: process.env['SCHEMA_REGISTRY_URL'] ?? '',
    };
    const worker = await writeWorker(folder, stack, port);
    return new Line(sandbox, { folder, prefix, port, worker, files: [...files] });
  }

  /** Starts the worker's process; doesn't wait for it. */
  start(): void {
    this.#process = new HeadwaterProcess(this.#args, this.logFile);
  }

  get logFile(): string {
    return join(this.#folder, 'worker.log');
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#process = undefined;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Resolves when every connector's task runs; throws with the trace of one that failed. */
  async running(): Promise<void> {
    await eventually(
      () => this.worker.states().catch(() => new Map<string, { state: string; trace?: string }>()),
      (states) => {
        const all = [...states.entries()];
        const failed = all.find(([, { state }]) => state === 'FAILED');
        if (failed !== undefined) throw new Error(`${failed[0]} failed: ${failed[1].trace ?? ''}`);
        return all.length === this.#connectors && all.every(([, { state }]) => state === 'RUNNING');
      },
      STARTS_WITHIN_MS,
    );
  }

  /** What a connector stored in the worker's offset file, straight from the disk. */
  async storedOffsets(
    connector: string,
  ): Promise<readonly { partition: Struct; offset: Struct | null }[]> {
    try {
      const text = await readFile(join(this.#folder, 'offsets.json'), 'utf8');
      const table = JSON.parse(text) as Record<
        string,
        readonly { partition: Struct; offset: Struct | null }[]
      >;
      return table[connector] ?? [];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** A topic's records from its beginning to its end, decoded. */
  async read(entity: string): Promise<readonly OnTopic[]> {
    const topic = `${this.prefix}.${entity}`;
    const brokers = process.env['KAFKA_BROKERS'] ?? '';
    const properties = { 'schema.registry.url': process.env['SCHEMA_REGISTRY_URL'] ?? '' };
    const avro = createConverter('AvroConverter', { isKey: false, properties });
    await using kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
    const raw: { offset: bigint; bytes: Uint8Array | null }[] = [];
    const signal = AbortSignal.timeout(READS_WITHIN_MS);
    await kafka.readToEnd(topic, ({ offset, value }) => raw.push({ offset, bytes: value }), signal);
    const records: OnTopic[] = [];
    for (const { offset, bytes } of raw) {
      records.push({ offset, value: (await avro.decode(topic, bytes)).value as Struct });
    }
    return records;
  }

  /** One call of the worker's REST API; throws unless it is answered 2xx. */
  async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.worker.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.sandbox.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
