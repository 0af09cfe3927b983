/** A SalesforcePubSubSource task against a sandbox, with an offset store in memory. */
import type { Sandbox } from '../../sandbox/index.ts';
import { sourceConfig } from '../../connectors/salesforce/source/config.ts';
import { salesforcePubSubPlugin } from '../../connectors/salesforce/source/plugin.ts';
import { Config } from '../../src/config/config.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { noMetrics } from '../../src/foundation/metrics.ts';
import { systemClock } from '../../src/sdk/index.ts';
import type {
  Clock,
  Position,
  Schema,
  SourceOffset,
  SourceRecord,
  SourceTask,
  SourceTaskContext,
  Struct,
} from '../../src/sdk/index.ts';

export class MemoryOffsets {
  readonly stored = new Map<string, SourceOffset>();
  readonly claims = new Map<string, string>();

  read(partition: object): Promise<SourceOffset | undefined> {
    return Promise.resolve(this.stored.get(JSON.stringify(partition)));
  }

  claim(key: string, value: string): Promise<string> {
    const standing = this.claims.get(key) ?? value;
    this.claims.set(key, standing);
    return Promise.resolve(standing);
  }

  anchor(position: Position): Promise<void> {
    this.commit(position);
    return Promise.resolve();
  }

  commit({ partition, offset }: Position): void {
    this.stored.set(JSON.stringify(partition), offset);
  }
}

export interface Harness {
  readonly offsets: MemoryOffsets;
  readonly schemas: Map<string, Schema>;
  /** Reasons as reported; undefined = all is well. */
  readonly reports: (string | undefined)[];
}

export function harness(): Harness {
  return { offsets: new MemoryOffsets(), schemas: new Map(), reports: [] };
}

export function sourceContext(made: Harness, clock: Clock = systemClock): SourceTaskContext {
  return {
    connector: 'salesforce',
    task: 0,
    log: silentLog,
    metrics: noMetrics,
    clock,
    offsets: made.offsets,
    latestValueSchema: (topic) => Promise.resolve(made.schemas.get(topic)),
    valueSchemas: (topic) => {
      const schema = made.schemas.get(topic);
      return Promise.resolve(schema === undefined ? [] : [schema]);
    },
    topicConfig: () => Promise.resolve(undefined),
    report: (reason) => {
      made.reports.push(reason);
    },
  };
}

export function connection(sandbox: Sandbox, more: Record<string, string> = {}): Config {
  return new Config(sourceConfig, {
    'salesforce.instance': sandbox.http,
    'salesforce.grant.type': 'CLIENT_CREDENTIALS',
    'salesforce.consumer.key': sandbox.clientId,
    'salesforce.consumer.secret': sandbox.clientSecret,
    'salesforce.pubsub.endpoint': `http://${sandbox.pubsubPlain}`,
    'salesforce.channels': '/data/AccountChangeEvent',
    'topic.prefix': 'org',
    ...more,
  });
}

/** Polls one task; what it hands over counts as committed at once. */
export class Poller implements AsyncDisposable {
  readonly records: SourceRecord[] = [];
  readonly #task: SourceTask;
  readonly #harness: Harness;

  private constructor(task: SourceTask, made: Harness) {
    this.#task = task;
    this.#harness = made;
  }

  static async open(config: Config, made: Harness): Promise<Poller> {
    const signal = AbortSignal.timeout(30_000);
    const task = await salesforcePubSubPlugin.openTask(config, sourceContext(made), signal);
    return new Poller(task, made);
  }

  /** Polls until `count` records came in all. */
  async until(count: number): Promise<readonly SourceRecord[]> {
    const signal = AbortSignal.timeout(20_000);
    while (this.records.length < count) {
      if (signal.aborted) throw new Error(`only ${this.records.length} of ${count} records came`);
      await this.once(signal);
    }
    return this.records;
  }

  async once(signal: AbortSignal = AbortSignal.timeout(20_000)): Promise<void> {
    const { records, positions } = await this.#task.poll(signal);
    for (const record of records) {
      this.records.push(record);
      if (record.position !== undefined) this.#harness.offsets.commit(record.position);
      if (record.valueSchema !== undefined) {
        this.#harness.schemas.set(record.topic, record.valueSchema);
      }
    }
    for (const position of positions ?? []) this.#harness.offsets.commit(position);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#task[Symbol.asyncDispose]();
  }
}

export function change(record: SourceRecord | undefined): Struct {
  return (record?.value ?? {}) as Struct;
}
