/** What an exactly-once source's task needs of its group: its transactional id, fencing, and to know that it is still to run. */
import { isExactlyOnce } from '../../config/worker-modes.ts';
import { AppError, explain } from '../../foundation/errors.ts';
import type { ConfigTopic } from '../../storage/config-topic.ts';
import type { ExactlyOnceWiring } from '../exactly-once-wiring.ts';
import type { DistributedHerderDeps } from './deps.ts';
import { transactionalId } from './fencing.ts';
import type { WorkUnit } from './work.ts';

export interface ExactlyOnceSourcesOptions {
  readonly deps: Pick<DistributedHerderDeps, 'kafka' | 'properties' | 'groupId'>;
  readonly configs: Pick<ConfigTopic, 'state' | 'refresh'>;
  readonly owns: (unit: WorkUnit) => boolean;
  /** Asks the leader to shut out tasks of before. */
  readonly fence: (connector: string, signal: AbortSignal) => Promise<void>;
  /** `worker.sync.timeout.ms`. */
  readonly syncTimeoutMs: number;
}

export class ExactlyOnceSources {
  readonly #options: ExactlyOnceSourcesOptions;

  constructor(options: ExactlyOnceSourcesOptions) {
    this.#options = options;
  }

  /** For a task of the configuration that is in force now; undefined where sources run at least once. */
  of(unit: WorkUnit): ExactlyOnceWiring | undefined {
    const { deps, configs } = this.#options;
    const { connector, task } = unit;
    if (!isExactlyOnce(deps.properties)) return undefined;
    const generation = configs.state.taskGeneration(connector);
    return {
      kafka: deps.kafka,
      transactionalId: transactionalId(deps.groupId, connector, task),
      fence: async (signal) => {
        await this.#fence(connector, signal);
        this.#require(unit, generation);
      },
      verify: async (signal) => {
        await this.#refresh(signal);
        this.#require(unit, generation);
      },
    };
  }

  /** A group that rebalances, or has no leader yet, is asked again. */
  async #fence(connector: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.fence(connector, signal);
    } catch (cause) {
      const message = `Failed to perform round of zombie fencing: ${explain(cause)}`;
      throw new AppError('retriable', 'herder.fencing', message, { cause });
    }
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { configs, syncTimeoutMs } = this.#options;
    try {
      await configs.refresh(AbortSignal.any([signal, AbortSignal.timeout(syncTimeoutMs)]));
    } catch (cause) {
      const message = `The config topic isn't read to its end yet: ${explain(cause)}`;
      throw new AppError('retriable', 'herder.config_topic', message, { cause });
    }
  }

  #require(unit: WorkUnit, generation: number): void {
    const { configs, owns } = this.#options;
    const id = `${unit.connector}-${unit.task}`;
    if (configs.state.taskGeneration(unit.connector) !== generation) {
      throw superseded(
        `Cannot start source task ${id} with exactly-once support as the connector has already generated a new set of task configs`,
      );
    }
    if (!owns(unit)) {
      throw superseded(
        `Cannot start source task ${id} as it has already been revoked from this worker`,
      );
    }
  }
}

function superseded(message: string): AppError {
  return new AppError('fatal', 'herder.superseded', message);
}
