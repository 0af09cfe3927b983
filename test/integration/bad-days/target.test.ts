/**
 * Goal: what a topic or a target doesn't take stops its task with one clear sentence, before anything after it is
 * passed; mended, the rest comes and is whole.
 * Method: a real worker with a source and warehouses of their own; a broker and files that say no.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { DuckDBInstance } from '@duckdb/node-api';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { Kafka } from '../../../src/kafka/port.ts';
import { eventually } from '../../support/eventually.ts';
import { Site } from '../../support/site.ts';

let site: Site;
let kafka: Kafka;
const brokers = process.env['KAFKA_BROKERS'] ?? '';

beforeAll(async () => {
  site = await Site.open();
  kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
});
afterAll(async () => {
  await kafka[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

function create(values: Record<string, unknown>): Promise<string> {
  return site.line.org.create('Account', values);
}

async function source(name: string): Promise<void> {
  await site.put(site.make.source(name));
  await site.until(name, 'RUNNING');
}

/** Names in a warehouse once there are so many; the task answers while it runs. */
async function rows(name: string, atLeast: number): Promise<readonly unknown[]> {
  const table = site.make.topic(name.replace(/-warehouse$/, '')).replaceAll(/[^A-Za-z0-9]/g, '_');
  const sql = `SELECT Name FROM "${table}" ORDER BY _offset`;
  const found = await eventually(
    async () => {
      const path = `/headwater/v1/connectors/${name}/query`;
      const answer = await site.line.call('POST', path, { sql }).catch(() => ({ rows: [] }));
      return (answer as { rows: readonly (readonly unknown[])[] }).rows;
    },
    (all) => all.length >= atLeast,
  );
  return found.map(([first]) => first);
}

test('a record too large for its topic is named; once the topic takes it, it comes and so does the rest', async () => {
  const topic = site.make.topic('large');
  const config = { 'max.message.bytes': '3000' };
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config });
  await source('large');
  await create({ Name: 'before' });
  const id = await create({ Name: 'large', Description: 'much to say '.repeat(1_000) });
  await create({ Name: 'after' });
  expect((await site.until('large', 'FAILED')).why).toMatch(
    new RegExp(
      `^Record ${id}: A record of \\d+ bytes is larger than topic ${topic} takes\\. Raise the topic's max\\.message\\.bytes\\.$`,
    ),
  );
  expect(await site.names('large', 1)).toEqual(['before']);
  await alterTopic(topic, { 'max.message.bytes': '1000000' });
  await site.restart('large');
  // At least once: what was published before the failure may come again.
  const names = await site.names('large', 3);
  expect(names.slice(-2)).toEqual(['large', 'after']);
  expect(new Set(names)).toEqual(new Set(['before', 'large', 'after']));
  await site.remove('large');
});

test('a poison record stops the sink at its offset; in the dead letter queue, it lets the rest by', async () => {
  const topic = site.make.topic('poison');
  await source('poison');
  await create({ Name: 'before' });
  const sink = site.make.warehouse('poison-warehouse', topic);
  await site.names('poison', 1);
  await site.put(sink);
  expect(await rows('poison-warehouse', 1)).toEqual(['before']);
  {
    await using producer = await kafka.producer({ clientId: 'poison' });
    const value = Buffer.from('{"not": "Avro"}');
    await producer.send([{ topic, key: Buffer.from('a key'), value, headers: [] }]);
  }
  await create({ Name: 'after' });
  const { why } = await site.until('poison-warehouse', 'FAILED');
  expect(why).toBe(
    `${topic}-0 at 1: The record is not in the schema registry's wire format (first byte 97). Was it written by another converter (JsonConverter, StringConverter)?`,
  );

  const queue = `${topic}.dead-letters`;
  await site.put({
    ...sink,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': queue,
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  });
  expect(await rows('poison-warehouse', 2)).toEqual(['before', 'after']);
  await site.until('poison-warehouse', 'RUNNING');
  const letters: string[] = [];
  await kafka.readToEnd(
    queue,
    ({ value, headers }) => {
      const offset = headers.find(({ key }) => key === '__connect.errors.offset')?.value;
      letters.push(`${text(offset)} ${text(value)}`);
    },
    AbortSignal.timeout(20_000),
  );
  expect(letters).toEqual(['1 {"not": "Avro"}']);
  await site.remove('poison');
  await site.remove('poison-warehouse');
});

test('a column of another type is named, and once it is gone the table is filled', async () => {
  const topic = site.make.topic('column');
  const table = topic.replaceAll(/[^A-Za-z0-9]/g, '_');
  await source('column');
  await create({ Name: 'before', AnnualRevenue: 12 });
  await site.names('column', 1);
  const sink = site.make.warehouse('column-warehouse', topic);
  await inFile(
    sink['duckdb.path'] ?? '',
    `CREATE TABLE "${table}" (Id VARCHAR PRIMARY KEY, AnnualRevenue BOOLEAN, _deleted BOOLEAN NOT NULL DEFAULT false,
      _deleted_at TIMESTAMP, _epoch BIGINT NOT NULL, _offset BIGINT NOT NULL, _partial BOOLEAN NOT NULL DEFAULT false)`,
  );
  await site.put(sink);
  expect((await site.until('column-warehouse', 'FAILED')).why).toMatch(
    new RegExp(
      `Column AnnualRevenue of table ${table} is BOOLEAN, but record\\.AnnualRevenue needs DOUBLE\\. Rename or drop that column in the database, or send the topic to a file of its own, then restart the task\\.$`,
    ),
  );
  await inFile(sink['duckdb.path'] ?? '', `ALTER TABLE "${table}" DROP COLUMN AnnualRevenue`);
  await site.restart('column-warehouse');
  expect(await rows('column-warehouse', 1)).toEqual(['before']);
  await site.remove('column');
  await site.remove('column-warehouse');
});

test('a file that another process holds is told with that process, and taken over when it has ended', async () => {
  const topic = site.make.topic('locked');
  await source('locked');
  await create({ Name: 'before' });
  const sink = site.make.warehouse('locked-warehouse', topic);
  const path = sink['duckdb.path'] ?? '';
  const duckdb = createRequire(import.meta.url).resolve('@duckdb/node-api');
  const script = `require(process.argv[1]).DuckDBInstance.create(process.argv[2]).then(() => console.log('open')); setInterval(() => undefined, 1000);`;
  const holder = spawn(process.execPath, ['-e', script, duckdb, path]);
  try {
    await once(holder.stdout, 'data');
    await site.put(sink);
    expect((await site.until('locked-warehouse', 'FAILED')).why).toBe(
      `${path} is locked by process ${holder.pid}. End that process and restart the task; to read while the task runs, use \`headwater query\`.`,
    );
  } finally {
    holder.kill();
    await once(holder, 'exit');
  }
  await site.restart('locked-warehouse');
  expect(await rows('locked-warehouse', 1)).toEqual(['before']);
});

function text(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString();
}

async function alterTopic(topic: string, config: Record<string, string>): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  await admin.disconnect();
}

/** A statement on a file that no task holds. */
async function inFile(path: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
