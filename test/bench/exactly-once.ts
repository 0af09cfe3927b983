/**
 * `npm run bench -- exactly-once [--json] [--records N]`: what a source's transactions cost, on the broker of `KAFKA_BROKERS`. Method: the
 * real loops of at-least-once and exactly-once sources, one after the other in this process, twice, over a source that gives 500
 * records of 200 bytes a poll as fast as it is asked; until their last position is committed.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Position } from '../../src/data/record.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { noMetrics } from '../../src/foundation/metrics.ts';
import { createConverter, createHeaderConverter } from '../../src/converters/catalog.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { ErrorReporter } from '../../src/runtime/dead-letters.ts';
import { errorsConfig } from '../../src/runtime/errors-config.ts';
import { runExactlyOnceSourceTask } from '../../src/runtime/exactly-once-source-task.ts';
import { runSourceTask } from '../../src/runtime/source-task.ts';
import { taskMetrics } from '../../src/runtime/task-metrics.ts';
import { TaskRunner } from '../../src/runtime/task-runner.ts';
import { TopicCreator } from '../../src/runtime/topic-creator.ts';
import type { Boundary } from '../../src/runtime/transaction-segments.ts';
import type { SourceTask } from '../../src/sdk/index.ts';
import { openGroupOffsets } from '../../src/storage/offset-group.ts';
import { toOffsetRecord } from '../../src/storage/offset-kafka.ts';

const POLL = 500;
const VALUE = 'x'.repeat(200);
const FLUSH_MS = 1_000;
const STRINGS = 'org.apache.kafka.connect.storage.StringConverter';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    records: { type: 'string', default: '200000' },
  },
});
const total = Number(options.records);
const id = randomUUID().slice(0, 8);
const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? 'localhost:9092' };
await using kafka = kafkaJs(properties, silentLog, systemClock);
const ending = new AbortController();
const offsetsTopic = `bench-offsets-${id}`;
const place = { topic: offsetsTopic, partitions: 1, replicationFactor: 1 };
await using offsets = await openGroupOffsets(
  kafka,
  place,
  { log: silentLog, clock: systemClock },
  ending.signal,
);

/** Resolves `done` when the last of its positions is committed. */
function counting(topic: string): { task: SourceTask; done: Promise<void> } {
  const done = Promise.withResolvers<void>();
  let given = 0;
  return {
    done: done.promise,
    task: {
      poll: (signal) => {
        if (given >= total) {
          return new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve({ records: [] }), { once: true });
          });
        }
        const records = Array.from({ length: POLL }, () => {
          given += 1;
          const position = { partition: { topic }, offset: { given } };
          return { topic, key: String(given), value: VALUE, headers: [], position };
        });
        return Promise.resolve({ records });
      },
      onCommitted: (positions) => {
        if (positions.some(({ offset }) => Number(offset['given']) >= total)) done.resolve();
        return Promise.resolve();
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  };
}

/** Records a second. */
async function measure(name: string, boundary: Boundary | undefined): Promise<number> {
  const topic = `bench-${name}-${randomUUID().slice(0, 8)}`;
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
  const { task, done } = counting(topic);
  const metrics = taskMetrics(noMetrics, 'source', systemClock);
  const errors = errorsConfig({}, {});
  const shared = {
    connector: topic,
    clock: systemClock,
    log: silentLog,
    metrics,
    errors,
    pipeline: {
      transform: { apply: <R>(record: R): R => record },
      keyConverter: createConverter(STRINGS, { isKey: true, properties: {} }),
      valueConverter: createConverter(STRINGS, { isKey: false, properties: {} }),
      headerConverter: createHeaderConverter(undefined),
    },
    reporter: new ErrorReporter({
      connector: topic,
      connectorClass: 'Bench',
      connectorVersion: '1',
      task: 0,
      errors,
      kafka,
      log: silentLog,
      metrics,
      now: () => systemClock.now(),
    }),
    topics: new TopicCreator(kafka.admin, {}, false),
    onTopic: () => undefined,
  };
  const run = (runner: TaskRunner): Promise<void> =>
    boundary === undefined
      ? runSourceTask(runner, {
          ...shared,
          offsets,
          flushIntervalMs: FLUSH_MS,
          openTask: () => Promise.resolve(task),
          openProducer: () => kafka.producer({ clientId: topic }),
        })
      : runExactlyOnceSourceTask(runner, {
          ...shared,
          boundary,
          offsetsTopic,
          offsetRecord: (position: Position) => toOffsetRecord(offsetsTopic, topic, position),
          fence: () => Promise.resolve(),
          verify: () => Promise.resolve(),
          openProducer: () =>
            kafka.transactionalProducer({
              clientId: topic,
              transactionalId: topic,
              timeoutMs: 60_000,
            }),
          openTask: () => Promise.resolve(task),
        });
  const runner = new TaskRunner(
    { connector: topic, task: 0, clock: systemClock, log: silentLog, gracefulMs: 5_000 },
    run,
  );
  const begun = performance.now();
  runner.start();
  await Promise.race([done, runner.ended]);
  const seconds = (performance.now() - begun) / 1_000;
  await runner.stop();
  await kafka.admin.deleteTopics([topic]);
  if (runner.state.phase === 'FAILED') throw new Error(runner.state.trace);
  return Math.round(total / seconds);
}

const seen: Record<string, number[]> = { atLeastOnce: [], poll: [], interval: [] };
for (let round = 0; round < 2; round += 1) {
  seen['atLeastOnce']?.push(await measure('at-least-once', undefined));
  seen['poll']?.push(await measure('poll', { kind: 'poll' }));
  seen['interval']?.push(await measure('interval', { kind: 'interval', everyMs: FLUSH_MS }));
}
ending.abort();
await kafka.admin.deleteTopics([offsetsTopic]);
const best = (name: string): number => Math.max(...(seen[name] ?? [0]));
const result = {
  records: total,
  perSecond: seen,
  ratio: {
    poll: Number((best('poll') / best('atLeastOnce')).toFixed(2)),
    interval: Number((best('interval') / best('atLeastOnce')).toFixed(2)),
  },
};
console.log(options.json ? JSON.stringify(result) : result);
