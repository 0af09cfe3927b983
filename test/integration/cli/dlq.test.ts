/**
 * Goal: dead letters are shown, and go back once, in order, never over newer data.
 * Method: a real sink that can't write two of its records; the real command on the real broker.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { RawRecord } from '../../../src/data/record.ts';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';

const topic = `dlq-${randomUUID()}`;
const dead = `${topic}-dead`;
const servers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = kafkaJs({ 'bootstrap.servers': servers }, silentLog, systemClock);
const path = workerFile();
let worker: HeadwaterProcess;
let url = '';

async function produce(...records: readonly (readonly [string, string])[]): Promise<void> {
  await using producer = await kafka.producer({ clientId: 'dlq-test' });
  const headers = [{ key: 'trace', value: Buffer.from('1') }];
  await producer.send(
    records.map(([key, value]) => ({
      topic,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers,
    })),
  );
}

async function recordsOf(name: string): Promise<readonly RawRecord[]> {
  const found: RawRecord[] = [];
  await kafka.readToEnd(name, (record) => found.push(record), AbortSignal.timeout(20_000));
  return found;
}

async function dlq(
  ...args: readonly string[]
): Promise<{ code: number | null; out: string; err: string }> {
  await using command = headwater(['dlq', ...args]);
  const code = await command.exited;
  return { code, out: command.stdout(), err: command.stderr() };
}

/** So that what goes back doesn't fail again while it is looked at. */
async function steer(action: 'pause' | 'resume', state: string): Promise<void> {
  const connector = `${url}/connectors/copy-${topic}`;
  await fetch(`${connector}/${action}`, { method: 'PUT' });
  await eventually(
    async () => (await fetch(`${connector}/tasks/0/status`)).text(),
    (text) => text.includes(`"${state}"`),
  );
}

async function redrive(...args: readonly string[]): Promise<{ sent: number; counts: object }> {
  const { out } = await dlq('redrive', dead, '--worker', path, '--json', ...args);
  return JSON.parse(out) as { sent: number; counts: object };
}

beforeAll(async () => {
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
  await produce(['a', '"a1"'], ['b', 'not JSON: b1'], ['c', 'not JSON: c1'], ['c', '"c2"']);
  await produce(['d', 'not JSON: d1'], ['d', 'not JSON: d2']);
  const { 'sink.json': sink = '' } = files({
    'sink.json': JSON.stringify({
      name: `copy-${topic}`,
      'connector.class': 'FileStreamSink',
      topics: topic,
      file: `${path}.out`,
      'key.converter': 'StringConverter',
      'value.converter': 'JsonConverter',
      'value.converter.schemas.enable': 'false',
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': dead,
      'errors.deadletterqueue.topic.replication.factor': '1',
      'errors.deadletterqueue.context.headers.enable': 'true',
    }),
  });
  worker = headwater(['worker', path, sink]);
  url = await readyUrl(worker);
  await eventually(
    () => readFileSync(`${path}.out`, { encoding: 'utf8', flag: 'a+' }),
    (text) => text === 'a1\nc2\n',
  );
  await eventually(
    async () => (await kafka.admin.offsets(dead)).map(({ high }) => String(high)),
    ([high]) => high === '4',
  );
});

afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await kafka.admin.deleteTopics([topic, dead]);
  await kafka[Symbol.asyncDispose]();
});

test('letters are counted by cause, and shown one by one', async () => {
  const list = await dlq('list', dead, '--bootstrap-server', servers, '--json');
  expect(JSON.parse(list.out)).toMatchObject([
    { connector: `copy-${topic}`, stage: 'VALUE_CONVERTER', topic, letters: 4 },
  ]);
  const show = await dlq('show', dead, '--worker', path, '--key', 'b');
  expect(show.out.trimEnd().split('\n')).toHaveLength(3);
  expect(show.out).toMatch(new RegExp(`^0/0 .* b +${topic}/0/1 .*VALUE_CONVERTER`, 'm'));
  const none = await dlq('show', dead, '--worker', path, '--connector', 'other');
  expect(none).toMatchObject({ code: 0, out: 'None of its 4 letters is meant.\n' });
});

test('a preview writes nothing; what is executed goes back once, in order, and never over newer data', async () => {
  await steer('pause', 'PAUSED');
  const preview = await redrive();
  expect(preview).toMatchObject({ executed: false, counts: { redrive: 3, newer: 1 } });
  expect(await recordsOf(topic)).toHaveLength(6);

  expect(await redrive('--key', 'b', '--execute')).toMatchObject({ sent: 1 });
  expect(await redrive('--execute', '--rate', '1')).toMatchObject({
    sent: 2,
    counts: { redrive: 2, done: 1, newer: 1 },
  });
  const back = (await recordsOf(topic)).slice(6);
  expect(back.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual([
    'not JSON: b1',
    'not JSON: d1',
    'not JSON: d2',
  ]);
  expect(back[0]?.headers.map(({ key }) => key)).toEqual([
    'trace',
    'headwater.redriven.of',
    'headwater.redriven.origin',
  ]);
});

test('a redriven record that fails again can go back again, until newer data comes', async () => {
  await steer('resume', 'RUNNING');
  await eventually(
    async () => (await kafka.admin.offsets(dead)).map(({ high }) => String(high)),
    ([high]) => high === '7',
  );
  await produce(['b', '"b2"']);
  expect(await redrive('--execute')).toMatchObject({
    sent: 2,
    counts: { redrive: 2, done: 3, newer: 2 },
  });
});

test.each([
  ['no Kafka named', ['show', dead], 2, /--worker FILE/],
  [
    'a topic that is not there',
    ['show', `no-${topic}`, '--bootstrap-server', servers],
    1,
    /no topic/,
  ],
  ['a time that is none', ['show', dead, '--since', 'soon'], 2, /must be a time/],
])('%s ends with its exit code and one reason', async (_what, args, code, message) => {
  const ended = await dlq(...args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(message);
});
