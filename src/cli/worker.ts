import { basename } from 'node:path';
import type { Properties } from '../config/definition.ts';
import { loadPropertiesFile } from '../config/files.ts';
import { systemClock } from '../foundation/clock.ts';
import { AppError, errorFields, explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { ownerNow, type Owner } from '../foundation/owner.ts';
import { createPinoLog } from '../foundation/pino.ts';
import { Redactor } from '../foundation/redact.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import { EXIT, exitCodeOf } from './errors.ts';
import { parseWorkerArguments } from './worker-arguments.ts';
import { workerProperties } from './worker/file.ts';
import { startWorker, type Worker } from './worker/start.ts';

/** Beyond the graceful timeout: closing clients and the REST API. */
const CLOSE_GRACE_MS = 10_000;
const DEFAULT_GRACEFUL_MS = 5_000;
/** Errors that nobody caught, until waiting for the drain makes no sense. */
const MOST_FAULTS = 20;

/**
 * `headwater worker WORKER-FILE [CONNECTOR-FILE…]`: runs until SIGTERM or SIGINT, then drains and resolves to 0; an
 * error nobody caught drains too and resolves to 1. A second signal ends the process at once. Log lines go to stderr.
 */
export async function workerCommand(
  argv: string[],
  plugins: readonly PluginDescriptor[],
  version: string,
): Promise<number> {
  const { workerFile, connectorFiles, level } = parseWorkerArguments(argv);
  const redactor = new Redactor();
  const { log, levels } = createPinoLog({
    level,
    redact: redactor.redact,
    now: () => systemClock.now(),
  });
  const ending = watchForEnd(log);
  try {
    const properties = await workerProperties(workerFile, process.env);
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
    const worker = await Promise.race([starting, ending.asked]);
    if (worker !== undefined) {
      log.info(`Worker is ready at ${worker.url}`, { connectors: connectors.length });
      await ending.asked;
    }
    await drain(starting, log);
    return ending.code();
  } catch (error) {
    console.error(redactor.redact(`headwater worker: ${explain(error).replaceAll('\n', ' ')}`));
    return exitCodeOf(error);
  }
}

/** A worker that is still starting is waited for: what it runs already is drained too. */
async function drain(starting: Promise<Worker>, log: Log): Promise<void> {
  const exitAfter = (gracefulMs: number): Disposable =>
    systemClock.timer(gracefulMs + CLOSE_GRACE_MS, () => {
      log.error('Stopping took too long; what was not acknowledged is read again next time.');
      process.exit(EXIT.failed);
    });
  using _started = exitAfter(DEFAULT_GRACEFUL_MS);
  const worker = await starting;
  _started[Symbol.dispose]();
  using _closed = exitAfter(worker.gracefulMs);
  await worker.close();
  log.info('Worker is stopped.');
}

interface Ending {
  /** Resolves at the first signal, or when the process is broken. */
  readonly asked: Promise<undefined>;
  readonly code: () => number;
}

/**
 * What ends a worker: a signal, or an error of its own that nobody caught; a connector's fails what threw it alone. Both drain,
 * for positions that are acked may still be written; a second signal, or a process that breaks on and on, ends at once.
 */
function watchForEnd(log: Log): Ending {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let signals = 0;
  let faults = 0;
  const told = new WeakSet<Owner>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(EXIT.failed);
      log.info(`${signal}: the worker drains its tasks and stops.`);
      resolve(undefined);
    });
  }
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      const owner = ownerNow();
      if (owner !== undefined) {
        tellOwner(owner, error, told, log);
        return;
      }
      faults += 1;
      if (faults > MOST_FAULTS) process.exit(EXIT.failed);
      log.error(`The worker is broken, drains its tasks and ends: ${explain(error)}`, {
        ...errorFields(error),
        error,
      });
      resolve(undefined);
    });
  }
  return { asked: promise, code: () => (faults > 0 ? EXIT.failed : EXIT.ok) };
}

/** Once each: one that is over may go on throwing from its timers. */
function tellOwner(owner: Owner, error: unknown, told: WeakSet<Owner>, log: Log): void {
  if (owner.uncaught(error) || told.has(owner)) return;
  told.add(owner);
  log.error(`${owner.name}: its code threw where nobody could catch it: ${explain(error)}`, {
    ...errorFields(error),
    error,
  });
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
