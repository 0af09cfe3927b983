import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../src/foundation/errors.ts';
import { needed } from './jars.ts';
import { canConnect, ready, requireFree, startDetached, type ProcessRecord } from './process.ts';

const READY_MS = 60_000;
/** Enough for 100 MB/s on one machine, small beside what a broker usually takes. */
const JAVA = ['-Xmx512m', '-XX:+UseSerialGC'];

/** Kafka logs this once it serves what it leads; all else is logged from warnings on. */
const STARTED = 'Kafka Server started';
const LOGGING = `org.slf4j.simpleLogger.defaultLogLevel=warn
org.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info
`;

/** A KRaft broker that is its own controller, on the loopback; its storage is formatted once. */
export async function startKafka(
  dir: string,
  classPath: string,
  ports: { broker: number; controller: number },
): Promise<ProcessRecord> {
  await requireFree('Kafka', ports.broker);
  const data = join(dir, 'kafka');
  const settings = join(dir, 'server.properties');
  writeFileSync(settings, properties(data, ports));
  writeFileSync(join(dir, 'simplelogger.properties'), LOGGING);
  const path = `${classPath}:${dir}`;
  if (!existsSync(join(data, 'meta.properties'))) format(path, settings);
  return await startDetached('java', [...JAVA, '-cp', path, 'kafka.Kafka', settings], {
    log: logOf(dir),
  });
}

/** An open port is not enough: a broker that was killed gets its partitions back some seconds later. */
export function kafkaReady(
  dir: string,
  record: ProcessRecord,
  ports: { broker: number },
): Promise<void> {
  const log = logOf(dir);
  return ready('Kafka', record, log, READY_MS, async () => {
    return (
      readFileSync(log, 'utf8').includes(STARTED) && (await canConnect('127.0.0.1', ports.broker))
    );
  });
}

const logOf = (dir: string): string => join(dir, 'kafka.log');

function format(classPath: string, settings: string): void {
  const id = clusterId();
  const { status, stderr, error } = spawnSync(
    'java',
    [
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '--standalone',
      '-t',
      id,
      '-c',
      settings,
    ],
    { encoding: 'utf8' },
  );
  if (status === 0) return;
  if (error !== undefined) throw needed('java', error);
  throw new AppError('retriable', 'stack.format', `Formatting Kafka's storage failed: ${stderr}`);
}

/** 16 bytes in base64url; Kafka refuses one that starts with a dash. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

function properties(data: string, ports: { broker: number; controller: number }): string {
  return `${Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
