import type { Properties } from '../../config/definition.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { LogLevels } from '../../foundation/pino.ts';
import type { Redactor } from '../../foundation/redact.ts';
import { classesWith } from '../../herder/plugin-classes.ts';
import { CONNECT_VERSION } from '../../herder/plugins.ts';
import { openKafka } from '../../kafka/clients.ts';
import { startRest } from '../../rest/listen.ts';
import type {
  ConfigProviderDescriptor,
  ExtensionDescriptor,
  Plugin,
  PluginDescriptor,
} from '../../sdk/index.ts';
import { learnClusterId } from './cluster-id.ts';
import { createHerder } from './herders.ts';
import { watchMemory } from './memory.ts';
import { offsetTrouble, openOffsets, separateOffsets, whenOpened } from './offsets.ts';
import { pluginsOfPath } from './plugin-path.ts';
import { resolveWorker } from './properties.ts';
import { restSetup } from './rest-options.ts';
import { openTelemetry } from './telemetry.ts';

export interface StartWorkerOptions {
  /** As written; references are resolved here. */
  readonly properties: Properties;
  readonly connectors: readonly { readonly name: string; readonly config: Properties }[];
  readonly plugins: readonly PluginDescriptor[];
  /** Headwater's own. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly levels: LogLevels;
  readonly redactor: Redactor;
}

export interface Worker {
  /** Of its REST API. */
  readonly url: string;
  /** `task.shutdown.graceful.timeout.ms`. */
  readonly gracefulMs: number;
  /** Drains the tasks (`task.shutdown.graceful.timeout.ms`), then lets go of everything. */
  close(): Promise<void>;
}

/** Connectors wait for the offsets at most this long; then their tasks do. */
const OPENING_MS = 5_000;

/** Wires a worker and starts its connectors, or joins its group. What was opened is closed when a later step fails. */
export async function startWorker(options: StartWorkerOptions): Promise<Worker> {
  const { clock, log, redactor } = options;
  const found = await pluginsOfPath(options.properties, log.child({ logger: 'plugins' }), clock);
  const { connectors, extensions, configProviders } = sorted(found.plugins);
  const { properties, providers } = await resolveWorker(
    options.properties,
    redactor,
    log,
    configProviders,
  );
  log.info('Worker is starting.', {
    version: options.version,
    connectVersion: CONNECT_VERSION,
    node: process.version,
    bootstrapServers: properties['bootstrap.servers'],
    offsets: properties['offset.storage.topic'] ?? properties['offset.storage.file.filename'],
  });
  const { options: restOptions, fetch, url, workerId } = await restSetup(properties);
  await using cleanup = new AsyncDisposableStack();
  const closing = new AbortController();
  cleanup.defer(() => closing.abort(new Error('the worker is closing')));

  const { version } = options;
  const telemetry = cleanup.use(await openTelemetry({ properties, workerId, version, clock }));
  const { prometheus } = telemetry;
  const client = await openKafka(properties, log.child({ logger: 'kafka' }), clock);
  const kafka = cleanup.use(telemetry.observed(client));
  const opening = openOffsets(properties, kafka, { log, clock }, closing.signal);
  const offsets = cleanup.use(whenOpened(opening));
  const deps = {
    properties,
    kafka,
    offsets,
    separateOffsets: cleanup.use(
      separateOffsets(properties, kafka, { log, clock }, closing.signal),
    ),
    plugins: [...options.plugins, ...connectors],
    classes: classesWith(extensions),
    packages: found.packages,
    providers,
    clock,
    log: log.child({ logger: 'runtime' }),
    metrics: prometheus.metrics,
    tracing: telemetry.tracing,
    levels: options.levels,
    workerId,
    url,
    fetch,
    onSecret: (secret: string) => redactor.add(secret),
    redact: redactor.redact,
  };
  const starting = await createHerder(deps);
  const herder = cleanup.use(starting.herder);
  const memory = cleanup.use(watchMemory({ clock, log, metrics: prometheus.metrics }));
  let clusterId: string | null = null;
  const rest = await startRest({
    herder,
    group: starting.group,
    version: options.version,
    clusterId: () => clusterId,
    renderMetrics: () => prometheus.render(),
    levels: options.levels,
    redact: redactor.redact,
    ...restOptions,
    fetch,
    trouble: () => offsetTrouble(offsets, clock),
    warning: () => memory.warning(),
    log: log.child({ logger: 'rest' }),
    headers: {
      rules: properties['response.http.headers.config'] ?? '',
      now: () => clock.now(),
    },
    topicTracking: {
      enabled: properties['topic.tracking.enable'] !== 'false',
      resettable: properties['topic.tracking.allow.reset'] !== 'false',
    },
  });
  cleanup.defer(() => rest.close());
  void learnClusterId(kafka, clock, log, closing.signal).then((id) => {
    clusterId = id;
  });
  const late = Promise.withResolvers<void>();
  using _bound = clock.timer(OPENING_MS, () => late.resolve());
  await Promise.race([opening, late.promise]);
  await starting.start(options.connectors, closing.signal);
  const opened = cleanup.move();
  return {
    url: rest.url,
    gracefulMs: Number(properties['task.shutdown.graceful.timeout.ms']),
    close: () => opened.disposeAsync(),
  };
}

/** By who asks for them. */
function sorted(plugins: readonly Plugin[]): {
  readonly connectors: readonly PluginDescriptor[];
  readonly extensions: readonly ExtensionDescriptor[];
  readonly configProviders: readonly ConfigProviderDescriptor[];
} {
  const isConnector = (each: Plugin): each is PluginDescriptor =>
    each.type === 'source' || each.type === 'sink';
  const extensions = plugins.filter((each) => !isConnector(each));
  return {
    connectors: plugins.filter(isConnector),
    extensions,
    configProviders: extensions.filter((each) => each.type === 'config_provider'),
  };
}
