/** A standalone worker inside the test's process: real Kafka, everything else in memory. */
import { createConfigProviders } from '../../src/config/providers.ts';
import type { Properties } from '../../src/config/definition.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { noMetrics } from '../../src/foundation/metrics.ts';
import { createStandaloneHerder, type StandaloneHerder } from '../../src/herder/standalone.ts';
import type { StandaloneHerderDeps } from '../../src/herder/deps.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { openOffsetMemory } from '../../src/storage/offset-memory.ts';
import { fileStreamSink, fileStreamSource } from '../../connectors/file/index.ts';
import { duckDbSink } from '../../connectors/warehouse/index.ts';

export interface TestWorker extends AsyncDisposable {
  readonly herder: StandaloneHerder;
}

export async function startTestWorker(
  properties: Properties = {},
  deps: Partial<StandaloneHerderDeps> = {},
): Promise<TestWorker> {
  const worker = {
    'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '',
    'offset.flush.interval.ms': '100',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    ...properties,
  };
  const kafka = kafkaJs(worker, silentLog, systemClock);
  const herder = createStandaloneHerder({
    properties: worker,
    kafka,
    offsets: openOffsetMemory(),
    plugins: [fileStreamSource, fileStreamSink, duckDbSink],
    providers: createConfigProviders(worker),
    clock: systemClock,
    log: silentLog,
    metrics: noMetrics,
    workerId: '127.0.0.1:8083',
    ...deps,
  });
  await herder.start([]);
  return {
    herder,
    [Symbol.asyncDispose]: async () => {
      await herder[Symbol.asyncDispose]();
      await kafka[Symbol.asyncDispose]();
    },
  };
}
