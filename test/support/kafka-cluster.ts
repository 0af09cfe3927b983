/**
 * Three real brokers and a controller, of which a test may hurt one broker after another. What is replicated keeps a leader so: on
 * a single broker, Kafka 4.3.1 loses markers of transactions when its partitions have none (decision 0009).
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveKafka } from '../../sandbox/stack/jars.ts';
import {
  canConnect,
  end,
  ready,
  startDetached,
  type ProcessRecord,
} from '../../sandbox/stack/process.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import kafkajs from '../../src/kafka/kafkajs/kafkajs.ts';
import { mendRequestQueue } from '../../src/kafka/kafkajs/request-queue.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

const BROKERS = 3;
const READY_MS = 90_000;
const JAVA = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const LOGGING = `org.slf4j.simpleLogger.defaultLogLevel=warn
org.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info
`;

interface Node {
  readonly folder: string;
  readonly port: number;
  process?: ProcessRecord;
}

export class KafkaCluster implements AsyncDisposable {
  /** `bootstrap.servers`. */
  readonly addresses: string;
  readonly #folder: string;
  readonly #jars: string;
  readonly #nodes: readonly Node[];

  private constructor(folder: string, jars: string, nodes: readonly Node[]) {
    this.#folder = folder;
    this.#jars = jars;
    this.#nodes = nodes;
    this.addresses = nodes
      .slice(1)
      .map(({ port }) => `127.0.0.1:${port}`)
      .join();
  }

  static async start(): Promise<KafkaCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-kafka-cluster-'));
    const jars = await resolveKafka({
      dir: folder,
      env: process.env,
      docker: false,
      onProgress: () => undefined,
    });
    const nodes: Node[] = [];
    for (let id = 0; id <= BROKERS; id += 1) {
      nodes.push({ folder: join(folder, String(id)), port: await freePort() });
    }
    const cluster = new KafkaCluster(folder, jars, nodes);
    try {
      cluster.#format();
      for (const node of nodes) await cluster.#run(node);
      await Promise.all(nodes.map((node) => cluster.#started(node)));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  get size(): number {
    return BROKERS;
  }

  /** `broker` from 0. Resolves when it is back, and has caught up with the others. */
  async restart(broker: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const node = this.#nodes[broker + 1];
    if (node?.process === undefined) throw new Error(`there is no broker ${broker}`);
    await end(node.process, signal);
    await this.#run(node);
    await this.#started(node);
    await this.#inSync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#nodes.flatMap(({ process }) => process ?? []);
    await Promise.all(running.map((each) => end(each, 'SIGKILL')));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Node 0 is the controller. */
  #format(): void {
    // Not one that begins with a dash: Kafka takes it for an option.
    const id = `A${randomBytes(16).toString('base64url').slice(1, 22)}`;
    for (const [number, { folder }] of this.#nodes.entries()) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'simplelogger.properties'), LOGGING);
      writeFileSync(join(folder, 'server.properties'), this.#properties(number));
      const tool = ['-cp', this.#classPath(folder), 'kafka.tools.StorageTool', 'format'];
      const what = ['-t', id, '-c', join(folder, 'server.properties')];
      const { status, stderr } = spawnSync(
        'java',
        [...JAVA, ...tool, ...(number === 0 ? ['--standalone'] : []), ...what],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`Kafka's storage can't be formatted: ${stderr}`);
    }
  }

  #properties(number: number): string {
    const { folder, port } = this.#nodes[number] ?? { folder: '', port: 0 };
    const name = number === 0 ? 'CONTROLLER' : 'PLAINTEXT';
    const address = `${name}://127.0.0.1:${port}`;
    const settings = {
      'node.id': number + 1,
      'process.roles': number === 0 ? 'controller' : 'broker',
      'controller.quorum.bootstrap.servers': `127.0.0.1:${this.#nodes[0]?.port}`,
      'controller.listener.names': 'CONTROLLER',
      listeners: address,
      'advertised.listeners': address,
      'log.dirs': join(folder, 'data'),
      // A broker that was killed is missed, and taken back, after this and not after 9 s.
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
      'auto.create.topics.enable': false,
      'default.replication.factor': BROKERS,
      'min.insync.replicas': 2,
      'offsets.topic.replication.factor': BROKERS,
      'offsets.topic.num.partitions': 4,
      'transaction.state.log.replication.factor': BROKERS,
      'transaction.state.log.min.isr': 2,
      'transaction.state.log.num.partitions': 4,
      'group.initial.rebalance.delay.ms': 0,
      'log.cleaner.dedupe.buffer.size': 4_194_304,
    };
    return `${Object.entries(settings)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')}\n`;
  }

  #classPath(folder: string): string {
    return `${this.#jars}:${folder}`;
  }

  async #run(node: Node): Promise<void> {
    const { folder } = node;
    node.process = await startDetached(
      'java',
      [...JAVA, '-cp', this.#classPath(folder), 'kafka.Kafka', join(folder, 'server.properties')],
      { log: join(folder, 'kafka.log') },
    );
  }

  async #started({ folder, port, process }: Node): Promise<void> {
    if (process === undefined) return;
    const log = join(folder, 'kafka.log');
    const isStarted = async (): Promise<boolean> =>
      readFileSync(log, 'utf8').includes('Kafka Server started') &&
      (await canConnect('127.0.0.1', port));
    await ready('Kafka', process, log, READY_MS, isStarted);
  }

  async #inSync(): Promise<void> {
    mendRequestQueue(systemClock);
    const client = new kafkajs.Kafka({
      brokers: this.addresses.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const admin = client.admin();
    await admin.connect();
    try {
      await eventually(
        async () => (await admin.fetchTopicMetadata()).topics,
        (topics) =>
          topics.every(({ partitions }) => partitions.every(({ isr }) => isr.length === BROKERS)),
        READY_MS,
      );
    } finally {
      await admin.disconnect();
    }
  }
}
