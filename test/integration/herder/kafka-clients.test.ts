/**
 * Goal: a worker on @platformatic/kafka runs sources and sinks as one on kafkajs does, and both are of one group: a cluster can
 * change over worker by worker.
 * Method: two real workers, one on each client; a file goes through an exactly-once source, a topic and a sink into another
 * file; each worker is killed once while lines come.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka } from '../../../src/kafka/port.ts';
import { Cluster, LineFile } from '../../support/cluster.ts';
import { committedLines } from '../../support/committed-lines.ts';
import { eventually } from '../../support/eventually.ts';

const LINES = 200;
const run = randomUUID().slice(0, 8);
const topic = `kafka-clients-${run}`;
const [source, sink] = [`source-${run}`, `sink-${run}`];
const file = new LineFile();
const target = new LineFile();
let kafka: GroupKafka;
let cluster: Cluster;

beforeAll(async () => {
  const properties = {
    'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '',
    'kafka.client': 'platformatic',
  };
  kafka = await openKafka(properties, silentLog, systemClock);
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  cluster = new Cluster(['exactly.once.source.support=enabled']);
  await Promise.all(KAFKA_CLIENTS.map((client) => cluster.add([`kafka.client=${client}`])));
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
});

function write(text: string): void {
  for (let i = 0; i < LINES; i += 1) file.write(`${text} ${i}`);
}

test('lines go through a source and a sink, though each worker is killed once', async () => {
  const overrides = { 'consumer.override.session.timeout.ms': '6000' };
  const configs = {
    [source]: { 'connector.class': 'FileStreamSource', file: file.path, topic, 'batch.size': '7' },
    [sink]: { 'connector.class': 'FileStreamSink', file: target.path, topics: topic, ...overrides },
  };
  for (const [name, config] of Object.entries(configs)) {
    await cluster.request('POST', '/connectors', { name, config });
  }
  await cluster.running([source, sink]);
  for (const client of KAFKA_CLIENTS) {
    write(`before ${client} is killed`);
    // The one that has run longest: it stands first.
    const [killed] = cluster.workers;
    if (killed === undefined) throw new Error('no worker');
    await cluster.kill(killed);
    write(`after ${client} was killed`);
    await cluster.add([`kafka.client=${client}`]);
    await cluster.running([source, sink]);
  }
  const committed = await eventually(
    () => committedLines(kafka, topic),
    (lines) => lines.includes(file.lines.at(-1) ?? ''),
    30_000,
  );
  expect(committed).toEqual(file.lines);
  const sunk = await eventually(
    () => Promise.resolve(readFileSync(target.path, 'utf8').split('\n')),
    (lines) => lines.includes(file.lines.at(-1) ?? ''),
    30_000,
  );
  expect(new Set(sunk.filter((line) => line !== ''))).toEqual(new Set(file.lines));
});
