/** From a source's properties to its exactly-once loop (KIP-618). */
import type { Properties } from '../config/definition.ts';
import type { GroupKafka } from '../kafka/port.ts';
import type { ExactlyOnceDeps } from '../runtime/exactly-once-source-task.ts';
import { boundaryOf } from '../runtime/transaction-segments.ts';
import { toOffsetRecord } from '../storage/offset-kafka.ts';
import { clientConfig } from './client-config.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import { separateTopic } from './connector-offsets.ts';

/** What the group gives a task that is to run exactly once. */
export interface ExactlyOnceWiring extends Pick<ExactlyOnceDeps, 'fence' | 'verify'> {
  readonly kafka: Pick<GroupKafka, 'transactionalProducer'>;
  readonly transactionalId: string;
}

/** The clients' own default of `transaction.timeout.ms`. */
const TRANSACTION_MS = 60_000;

export function exactlyOnceDeps(
  wiring: ExactlyOnceWiring,
  connector: string,
  task: number,
  resolved: Properties,
  { properties: worker, offsets }: Pick<StandaloneHerderDeps, 'properties' | 'offsets'>,
): Omit<ExactlyOnceDeps, keyof SharedDeps> {
  const { kafka, transactionalId, fence, verify } = wiring;
  const separate = separateTopic(resolved, worker);
  const offsetsTopic = separate ?? worker['offset.storage.topic'] ?? '';
  const overrides = clientConfig('producer', resolved, worker);
  return {
    boundary: boundaryOf(resolved, worker),
    offsetsTopic,
    offsetRecord: (position) => toOffsetRecord(offsetsTopic, connector, position),
    mirror:
      separate === undefined
        ? undefined
        : (positions) => offsets.write(connector, positions).catch(() => undefined),
    fence,
    verify,
    openProducer: () =>
      kafka.transactionalProducer({
        clientId: `connector-producer-${connector}-${task}`,
        transactionalId,
        timeoutMs: Number(overrides['transaction.timeout.ms'] ?? TRANSACTION_MS),
        overrides,
      }),
  };
}

type SharedDeps = Pick<
  ExactlyOnceDeps,
  | 'connector'
  | 'clock'
  | 'log'
  | 'metrics'
  | 'errors'
  | 'pipeline'
  | 'reporter'
  | 'topics'
  | 'onTopic'
  | 'openTask'
>;
