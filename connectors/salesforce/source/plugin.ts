import type {
  Config,
  ConnectorContext,
  Finding,
  SourceConnector,
  SourceOffset,
  SourcePartition,
  SourcePlugin,
  TaskConfig,
} from '../../../src/sdk/index.ts';
import { deal } from './channels.ts';
import { formatFindings } from './check-format.ts';
import { compactionFindings } from './compaction.ts';
import { checkSource } from './check.ts';
import { CHANNELS, sourceOptions } from './config.ts';
import { checkAltered } from './positions.ts';
import { openSourceTask } from './task.ts';

class SalesforcePubSubSource implements SourceConnector {
  readonly #config: Config;
  readonly #context: ConnectorContext;

  constructor(config: Config, context: ConnectorContext) {
    this.#config = config;
    this.#context = context;
  }

  async check(signal: AbortSignal): Promise<readonly Finding[]> {
    return [
      ...compactionFindings(this.#config),
      ...formatFindings(this.#config, this.#context.workerValueConverter),
      ...(await checkSource(this.#config, this.#context, signal)),
    ];
  }

  /** Whole channels, so that one task owns an entity. */
  plan(tasksMax: number): Promise<readonly TaskConfig[]> {
    const { channels } = sourceOptions(this.#config);
    return Promise.resolve(
      deal(channels, tasksMax).map((each) => ({ [CHANNELS]: each.join(',') })),
    );
  }

  /** A replay id says where Salesforce goes on: what it gives from there is the same each time. */
  exactlyOnceSupport(): 'supported' {
    return 'supported';
  }

  async alterOffsets(
    offsets: readonly { partition: SourcePartition; offset: SourceOffset | null }[] | undefined,
  ): Promise<void> {
    const { channels } = sourceOptions(this.#config);
    for (const { partition, offset } of offsets ?? []) checkAltered(partition, offset, channels);
    return Promise.resolve();
  }
}

export const salesforcePubSubPlugin: SourcePlugin = {
  create: (config, context) => new SalesforcePubSubSource(config, context),
  openTask: openSourceTask,
};
