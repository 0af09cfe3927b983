/** A Salesforce and a standalone worker in the test's process, on the run's Kafka and registry. */
import { randomUUID } from 'node:crypto';
import { salesforcePubSubSource } from '../../connectors/salesforce/index.ts';
import { payloadOf } from '../../sandbox/salesforce/events/event-log.ts';
import {
  startSandbox,
  type Actor,
  type FieldValue,
  type Sandbox,
  type SandboxOptions,
} from '../../sandbox/index.ts';
import { createConverter } from '../../src/converters/catalog.ts';
import type { Struct } from '../../src/data/schema.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { eventually } from './eventually.ts';
import { startTestWorker, type TestWorker } from './worker.ts';

/** A record's value, decoded and as it is. */
export interface OnTopic {
  readonly value: Struct;
  readonly bytes: Buffer;
}

type Values = Readonly<Record<string, FieldValue>>;

export class SalesforceLine implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly herder: TestWorker['herder'];
  readonly actor: Actor;
  readonly #worker: TestWorker;

  private constructor(sandbox: Sandbox, worker: TestWorker) {
    this.sandbox = sandbox;
    this.herder = worker.herder;
    this.#worker = worker;
    const [admin] = sandbox.org.users();
    this.actor = { userId: admin?.id ?? '', origin: 'com/salesforce/api/rest/66.0;client=test' };
  }

  static async open(options: SandboxOptions = {}): Promise<SalesforceLine> {
    const sandbox = await startSandbox({ pubsub: { keepaliveMs: 100 }, ...options });
    const registry = process.env['SCHEMA_REGISTRY_URL'] ?? '';
    const properties = {
      'key.converter': 'io.confluent.connect.avro.AvroConverter',
      'key.converter.schema.registry.url': registry,
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
      'value.converter.schema.registry.url': registry,
    };
    const worker = await startTestWorker(properties, { plugins: [salesforcePubSubSource] });
    return new SalesforceLine(sandbox, worker);
  }

  /** Starts a source of its own prefix, which is its name too, from the oldest event on. */
  async source(more: Readonly<Record<string, string>>): Promise<string> {
    const prefix = `line-${randomUUID()}`;
    await this.herder.create(prefix, this.config(prefix, more));
    return prefix;
  }

  config(prefix: string, more: Readonly<Record<string, string>>): Record<string, string> {
    const { sandbox } = this;
    return {
      'connector.class': 'SalesforcePubSubSource',
      'salesforce.instance': sandbox.http,
      'salesforce.grant.type': 'CLIENT_CREDENTIALS',
      'salesforce.consumer.key': sandbox.clientId,
      'salesforce.consumer.secret': sandbox.clientSecret,
      'salesforce.pubsub.endpoint': `http://${sandbox.pubsubPlain}`,
      'salesforce.channels': '/data/AccountChangeEvent',
      'salesforce.initial.start': 'all',
      'topic.prefix': prefix,
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
      ...more,
    };
  }

  insert(values: Values): string {
    const [result] = this.sandbox.org.write(
      this.actor,
      [{ op: 'insert', entity: 'Account', values }],
      true,
    );
    if (typeof result?.id !== 'string') throw new Error(JSON.stringify(result));
    return result.id;
  }

  /** In one transaction. */
  update(ids: readonly string[], values: Values): void {
    const writes = ids.map((id) => ({ op: 'update' as const, entity: 'Account', id, values }));
    this.sandbox.org.write(this.actor, writes, true);
  }

  async control(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.sandbox.http}/__sandbox/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  /** Payloads that the sandbox sent on a channel so far, oldest first. */
  sent(channel: string): readonly Buffer[] {
    const { log } = this.sandbox.events;
    const cursor = log.earliest();
    const found: Buffer[] = [];
    for (;;) {
      const event = log.next(cursor, ({ topic }) => topic === channel);
      if (event === undefined) return found;
      found.push(payloadOf(event));
    }
  }

  /** A topic's records, once there are `count` of them; the values decoded with the schema each names. */
  async read(topic: string, count: number, timeoutMs?: number): Promise<readonly OnTopic[]> {
    const registry = process.env['SCHEMA_REGISTRY_URL'] ?? '';
    const brokers = process.env['KAFKA_BROKERS'] ?? '';
    const avro = createConverter('AvroConverter', {
      isKey: false,
      properties: { 'schema.registry.url': registry },
    });
    await using kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
    const raw = await eventually(
      async () => {
        const found: Buffer[] = [];
        const keep = ({ value }: { value: Uint8Array | null }): unknown =>
          found.push(Buffer.from(value ?? []));
        if ((await kafka.admin.partitions(topic)) === undefined) return [];
        await kafka.readToEnd(topic, keep, AbortSignal.timeout(20_000));
        return found;
      },
      ({ length }) => length >= count,
      timeoutMs,
    );
    const records: OnTopic[] = [];
    for (const bytes of raw) {
      records.push({ bytes, value: (await avro.decode(topic, bytes)).value as OnTopic['value'] });
    }
    return records;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker[Symbol.asyncDispose]();
    await this.sandbox.close();
  }
}
