import { basename } from 'node:path';
import { Command } from 'commander';
import type { Properties } from '../config/definition.ts';
import { loadPropertiesFile } from '../config/files.ts';
import { systemClock } from '../foundation/clock.ts';
import { AppError, explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { createPinoLog, LEVELS } from '../foundation/pino.ts';
import { Redactor } from '../foundation/redact.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import { EXIT, exitCodeOf } from './errors.ts';
import { startWorker, type Worker } from './worker/start.ts';

/** Beyond the graceful timeout: closing clients and the REST API. */
const CLOSE_GRACE_MS = 10_000;
const DEFAULT_GRACEFUL_MS = 5_000;

/**
 * `headwater worker WORKER-FILE [CONNECTOR-FILE…]`: runs until SIGTERM or SIGINT, then drains and resolves to 0. A
 * second signal ends the process at once. Log lines go to stderr.
 */
export async function workerCommand(
  argv: string[],
  plugins: readonly PluginDescriptor[],
  version: string,
): Promise<number> {
  const { workerFile, connectorFiles, level } = parseArguments(argv);
  const redactor = new Redactor();
  const { log, levels } = createPinoLog({
    level,
    redact: redactor.redact,
    now: () => systemClock.now(),
  });
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      log.error(`The worker is broken and ends: ${explain(error)}`, { error });
      process.exit(EXIT.failed);
    });
  }
  const stopped = stopSignal(log);
  try {
    const properties = await loadPropertiesFile(workerFile);
    const connectors = await Promise.all(connectorFiles.map(loadConnector));
    const starting = startWorker({
      properties,
      connectors,
      plugins,
      version,
      clock: systemClock,
      log,
      levels,
      redactor,
    });
    const worker = await Promise.race([starting, stopped]);
    if (worker === undefined) return EXIT.ok;
    log.info(`Worker is ready at ${worker.url}`);
    await stopped;
    return await drain(worker, properties, log);
  } catch (error) {
    console.error(redactor.redact(`headwater worker: ${explain(error).replaceAll('\n', ' ')}`));
    return exitCodeOf(error);
  }
}

async function drain(worker: Worker, properties: Properties, log: Log): Promise<number> {
  const graceful = Number(properties['task.shutdown.graceful.timeout.ms'] ?? DEFAULT_GRACEFUL_MS);
  using _bound = systemClock.timer(graceful + CLOSE_GRACE_MS, () => {
    log.error('Stopping took too long; what was not acknowledged is read again at the next start.');
    process.exit(EXIT.failed);
  });
  await worker.close();
  log.info('Worker is stopped.');
  return EXIT.ok;
}

/** A connector's file; without a name it is called as its file. */
async function loadConnector(file: string): Promise<{ name: string; config: Properties }> {
  const config = await loadPropertiesFile(file);
  const name = config['name'] ?? basename(file).replace(/\.[^.]+$/, '');
  if (name.includes('/')) {
    throw new AppError('config', 'connector.name', `${file}: name must not contain a slash.`, {
      path: 'name',
    });
  }
  return { name, config: { ...config, name } };
}

function stopSignal(log: Log): Promise<undefined> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) process.exit(EXIT.failed);
        log.info(`${signal}: the worker drains its tasks and stops.`);
        resolve(undefined);
      });
    }
  });
}

function parseArguments(argv: string[]): {
  workerFile: string;
  connectorFiles: readonly string[];
  level: (typeof LEVELS)[number];
} {
  const command = new Command('headwater worker')
    .description('Runs connectors, as connect-standalone does.')
    .argument('<worker-file>', "the worker's properties: .properties, .json or .yaml")
    .argument('[connector-files...]', 'one file per connector')
    .option('--log-level <level>', LEVELS.join(', '), 'INFO')
    .exitOverride()
    .parse(argv, { from: 'user' });
  const [workerFile = '', ...connectorFiles] = command.args;
  const given = command.opts<{ logLevel: string }>().logLevel.toUpperCase();
  const level = LEVELS.find((each) => each === given);
  if (level === undefined) {
    throw new AppError('config', 'cli.level', `--log-level must be one of ${LEVELS.join(', ')}.`, {
      path: '--log-level',
    });
  }
  return { workerFile, connectorFiles, level };
}
