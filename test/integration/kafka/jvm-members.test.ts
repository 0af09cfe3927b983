/**
 * Goal: a consumer group has members of ours and of the JVM's: a sink whose tasks are on workers of both kinds goes on.
 * Method: Kafka's console consumer and one of ours share a topic of two partitions; each comes first once, and so leads.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka, KafkaConsumer } from '../../../src/kafka/port.ts';
import { eventually } from '../../support/eventually.ts';
import { resolveConnect } from '../../support/jvm-connect/jvm.ts';

const classPath = await resolveConnect();
const brokers = process.env['KAFKA_BROKERS'] ?? '';
const cases = KAFKA_CLIENTS.flatMap((client) => [
  [client, 'ours'] as const,
  [client, 'its'] as const,
]);

/** Kafka's console consumer; what it has read is its output. */
function consoleConsumer(topic: string, group: string): AsyncDisposable & { read(): string } {
  const mainClass = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
  const args = ['--bootstrap-server', brokers, '--topic', topic, '--group', group];
  const child = spawn('java', ['-Xmx256m', '-cp', classPath ?? '', mainClass, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let read = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (read += text));
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    read: () => read,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

describe.skipIf(classPath === undefined).each(cases)('%s, and %s leads', (client, leads) => {
  test('shares a topic with a consumer of the JVM', async () => {
    const properties = { 'bootstrap.servers': brokers, 'kafka.client': client };
    await using kafka: GroupKafka = await openKafka(properties, silentLog, systemClock);
    const topic = `members-${randomUUID()}`;
    await kafka.admin.createTopic({ topic, partitions: 2, replicationFactor: -1, config: {} });
    const join = (): Promise<KafkaConsumer> =>
      kafka.consumer({
        groupId: topic,
        clientId: 'members',
        topics: [topic],
        autoOffsetReset: 'earliest',
        onAssigned: () => Promise.resolve([]),
        onRevoked: () => Promise.resolve(),
      });
    await using producer = await kafka.producer({ clientId: 'members' });
    const write = (value: string): Promise<void> =>
      producer.send(
        [0, 1].map((partition) => ({
          topic,
          partition,
          key: null,
          value: Buffer.from(`${value}${partition}`),
          headers: [],
        })),
      );
    const early = leads === 'ours' ? await join() : undefined;
    await using theirs = consoleConsumer(topic, topic);
    // Whoever is first, that it reads shows that it leads.
    if (early === undefined) {
      await eventually(
        async () => {
          await write('x');
          return theirs.read();
        },
        (text) => text.includes('x0') && text.includes('x1'),
      );
    }
    await using ours = early ?? (await join());
    const seen = new Set<string>();
    const both = await eventually(
      async () => {
        await write('y');
        const soon = AbortSignal.timeout(50);
        const records = await ours.poll(100, 0, soon);
        for (const { value } of records) seen.add(Buffer.from(value ?? []).toString());
        return { owned: ours.assignment(), theirs: theirs.read() };
      },
      ({ owned, theirs: text }) =>
        owned.length === 1 &&
        seen.has(`y${owned[0]?.partition}`) &&
        text.includes(`y${1 - (owned[0]?.partition ?? 0)}`),
      40_000,
    );
    expect(both.owned).toHaveLength(1);
  });
});
