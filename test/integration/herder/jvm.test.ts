/**
 * Goal: Kafka's own tools read our group, and a worker of Connect itself goes on where ours stopped, and ours where it did.
 * Method: two workers with file connectors; the JVM's tools describe them; then a JVM worker takes the group over by its
 * topics alone, is joined by one of ours, and leaves. Lines are counted: none is lost, none comes twice.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { GroupKafka } from '../../../src/kafka/port.ts';
import type { ConnectorStatus } from '../../../src/herder/herder.ts';
import { Cluster, LineFile, type Statuses } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import {
  askTool,
  DESCRIBE_GROUP,
  resolveConnect,
  startJvmWorker,
} from '../../support/jvm-connect/jvm.ts';

type Info = ConnectorStatus['connector'];
const classPath = await resolveConnect();
const topic = `jvm-lines-${randomUUID()}`;
const sources = new Map(['jvm-a', 'jvm-b'].map((name) => [name, new LineFile()]));
/** A name of its own: on a shared broker its group outlives the test. */
const SINK = `jvm-sink-${randomUUID().slice(0, 8)}`;
const NAMES = [...sources.keys(), SINK];
const MADE_BY_JVM = 'jvm-made';
const sunk = join(mkdtempSync(join(tmpdir(), 'headwater-sunk-')), 'out.txt');
const brokers = process.env['KAFKA_BROKERS'] ?? '';
let kafka: GroupKafka;
let cluster: Cluster;

beforeAll(async () => {
  kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  cluster = new Cluster();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
});

const written = (): readonly string[] =>
  [...sources.values()].flatMap(({ lines }) => lines).toSorted();

function writeEverywhere(text: string): void {
  for (const [name, file] of sources) file.write(`${name} ${text}`);
}

/** Every line was published once, in whatever order, and has come through the sink once. */
async function allDeliveredOnce(): Promise<void> {
  const published = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    const onRecord = ({ value }: { value: Uint8Array | null }): number =>
      found.push(Buffer.from(value ?? []).toString());
    await kafka.readToEnd(topic, onRecord, new AbortController().signal);
    return found.toSorted();
  };
  const isThere = (lines: readonly string[]): boolean => lines.length >= written().length;
  expect(await eventually(published, isThere, 30_000)).toEqual(written());
  const outcome = (): Promise<readonly string[]> =>
    Promise.resolve(readFileSync(sunk, 'utf8').trimEnd().split('\n').toSorted());
  expect(await eventually(outcome, isThere, 30_000)).toEqual(written());
}

const tool = (name: string, ...args: string[]): Promise<string> =>
  askTool(classPath ?? '', name, ['--bootstrap-server', brokers, ...args]);

type Header = readonly [string, string];
interface Letter {
  readonly key: string;
  readonly value: string;
  readonly headers: readonly Header[];
}
const poisoned = `${topic}-poisoned`;
let byJvm: readonly Letter[] = [];

/** A value that is no JSON, and one that is, which the transform refuses. */
async function poison(): Promise<void> {
  await using producer = await kafka.producer({ clientId: 'poison' });
  const headers = [{ key: 'own', value: Buffer.from('kept') }];
  const record = (value: string) => ({
    topic: poisoned,
    key: Buffer.from('k'),
    value: Buffer.from(value),
    headers,
  });
  await kafka.admin.createTopic({
    topic: poisoned,
    partitions: 1,
    replicationFactor: 1,
    config: {},
  });
  await producer.send([record('{"a":'), record('{"a":"x"}')]);
}

/** Of a sink that refuses both, on the worker at `url`. */
async function deadLetters(url: string, by: string): Promise<readonly Letter[]> {
  const queue = `${poisoned}-${by}`;
  const name = `jvm-letters-${by}`;
  const config = {
    'connector.class': 'FileStreamSink',
    file: `${sunk}.${by}`,
    topics: poisoned,
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    transforms: 'cast',
    'transforms.cast.type': 'org.apache.kafka.connect.transforms.Cast$Value',
    'transforms.cast.spec': 'a:int32',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': queue,
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  };
  const answer = await fetch(`${url}/connectors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, config }),
  });
  expect([answer.status, await answer.text()]).toEqual([201, expect.anything()]);
  const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString();
  const read = async (): Promise<readonly Letter[]> => {
    const found: Letter[] = [];
    await kafka.readToEnd(
      queue,
      ({ key, value, headers }) =>
        found.push({
          key: text(key),
          value: text(value),
          headers: headers.map((each) => [each.key, text(each.value).replace(name, 'NAME')]),
        }),
      AbortSignal.timeout(20_000),
    );
    return found;
  };
  const letters = await eventually(
    () => read().catch(() => []),
    (found) => found.length >= 2,
    40_000,
  );
  await fetch(`${url}/connectors/${name}`, { method: 'DELETE' });
  return letters;
}

/** What is Java's own: an exception's class, words and stack. */
function inJava([key, value]: Header): Header {
  return key.startsWith('__connect.errors.exception.') ? [key, ''] : [key, value];
}

describe.skipIf(classPath === undefined)('beside the JVM', () => {
  test('Kafka’s tools list our group as a stable one of Connect, and describe its sinks', async () => {
    await Promise.all([cluster.add(), cluster.add()]);
    for (const [name, { path }] of sources) {
      const config = { 'connector.class': 'FileStreamSource', file: path, topic };
      await cluster.request('POST', '/connectors', { name, config });
    }
    const config = { 'connector.class': 'FileStreamSink', file: sunk, topics: topic };
    await cluster.request('POST', '/connectors', { name: SINK, config });
    writeEverywhere('by ours');
    await cluster.running(NAMES);
    await allDeliveredOnce();
    const committed = async (): Promise<readonly string[]> =>
      (await kafka.admin.groupOffsets(`connect-${SINK}`)).map(({ offset }) => String(offset));
    await eventually(committed, (offsets) => offsets.join() === '2');

    const groups = await tool('org.apache.kafka.tools.GroupsCommand', '--list');
    expect(groups).toMatch(new RegExp(`^${cluster.groupId} +Classic +connect *$`, 'm'));
    const group = await askTool(classPath ?? '', DESCRIBE_GROUP, [brokers, cluster.groupId]);
    const [state, ...members] = group.trim().split('\n');
    expect(state).toBe('connect sessioned Stable');
    const hosts = cluster.workers.map(({ url }) => `connect-${new URL(url).host}`);
    expect(members.toSorted()).toEqual(hosts.toSorted());
    const sink = await tool(
      'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
      '--describe',
      '--group',
      `connect-${SINK}`,
    );
    expect(sink).toMatch(new RegExp(`connect-${SINK} +${topic} +0 +2 +2 +0 `));
  });

  test('a worker of Connect goes on with our connectors at our offsets, shares them with one of ours, and leaves them to it', async () => {
    const ours = cluster.workers.slice();
    await Promise.all(ours.map((worker) => cluster.stop(worker)));
    writeEverywhere('while nobody runs');
    {
      await using jvm = await startJvmWorker(classPath ?? '', cluster.properties, await freePort());
      const ask = async (path: string): Promise<unknown> =>
        await (await fetch(`${jvm.url}${path}`)).json();
      expect(await ask('/connectors')).toEqual(expect.arrayContaining(NAMES));
      for (const name of NAMES) {
        const status = await eventually(
          async () => (await ask(`/connectors/${name}/status`)) as ConnectorStatus,
          ({ connector, tasks }) =>
            [connector, ...tasks].every(
              ({ state, worker_id: worker }) =>
                state === 'RUNNING' && worker === new URL(jvm.url).host,
            ),
          40_000,
        );
        expect(status.tasks).toHaveLength(1);
      }
      const made = new LineFile();
      sources.set(MADE_BY_JVM, made);
      const created = await fetch(`${jvm.url}/connectors`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          name: MADE_BY_JVM,
          config: { 'connector.class': 'FileStreamSource', file: made.path, topic },
        }),
      });
      expect(created.status).toBe(201);
      writeEverywhere('by the JVM');
      await allDeliveredOnce();

      await poison();
      byJvm = await deadLetters(jvm.url, 'jvm');

      // As in a rolling replacement: one of ours beside it, led by it.
      const beside = await cluster.add();
      const both = [jvm, beside].map(({ url }) => new URL(url).host).toSorted();
      const all = async (): Promise<readonly Info[]> =>
        Object.values((await ask('/connectors?expand=status')) as Statuses).flatMap(
          ({ status: { connector, tasks } }) => [connector, ...tasks],
        );
      const areShared = (infos: readonly Info[]): boolean =>
        infos.every(({ state }) => state === 'RUNNING') &&
        [...new Set(infos.map(({ worker_id: id }) => id))].toSorted().join() === both.join();
      await eventually(all, areShared, 40_000);
      const config = (await ask('/connectors/jvm-a/config')) as Record<string, string>;
      await cluster.request('PUT', '/connectors/jvm-a/config', { ...config, 'batch.size': '100' });
      expect(await ask('/connectors/jvm-a/config')).toMatchObject({ 'batch.size': '100' });
      await eventually(all, areShared, 40_000);
      writeEverywhere('by both');
      await allDeliveredOnce();
    }
    await cluster.running([...NAMES, MADE_BY_JVM]);
    writeEverywhere('by ours again');
    await allDeliveredOnce();
  });

  test('dead letters have the headers that a worker of Connect writes, byte for byte but for Java’s exceptions', async () => {
    const [ours] = cluster.workers;
    const letters = await deadLetters(ours?.url ?? '', 'ours');
    const isOurs = ([key]: Header): boolean => key.startsWith('headwater.');
    expect(
      letters.map(({ headers, ...rest }) => ({
        ...rest,
        headers: headers.filter((each) => !isOurs(each)).map(inJava),
      })),
    ).toEqual(byJvm.map(({ headers, ...rest }) => ({ ...rest, headers: headers.map(inJava) })));
  });
});
