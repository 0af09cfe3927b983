/**
 * `npm run bench -- sink [--json] [--records N] [--set NAME=VALUE]… [--profile FOLDER]`: how fast the warehouse sink is, on
 * this machine. Method: change records (`changes.ts`) wait in a topic of one partition, written by the project's own Avro
 * converter and producer; the worker (from `dist`) carries them into a DuckDB file. Counted from its first commit to its
 * last. The table is compared with what the stream says. The ceiling is DuckDB's bare appender on the same rows. `--set` adds
 * properties of the connector; `--profile` has Node write the worker's CPU profile there.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../sandbox/demo/processes.ts';
import { stackDown, stackUp, type StackAddresses } from '../../sandbox/stack/index.ts';
import { createConverter } from '../../src/converters/catalog.ts';
import { simpleHeaderConverter } from '../../src/converters/header.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import type { Kafka, OutRecord } from '../../src/kafka/port.ts';
import { encode, type Pipeline } from '../../src/runtime/pipeline.ts';
import { buildTransformChain } from '../../src/transforms/chain.ts';
import { appenderRate } from './appender.ts';
import { ChangeStream, expected, SUMMED } from './changes.ts';
import { BenchWorker, type CpuSeconds } from './worker.ts';

const NAME = `bench-sink-${process.pid}`;
const SEND = 5_000;
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    records: { type: 'string', default: '1000000' },
    profile: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const records = Number(options.records);
const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
const topic = `bench_sink_${process.pid}`;
const stream = new ChangeStream(topic);
const progress = (text: string): void => console.error(text);

async function writeRecords(kafka: Kafka, schemaRegistryUrl: string): Promise<void> {
  const converter = (isKey: boolean) =>
    createConverter('AvroConverter', {
      isKey,
      properties: { 'schema.registry.url': schemaRegistryUrl },
    });
  const pipeline: Pipeline = {
    transform: buildTransformChain({}),
    keyConverter: converter(true),
    valueConverter: converter(false),
    headerConverter: simpleHeaderConverter,
  };
  await kafka.admin.createTopic({
    topic,
    partitions: 1,
    replicationFactor: 1,
    // The stream's timestamps are years old: the broker would delete what it has just taken.
    config: { 'retention.ms': '-1' },
  });
  await using producer = await kafka.producer({ clientId: NAME });
  let bytes = 0;
  let sending = Promise.resolve();
  for (let from = 0; from < records; from += SEND) {
    const batch: OutRecord[] = [];
    for (let i = from; i < Math.min(from + SEND, records); i++) {
      const encoded = encode(pipeline, stream.at(i));
      const out = encoded instanceof Promise ? await encoded : encoded;
      if (out === undefined) throw new Error('nothing filters');
      bytes += out.value?.length ?? 0;
      batch.push(out);
    }
    await sending;
    sending = producer.send(batch);
    if ((from / SEND) % 20 === 0) progress(`Writing records: ${from} of ${records}.`);
  }
  await sending;
  progress(`${records} records of ${Math.round(bytes / records)} bytes.`);
}

async function startWorker(stack: StackAddresses): Promise<BenchWorker> {
  const port = await freePort();
  const worker = join(folder, 'worker.properties');
  const avro = 'io.confluent.connect.avro.AvroConverter';
  writeFileSync(
    worker,
    [
      `bootstrap.servers=${stack.kafkaBrokers}`,
      `listeners=http://127.0.0.1:${port}`,
      `offset.storage.file.filename=${join(folder, 'offsets.json')}`,
      ...['key', 'value'].flatMap((side) => [
        `${side}.converter=${avro}`,
        `${side}.converter.schema.registry.url=${stack.schemaRegistryUrl}`,
      ]),
    ].join('\n'),
  );
  const connector = join(folder, 'sink.json');
  writeFileSync(
    connector,
    JSON.stringify({
      name: NAME,
      config: {
        'connector.class': 'DuckDbSink',
        topics: topic,
        'duckdb.path': join(folder, 'warehouse.duckdb'),
        ...Object.fromEntries(options.set.map((property) => property.split('=', 2))),
      },
    }),
  );
  const { profile } = options;
  return new BenchWorker(
    { worker, connector },
    { port, quiet: options.json, ...(profile === undefined ? {} : { profile }) },
  );
}

/** Records a second between the first commit seen and the last. */
async function untilWritten(kafka: Kafka, worker: BenchWorker): Promise<number> {
  const written = async (): Promise<number> => {
    worker.requireAlive();
    const offsets = await kafka.admin.groupOffsets(`connect-${NAME}`);
    return Number(offsets.find((position) => position.topic === topic)?.offset ?? 0n);
  };
  let first: number;
  while ((first = await written()) === 0) await systemClock.sleep(20);
  const started = performance.now();
  let last = first;
  let told = started;
  const before = worker.cpuSeconds();
  while ((last = await written()) < records) {
    await systemClock.sleep(50);
    const now = performance.now();
    if (now - told < 2_000) continue;
    told = now;
    const rate = Math.round((last - first) / ((now - started) / 1000));
    progress(`${last} rows, ${rate}/s, ${worker.peakRssMb()} MB`);
  }
  const after = worker.cpuSeconds();
  const micros = (who: keyof CpuSeconds): number =>
    Math.round(((after[who] - before[who]) * 1e6) / (last - first));
  progress(
    `CPU per row: JavaScript ${micros('javascript')} µs, garbage helpers ${micros('garbage')} µs, DuckDB ${micros('native')} µs.`,
  );
  if (first === last) throw new Error('all came in one commit: nothing to measure');
  return Math.round((last - first) / ((performance.now() - started) / 1000));
}

/** The table must be what the stream says, or its speed says nothing. */
async function requireEqual(worker: BenchWorker): Promise<void> {
  const table = topic.replaceAll(/[^A-Za-z0-9_]/g, '_');
  const [rows, partial, sum] = await worker.row(
    NAME,
    `SELECT count(*), count(*) FILTER (_partial), sum(${SUMMED}) FROM "${table}"`,
  );
  const should = expected(records);
  if (rows === should.rows && partial === 0 && sum === should.sum) return;
  throw new Error(
    `The table has ${String(rows)} rows (${String(partial)} partial), ${SUMMED} sums to ${String(sum)}; the stream says ${should.rows} and ${should.sum}.`,
  );
}

const stackOptions = { dir: join(folder, 'stack'), env: process.env, onProgress: progress };
try {
  const stack = await stackUp(stackOptions);
  await using kafka = kafkaJs({ 'bootstrap.servers': stack.kafkaBrokers }, silentLog, systemClock);
  try {
    await writeRecords(kafka, stack.schemaRegistryUrl);
    const ceilingPerSecond = await appenderRate(join(folder, 'ceiling.duckdb'), records, (i) =>
      stream.at(i),
    );
    progress(`Ceiling ${ceilingPerSecond} rows/s.`);
    await using worker = await startWorker(stack);
    const rowsPerSecond = await untilWritten(kafka, worker);
    const peakRssMb = worker.peakRssMb();
    await requireEqual(worker);
    console.log(JSON.stringify({ rowsPerSecond, ceilingPerSecond, peakRssMb }));
  } finally {
    // A broker that died is the news, not that it can't be tidied up.
    await kafka.admin.deleteTopics([topic]).catch(() => undefined);
    await kafka.admin.deleteGroup(`connect-${NAME}`).catch(() => undefined);
  }
} finally {
  await stackDown({ ...stackOptions, purge: true });
  rmSync(folder, { recursive: true, force: true });
}
