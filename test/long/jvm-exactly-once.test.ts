/**
 * Goal: an exactly-once source goes from our worker to one of Connect and back, each going on where the other has committed; the
 * transactional ids are the same, so that Connect's worker shuts out ours.
 * Method: our worker is stopped by a signal amid a transaction; a JVM worker takes its group over by the topics alone; ours
 * wakes up and is refused; then the JVM's is ended, and ours takes over. A reader of committed records finds each line once.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import type { GroupKafka } from '../../src/kafka/port.ts';
import { Cluster, LineFile } from '../support/cluster.ts';
import { committedLines } from '../support/committed-lines.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { resolveConnect, startJvmWorker } from '../support/jvm-connect/jvm.ts';

const LINES = 200;
const classPath = await resolveConnect();
const topic = `jvm-exactly-once-${randomUUID()}`;
const file = new LineFile();
let kafka: GroupKafka;
let cluster: Cluster;

beforeAll(async () => {
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  kafka = kafkaJs(properties, silentLog, systemClock);
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  cluster = new Cluster(['exactly.once.source.support=enabled']);
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
});

function write(text: string): void {
  for (let i = 0; i < LINES; i += 1) file.write(`${text} ${i}`);
}

async function everyLineOnce(): Promise<void> {
  const last = file.lines.at(-1) ?? '';
  const found = await eventually(
    () => committedLines(kafka, topic),
    (lines) => lines.includes(last),
    90_000,
  );
  expect(found).toEqual(file.lines);
}

describe.skipIf(classPath === undefined)('beside the JVM', () => {
  test('an exactly-once source goes to a worker of Connect and comes back', async () => {
    const ours = await cluster.add();
    const config = {
      'connector.class': 'FileStreamSource',
      'exactly.once.support': 'required',
      'transaction.boundary': 'interval',
      'transaction.boundary.interval.ms': '2000',
      file: file.path,
      topic,
    };
    await cluster.request('POST', '/connectors', { name: 'lines', config });
    await cluster.running(['lines']);
    write('ours');
    await everyLineOnce();

    const end = async (): Promise<bigint> => (await kafka.admin.offsets(topic))[0]?.high ?? 0n;
    const before = await end();
    write('amid');
    await eventually(end, (now) => now > before);
    ours.process.child.kill('SIGSTOP');
    {
      const port = await freePort();
      await using jvm = await startJvmWorker(classPath ?? '', cluster.properties, port);
      const state = async (): Promise<string> => {
        const answer = await fetch(`${jvm.url}/connectors/lines/tasks/0/status`);
        const status = (await answer.json()) as { state?: string; worker_id?: string };
        return `${status.state} ${status.worker_id}`;
      };
      await eventually(state, (found) => found === `RUNNING ${new URL(jvm.url).host}`, 60_000);
      write('the JVM');
      await everyLineOnce();
      ours.process.child.kill('SIGCONT');
      await eventually(
        () => ours.process.stdout() + ours.process.stderr(),
        (output) => output.includes('kafka.fenced'),
      );
      await cluster.kill(ours);
      write('after ours woke up');
      await everyLineOnce();
    }
    await cluster.add();
    await cluster.running(['lines'], 90_000);
    write('ours again');
    await everyLineOnce();
  });
});
