import { Command } from 'commander';
import { AppError } from '../foundation/errors.ts';
import { LEVELS } from '../foundation/pino.ts';

export interface WorkerArguments {
  /** undefined: the environment alone. */
  readonly workerFile: string | undefined;
  readonly connectorFiles: readonly string[];
  readonly level: (typeof LEVELS)[number];
}

/** `headwater worker`, as commander knows it; without an action. */
export function workerCommandLine(): Command {
  return new Command('headwater worker')
    .description('Runs connectors, as connect-standalone does; "worker status" asks a running one.')
    .argument(
      '[worker-file]',
      "the worker's properties: .properties, .json or .yaml; CONNECT_* variables come over them, and may be all",
    )
    .argument('[connector-files...]', 'one file per connector')
    .option('--log-level <level>', LEVELS.join(', '), 'INFO')
    .exitOverride();
}

export function parseWorkerArguments(argv: string[]): WorkerArguments {
  const command = workerCommandLine().parse(argv, { from: 'user' });
  const [workerFile, ...connectorFiles] = command.args;
  const given = command.opts<{ logLevel: string }>().logLevel.toUpperCase();
  const level = LEVELS.find((each) => each === given);
  if (level === undefined) {
    throw new AppError('config', 'cli.level', `--log-level must be one of ${LEVELS.join(', ')}.`, {
      path: '--log-level',
    });
  }
  return { workerFile, connectorFiles, level };
}
