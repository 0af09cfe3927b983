import { createServer } from 'node:net';
import type { Properties } from '../../config/definition.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, explain } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import type { LogLevels } from '../../foundation/pino.ts';
import type { Redactor } from '../../foundation/redact.ts';
import { createStandaloneHerder } from '../../herder/standalone.ts';
import { kafkaJs } from '../../kafka/kafkajs/index.ts';
import type { Kafka } from '../../kafka/port.ts';
import { startRest } from '../../rest/server.ts';
import { createPrometheus } from '../../runtime/prometheus.ts';
import type { PluginDescriptor } from '../../sdk/index.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import { learnClusterId } from './cluster-id.ts';
import { pluginsOfPath } from './plugin-path.ts';
import { resolveWorker } from './properties.ts';

export interface StartWorkerOptions {
  /** As written; references are resolved here. */
  readonly properties: Properties;
  readonly connectors: readonly { readonly name: string; readonly config: Properties }[];
  readonly plugins: readonly PluginDescriptor[];
  /** As `GET /` shows it. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly levels: LogLevels;
  readonly redactor: Redactor;
}

export interface Worker {
  /** Of its REST API. */
  readonly url: string;
  /** Drains the tasks (`task.shutdown.graceful.timeout.ms`), then lets go of everything. */
  close(): Promise<void>;
}

/** Wires a standalone worker and starts its connectors. What was opened is closed when a later step fails. */
export async function startWorker(options: StartWorkerOptions): Promise<Worker> {
  const { clock, log, redactor } = options;
  const { properties, providers } = await resolveWorker(options.properties, redactor, log);
  const plugins = [...options.plugins, ...(await pluginsOfPath(properties))];
  await using cleanup = new AsyncDisposableStack();
  const closing = new AbortController();
  cleanup.defer(() => closing.abort(new Error('the worker is closing')));

  const kafka = cleanup.use(kafkaJs(properties, log.child({ logger: 'kafka' }), clock));
  const offsets = cleanup.use(await openOffsets(properties, kafka, log, closing.signal));
  const prometheus = createPrometheus();
  const listeners = await withPort(properties['listeners'] ?? '');
  const herder = cleanup.use(
    createStandaloneHerder({
      properties,
      kafka,
      offsets,
      plugins,
      providers,
      clock,
      log: log.child({ logger: 'runtime' }),
      metrics: prometheus.metrics,
      workerId: workerId(properties, listeners),
      onSecret: (secret) => redactor.add(secret),
      redact: redactor.redact,
    }),
  );
  let clusterId: string | null = null;
  const rest = await startRest({
    herder,
    version: options.version,
    clusterId: () => clusterId,
    renderMetrics: () => prometheus.render(),
    levels: options.levels,
    redact: redactor.redact,
    listeners,
    log: log.child({ logger: 'rest' }),
    cors: {
      origin: properties['access.control.allow.origin'] ?? '',
      methods: properties['access.control.allow.methods'] ?? '',
    },
  });
  cleanup.defer(() => rest.close());
  void learnClusterId(kafka, clock, log, closing.signal).then((id) => {
    clusterId = id;
  });
  await herder.start(options.connectors);
  const opened = cleanup.move();
  return { url: rest.url, close: () => opened.disposeAsync() };
}

/** Loads only the kind that is used. A broker that is away doesn't keep a worker from starting. */
async function openOffsets(
  properties: Properties,
  kafka: Kafka,
  log: Log,
  signal: AbortSignal,
): Promise<OffsetStore> {
  const topic = properties['offset.storage.topic'];
  if (topic === undefined) {
    const { openOffsetFile } = await import('../../storage/offset-file.ts');
    return openOffsetFile(properties['offset.storage.file.filename'] ?? '');
  }
  const { openOffsetTopic } = await import('../../storage/offset-kafka.ts');
  const { openWhenThere } = await import('../../storage/late-store.ts');
  const options = {
    topic,
    partitions: Number(properties['offset.storage.partitions'] ?? 25),
    replicationFactor: Number(properties['offset.storage.replication.factor'] ?? 3),
  };
  return openWhenThere(
    () => openOffsetTopic(kafka, options, signal),
    (why) => log.warn(`The offsets can't be read yet: ${explain(why)}`),
  );
}

function workerId(properties: Properties, listeners: string): string {
  const { hostname, port } = new URL(listeners);
  const host = properties['rest.advertised.host.name'] ?? hostname;
  return `${host}:${properties['rest.advertised.port'] ?? (port === '' ? '80' : port)}`;
}

/** The first listener; for port 0 with a free one, since statuses show the address from the start. */
async function withPort(listeners: string): Promise<string> {
  const [first = ''] = listeners.split(',').map((listener) => listener.trim());
  if (!URL.canParse(first)) {
    throw new AppError('config', 'rest.listeners', `listeners: ${first} is no http://host:port.`, {
      path: 'listeners',
      suggestion: 'For example listeners=http://127.0.0.1:8083.',
    });
  }
  const url = new URL(first);
  if (url.port !== '0') return first;
  return `${url.protocol}//${url.hostname}:${await freePort(url.hostname)}`;
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
