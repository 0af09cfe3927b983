/** A whole worker with the file connectors and its REST API, in the test's own process. */
import { startWorker, type Worker } from '../../src/cli/worker/start.ts';
import type { Properties } from '../../src/config/definition.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { createPinoLog } from '../../src/foundation/pino.ts';
import { Redactor } from '../../src/foundation/redact.ts';
import { fileStreamSink, fileStreamSource } from '../../connectors/file/index.ts';

/** Strings are written as they are, source offsets after 200 ms; `properties` say more. */
export function startInProcess(properties: Properties): Promise<Worker> {
  return startWorker({
    properties: { ...USUAL, 'bootstrap.servers': brokers(), ...properties },
    connectors: [],
    plugins: [fileStreamSource, fileStreamSink],
    version: '0.0.0',
    clock: systemClock,
    log: silentLog,
    levels: createPinoLog({ level: 'ERROR', redact: (line) => line, now: () => 0 }).levels,
    redactor: new Redactor(),
  });
}

/** Of a worker in a group of its own: its name, and its topics after it. */
export function groupProperties(groupId: string): Properties {
  const topics = ['config', 'offset', 'status'].flatMap((kind) => [
    [`${kind}.storage.topic`, `${groupId}-${kind}`] as const,
    [`${kind}.storage.replication.factor`, '1'] as const,
  ]);
  return {
    'group.id': groupId,
    ...Object.fromEntries(topics),
    'offset.storage.partitions': '1',
    'status.storage.partitions': '1',
    'scheduled.rebalance.max.delay.ms': '0',
  };
}

/** What a worker of any kind has here. */
export const USUAL: Properties = {
  listeners: 'http://127.0.0.1:0',
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'offset.flush.interval.ms': '200',
};

export function brokers(): string {
  return process.env['KAFKA_BROKERS'] ?? '';
}
