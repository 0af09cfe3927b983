/**
 * Goal: our sinks read what JVM producers write with Avro and with JSON Schema, under Confluent's wire format.
 * Method: a Java program with Apicurio's serializers writes orders and a tombstone; a worker with DuckDbSink reads them.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { eventually } from '../../support/eventually.ts';
import { resolveInterop } from '../../support/interop/jars.ts';
import { startTestWorker } from '../../support/worker.ts';

const classPath = await resolveInterop();
const registry = process.env['SCHEMA_REGISTRY_URL'] ?? '';
const brokers = process.env['KAFKA_BROKERS'] ?? '';
const support = join(import.meta.dirname, '../../support/interop');
const folder = mkdtempSync(join(tmpdir(), 'headwater-jvm-producers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Orders "a" and "b", then a tombstone for "a". */
function writeRecords(format: 'avro' | 'json', topic: string): void {
  const apicurio = `${new URL(registry).origin}/apis/registry/v2`;
  const program = ['-cp', `${classPath}:${support}`, join(support, 'WriteRecords.java')];
  const options = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', ...program];
  const { status, stderr } = spawnSync('java', [...options, brokers, apicurio, format, topic], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(stderr.slice(-2_000));
}

async function sunk(format: 'avro' | 'json', converter: string, columns: string) {
  const topic = `orders_${format}_${randomUUID().replaceAll('-', '')}`;
  await using kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
  writeRecords(format, topic);
  await using worker = await startTestWorker();
  await worker.herder.create(topic, {
    'connector.class': 'DuckDbSink',
    topics: topic,
    'duckdb.path': join(folder, `${topic}.duckdb`),
    'value.converter': converter,
    'value.converter.schema.registry.url': registry,
  });
  const read = () =>
    worker.herder
      .query(topic, `SELECT ${columns} FROM ${topic} ORDER BY "Id"`, {
        maxRows: 10,
        timeoutMs: 5_000,
      })
      .then(
        ({ rows }) => rows,
        (error: unknown) => [[String(error)]],
      );
  return await eventually(read, (rows) => rows.length === 2, 30_000);
}

describe.skipIf(classPath === undefined)('what a JVM producer wrote', () => {
  test('with Avro is read with every type', async () => {
    const rows = await sunk(
      'avro',
      'io.confluent.connect.avro.AvroConverter',
      '"Id", quantity, serial, weight, ratio, paid, state, "day", "at", price, note, tags, buyer_name, _deleted',
    );
    expect(rows).toEqual([
      [
        'a',
        3,
        '9223372036854775807',
        0.1,
        1.5,
        true,
        'OPEN',
        '2024-10-04',
        '2023-11-14 22:13:20.123',
        '1234567890.12',
        'é',
        '["x","y"]',
        'Zoë',
        true,
      ],
      [
        'b',
        -7,
        '9223372036854775807',
        0.1,
        1.5,
        true,
        'OPEN',
        '2024-10-04',
        '2023-11-14 22:13:20.123',
        '1234567890.12',
        null,
        '["x","y"]',
        'Zoë',
        false,
      ],
    ]);
  });

  test('with JSON Schema is read, too', async () => {
    const rows = await sunk(
      'json',
      'io.confluent.connect.json.JsonSchemaConverter',
      '"Id", quantity, weight, paid, note, tags, _deleted',
    );
    expect(rows).toEqual([
      ['a', 3, 0.1, true, 'é', '["x","y"]', true],
      ['b', -7, 0.1, true, null, '["x","y"]', false],
    ]);
  });
});
