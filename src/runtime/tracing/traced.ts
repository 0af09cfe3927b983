import type { SourceRecord } from '../../data/record.ts';
import type { Clock } from '../../foundation/clock.ts';
import { overriding } from '../../foundation/overriding.ts';
import type { GroupKafka, OutRecord } from '../../kafka/port.ts';
import type { SinkTask, SourceTask } from '../../sdk/index.ts';
import { contextsOf, messaging, TRACEPARENT, within, type Tracing } from './tracing.ts';

/** A poll that brought records is a span; records without a trace of their own join its. */
export function tracedSource(
  task: SourceTask,
  tracing: Tracing,
  connector: string,
  clock: Clock,
): SourceTask {
  return overriding(task, {
    poll: async (signal) => {
      const startedAt = clock.now();
      const batch = await task.poll(signal);
      if (batch.records.length === 0) return batch;
      const span = tracing.begin({
        name: `poll ${connector}`,
        kind: 'internal',
        startedAt,
        from: new Set(),
        attributes: messaging('poll', connector, batch.records.length),
      });
      span.end();
      return { ...batch, records: batch.records.map((record) => joined(record, span.traceparent)) };
    },
  });
}

/** A put is a span that goes on from what its records bring along. */
export function tracedSink(task: SinkTask, tracing: Tracing, connector: string): SinkTask {
  return overriding(task, {
    put: (batch, signal) =>
      within(
        tracing,
        {
          name: `put ${connector}`,
          kind: 'consumer',
          from: contextsOf(batch.map(({ original }) => original)),
          attributes: messaging('process', connector, batch.length),
        },
        () => task.put(batch, signal),
      ),
  });
}

const PRODUCER = /^connector-producer-(.+)-\d+$/;

/** Each send of a source's producer is a span. */
export function tracedKafka(kafka: GroupKafka, tracing: Tracing): GroupKafka {
  const traced = <P extends { send(records: readonly OutRecord[]): Promise<void> }>(
    producer: P,
    connector: string,
  ): P => {
    const send = (records: readonly OutRecord[]): Promise<void> =>
      within(
        tracing,
        {
          name: `send ${connector}`,
          kind: 'producer',
          from: contextsOf(records),
          attributes: messaging('send', connector, records.length),
        },
        () => producer.send(records),
      );
    return overriding(producer, { send } as Partial<P>);
  };
  return overriding(kafka, {
    producer: async (options) => {
      const producer = await kafka.producer(options);
      const [, connector] = PRODUCER.exec(options.clientId) ?? [];
      return connector === undefined ? producer : traced(producer, connector);
    },
    transactionalProducer: (options) => {
      const producer = kafka.transactionalProducer(options);
      const [, connector] = PRODUCER.exec(options.clientId) ?? [];
      return connector === undefined ? producer : traced(producer, connector);
    },
  });
}

/** The connector's own context stands. */
function joined(record: SourceRecord, traceparent: string): SourceRecord {
  if (record.headers.some(({ key }) => key === TRACEPARENT)) return record;
  const header = { key: TRACEPARENT, value: traceparent };
  return { ...record, headers: [...record.headers, header] };
}
