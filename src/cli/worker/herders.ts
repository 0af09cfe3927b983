/** Which herder a worker has: `group.id` makes it one of a group. */
import type { Properties } from '../../config/definition.ts';
import { backoffMs } from '../../foundation/backoff.ts';
import { AppError, errorFields, explain, toAppError } from '../../foundation/errors.ts';
import type { DistributedHerderDeps } from '../../herder/distributed/deps.ts';
import type { GroupHerder, Herder } from '../../herder/herder.ts';
import { createStandaloneHerder } from '../../herder/standalone.ts';

export interface StartingHerder {
  readonly herder: Herder;
  readonly group: GroupHerder | undefined;
  /** Throws what waiting doesn't mend. */
  start(
    connectors: readonly { readonly name: string; readonly config: Properties }[],
    signal: AbortSignal,
  ): Promise<void>;
}

/** While the broker is away, the group's topics are asked for again. */
const BACKOFF = { initialMs: 500, maxMs: 10_000 } as const;

/** Loads only the kind that is used. */
export async function createHerder(
  deps: Omit<DistributedHerderDeps, 'groupId'>,
): Promise<StartingHerder> {
  const groupId = deps.properties['group.id'];
  if (groupId === undefined) {
    const herder = createStandaloneHerder(deps);
    return { herder, group: undefined, start: (connectors) => herder.start(connectors) };
  }
  const { DistributedHerder } = await import('../../herder/distributed/herder.ts');
  const herder = new DistributedHerder({ ...deps, groupId });
  return {
    herder,
    group: herder,
    start: async (connectors, signal) => {
      if (connectors.length > 0) throw givenFiles();
      await openGroup(herder, deps, signal);
    },
  };
}

async function openGroup(
  herder: { start(): Promise<void> },
  { clock, log }: Pick<DistributedHerderDeps, 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await herder.start();
    } catch (error) {
      if (toAppError(error, 'fatal', 'group.open').kind !== 'retriable') throw error;
      log.warn(`The group's topics can't be read yet: ${explain(error)}`, errorFields(error));
    }
    await clock.sleep(backoffMs(attempt, BACKOFF), signal).catch(() => undefined);
  }
}

function givenFiles(): AppError {
  return new AppError(
    'config',
    'worker.connector_files',
    "A worker of a group (group.id) takes no connectors' files: its connectors are the group's.",
    { path: 'group.id', suggestion: 'Create them by POST /connectors.' },
  );
}
