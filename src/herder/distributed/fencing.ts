/**
 * The leader shuts out tasks of a connector's earlier configurations before the new ones start, as KIP-618 says: their
 * producers, wherever they still run, can't write any more. How many there may be is a record of the config topic.
 */
import { AppError } from '../../foundation/errors.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import { fencingRecord, type ConfigRecord } from '../../storage/config-records.ts';
import type { ConfigTopic } from '../../storage/config-topic.ts';

export interface ZombieFencingOptions {
  readonly configs: Pick<ConfigTopic, 'state' | 'refresh'>;
  readonly kafka: Pick<GroupKafka, 'transactionalProducer'>;
  /** `group.id`. */
  readonly groupId: string;
  /** One after another with whatever else changes the group: tasks that are committed meanwhile are due, too. */
  readonly inTurn: (operation: () => Promise<void>) => Promise<void>;
  /** As the leader; throws where another leads by now. */
  readonly write: (records: readonly ConfigRecord[]) => Promise<void>;
  /** `worker.sync.timeout.ms`: so long the config topic is read. */
  readonly syncTimeoutMs: number;
}

/** Of one connector fenced at the same time: each costs a connection. */
const AT_ONCE = 10;
/** What a producer that only fences has open ends by then; it opens nothing. */
const TRANSACTION_MS = 60_000;

/** As Connect names it: whoever runs the task next fences by it who ran it before. */
export function transactionalId(groupId: string, connector: string, task: number): string {
  return `${groupId}-${connector}-${task}`;
}

/** One fencing of a connector at a time. */
export class ZombieFencing {
  readonly #options: ZombieFencingOptions;
  readonly #active = new Map<string, Promise<void>>();

  constructor(options: ZombieFencingOptions) {
    this.#options = options;
  }

  /** Nothing to do where none is due. Throws `conflict` where tasks were configured anew meanwhile. */
  async fence(connector: string): Promise<void> {
    const active = this.#active.get(connector);
    if (active !== undefined) return await active;
    const fencing = this.#fence(connector).finally(() => this.#active.delete(connector));
    this.#active.set(connector, fencing);
    await fencing;
  }

  async #fence(connector: string): Promise<void> {
    const { configs, inTurn, write } = this.#options;
    await this.#refresh();
    const { state } = configs;
    if (!state.isFencingDue(connector)) return;
    const generation = state.taskGeneration(connector);
    const former = state.fencedTasks(connector) ?? 0;
    const tasks = state.tasks(connector).length;
    // A single task fences its single predecessor itself, by taking hold of the same id.
    if (former !== 1 || tasks !== 1) {
      await this.#shutOut(connector, former);
      await this.#refresh();
    }
    await inTurn(async () => {
      if (state.taskGeneration(connector) !== generation) throw configuredAnew();
      await write([fencingRecord(connector, tasks)]);
    });
  }

  async #shutOut(connector: string, count: number): Promise<void> {
    const { kafka, groupId } = this.#options;
    for (let from = 0; from < count; from += AT_ONCE) {
      const tasks = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
      await Promise.all(
        tasks.map(async (task) => {
          await using producer = kafka.transactionalProducer({
            clientId: `connector-worker-adminclient-${connector}`,
            transactionalId: transactionalId(groupId, connector, task),
            timeoutMs: TRANSACTION_MS,
          });
          await producer.init();
        }),
      );
    }
  }

  async #refresh(): Promise<void> {
    const { configs, syncTimeoutMs } = this.#options;
    try {
      await configs.refresh(AbortSignal.timeout(syncTimeoutMs));
    } catch (cause) {
      const message = 'Failed to read to end of config topic before performing zombie fencing';
      throw new AppError('retriable', 'herder.fencing', message, { cause });
    }
  }
}

function configuredAnew(): AppError {
  return new AppError(
    'conflict',
    'herder.fencing',
    'Fencing failed because new task configurations were generated for the connector',
  );
}
