/** Goal: client metrics in Kafka's names for whichever client is behind the port; what is closed leaves its totals alone. */
import { expect, it } from 'vitest';
import { metered } from '../../../src/kafka/metered/index.ts';
import type { GroupKafka, OutRecord, TransactionalProducer } from '../../../src/kafka/port.ts';
import { createPrometheus } from '../../../src/runtime/prometheus.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';

const PRODUCER = 'kafka_producer_producer_metrics_';
const FETCH = 'kafka_consumer_consumer_fetch_manager_metrics_';
const COORDINATOR = 'kafka_consumer_consumer_coordinator_metrics_';

const record = (value: string): OutRecord => ({
  topic: 't',
  key: Buffer.from('k'),
  value: Buffer.from(value),
  headers: [{ key: 'h', value: Buffer.from('12') }],
});

function setUp() {
  const prometheus = createPrometheus();
  const clock = new ManualClock();
  const memory = new MemoryKafka();
  memory.addTopic('t');
  const transactions: TransactionalProducer = {
    init: () => clock.sleep(2),
    send: () => Promise.resolve(),
    commit: () => Promise.resolve(),
    abort: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const whole = Object.assign(memory, {
    transactionalProducer: () => transactions,
  }) as unknown as GroupKafka;
  const shown = async (): Promise<Readonly<Record<string, number>>> => {
    const { text } = await prometheus.render();
    const lines = text.split('\n').filter((line) => /^kafka_(producer|consumer|admin)/.test(line));
    return Object.fromEntries(
      lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]),
    );
  };
  return { kafka: metered(whole, prometheus.metrics, clock, 'worker'), memory, clock, shown };
}

it('a producer tells what it sent, what failed, how long it took; closed, its totals stay', async () => {
  const { kafka, memory, clock, shown } = setUp();
  const producer = await kafka.producer({ clientId: 'connector-producer-c-0' });
  memory.beforeSend = () => clock.sleep(20);
  const sending = producer.send([record('ab'), record('cd')]);
  const of = '{client_id="connector-producer-c-0"}';
  expect(await shown()).toMatchObject({ [`${PRODUCER}requests_in_flight${of}`]: 1 });
  await clock.advance(20);
  await sending;
  memory.beforeSend = () => {
    throw new Error('refused');
  };
  await expect(producer.send([record('e')])).rejects.toThrow('refused');
  expect(await shown()).toMatchObject({
    [`${PRODUCER}record_send_total${of}`]: 2,
    [`${PRODUCER}record_error_total${of}`]: 1,
    [`${PRODUCER}outgoing_byte_total${of}`]: 17,
    [`${PRODUCER}request_total${of}`]: 2,
    [`${PRODUCER}request_latency_max${of}`]: 20,
    [`${PRODUCER}records_per_request_avg${of}`]: 1.5,
    [`${PRODUCER}requests_in_flight${of}`]: 0,
  });
  await producer[Symbol.asyncDispose]();
  expect(memory.openProducers).toBe(0);
  const left = Object.keys(await shown()).filter((name) => name.endsWith(of));
  expect(left.every((name) => name.includes('_total{'))).toBe(true);
});

it('a consumer tells what it read, how far it is behind, and what the group did to it', async () => {
  const { kafka, memory, clock, shown } = setUp();
  for (const value of ['a', 'b', 'c']) memory.append(record(value));
  const consumer = await kafka.consumer({
    groupId: 'g',
    clientId: 'connector-consumer-c-0',
    topics: ['t'],
    autoOffsetReset: 'earliest',
    onAssigned: async () => {
      await Promise.resolve();
      return [];
    },
    onRevoked: () => Promise.resolve(),
  });
  const read = await consumer.poll(2, 0, new AbortController().signal);
  expect(read).toHaveLength(2);
  await clock.advance(3_000);
  await consumer.commit([{ topic: 't', partition: 0, offset: 2n }]);
  const of = '{client_id="connector-consumer-c-0"}';
  expect(await shown()).toMatchObject({
    [`${FETCH}records_consumed_total${of}`]: 2,
    [`${FETCH}bytes_consumed_total${of}`]: 4,
    [`${FETCH}fetch_total${of}`]: 1,
    [`${FETCH}records_lag_max${of}`]: 1,
    [`${FETCH}records_lag{client_id="connector-consumer-c-0",topic="t",partition="0"}`]: 1,
    [`${COORDINATOR}assigned_partitions${of}`]: 1,
    [`${COORDINATOR}commit_total${of}`]: 1,
    [`${COORDINATOR}rebalance_total${of}`]: 1,
    [`kafka_consumer_consumer_metrics_last_poll_seconds_ago${of}`]: 3,
  });
  await consumer[Symbol.asyncDispose]();
});

it('calls of the admin client and the time of transactions are counted', async () => {
  const { kafka, clock, shown } = setUp();
  await kafka.admin.listTopics();
  await kafka.admin.partitions('t');
  const producer = kafka.transactionalProducer({
    clientId: 'leader',
    transactionalId: 'x',
    timeoutMs: 1_000,
  });
  const begun = producer.init();
  await clock.advance(2);
  await begun;
  await producer.send([record('a')]);
  await producer.commit();
  expect(await shown()).toMatchObject({
    'kafka_admin_client_admin_client_metrics_request_total{client_id="worker"}': 2,
    [`${PRODUCER}txn_init_time_ns_total{client_id="leader"}`]: 2_000_000,
    [`${PRODUCER}record_send_total{client_id="leader"}`]: 1,
  });
});

it('what it wraps can still be held by a disposable stack, and is closed by it', async () => {
  const { kafka } = setUp();
  const closed: string[] = [];
  const client = Object.assign(kafka, {
    [Symbol.asyncDispose]: () => Promise.resolve(void closed.push('closed')),
  });
  {
    await using stack = new AsyncDisposableStack();
    stack.use(client);
  }
  expect(closed).toEqual(['closed']);
});
