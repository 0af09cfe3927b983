import { AppError, errorFields, explain } from '../foundation/errors.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import type { GroupKafka, TailOptions } from '../kafka/port.ts';
import { ConfigState } from './config-state.ts';
import { ensureCompacted, keyOf, textOf } from './internal-topic.ts';
import { offsetTaker, toOffsetRecord, type OffsetTopic } from './offset-kafka.ts';
import type { OffsetStore } from './offset-store.ts';
import { OffsetTable } from './offset-table.ts';

const PROPERTY = 'offset.storage.topic';

/** A read waits at most this long for the end of the topic. */
const READ_MS = 60_000;

/**
 * Offsets that several workers write: each read first goes to the topic's end, so that a task starts where the one of before,
 * on another worker, has come to (Invariant 3).
 */
export async function openGroupOffsets(
  kafka: GroupKafka,
  options: OffsetTopic,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
  signal: AbortSignal,
): Promise<OffsetStore> {
  const { topic } = options;
  const inTime = async <T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const late = new AbortController();
    using _bound = clock.timer(READ_MS, () => late.abort(new Error('late')));
    try {
      return await read(AbortSignal.any([signal, late.signal]));
    } catch (cause) {
      throw late.signal.aborted ? notRead(topic, cause) : cause;
    }
  };
  await refuseToForget(kafka, options, signal);
  await ensureCompacted(kafka.admin, { ...options, property: PROPERTY });
  const table = new OffsetTable();
  const follow: TailOptions = {
    topic,
    clientId: 'headwater-offsets',
    onRecord: offsetTaker(table, log),
    onTrouble: (error) => {
      log.warn(`The offset topic can't be read: ${explain(error)}`, errorFields(error));
    },
  };
  const tail = await inTime((within) => kafka.tail(follow, within));
  const producer = await kafka.producer({ clientId: 'headwater-offsets' });
  let queue: Promise<unknown> = Promise.resolve();
  const toEnd = (): Promise<void> => inTime((within) => tail.readToEnd(within));
  return {
    read: async (connector) => {
      await toEnd();
      return table.read(connector);
    },
    partitions: async (connector) => {
      await toEnd();
      return table.partitions(connector);
    },
    check: async () => {
      // A client asks on and on for a topic that isn't there; a list of all is answered at once.
      if ((await kafka.admin.partitions(topic)) === undefined) throw gone(topic);
      await kafka.admin.offsets(topic);
    },
    write: (connector, offsets) => {
      const written = queue
        .catch(() => undefined)
        .then(() => producer.send(offsets.map((entry) => toOffsetRecord(topic, connector, entry))));
      queue = written;
      return written;
    },
    [Symbol.asyncDispose]: async () => {
      await queue.catch(() => undefined);
      await producer[Symbol.asyncDispose]();
      await tail[Symbol.asyncDispose]();
    },
  };
}

/** A group whose sources have run before had the topic: without it they would all begin anew, and nobody told (Invariants 3 and 4). */
async function refuseToForget(
  kafka: GroupKafka,
  { topic, configTopic }: OffsetTopic,
  signal: AbortSignal,
): Promise<void> {
  if (configTopic === undefined) return;
  const isThere = async (name: string): Promise<boolean> =>
    (await kafka.admin.partitions(name)) !== undefined;
  if ((await isThere(topic)) || !(await isThere(configTopic))) return;
  const configs = new ConfigState();
  await kafka.readToEnd(
    configTopic,
    (record) => void configs.apply(keyOf(record), textOf(record.value)),
    signal,
  );
  const sources = configs.connectors().filter((name) => !isSink(configs.properties(name) ?? {}));
  if (sources.length === 0) return;
  throw new AppError(
    'config',
    'offsets.topic_missing',
    `Topic '${topic}' supplied via the '${PROPERTY}' property isn't there, but the group has sources (${sources.slice(0, SHOWN).join(', ')}${sources.length > SHOWN ? ', …' : ''}): all of them would begin anew.`,
    {
      path: PROPERTY,
      suggestion:
        'Correct the name or restore the topic; to begin anew, create it with cleanup.policy=compact.',
    },
  );
}

function gone(topic: string): AppError {
  const message = `Topic '${topic}' supplied via the '${PROPERTY}' property isn't there any more.`;
  return new AppError('config', 'offsets.topic_missing', message, {
    path: PROPERTY,
    suggestion: 'Restore it, or create it with cleanup.policy=compact, and restart the tasks.',
  });
}

/** Sources named in a message. */
const SHOWN = 3;

function isSink(properties: Readonly<Record<string, string>>): boolean {
  return properties['topics'] !== undefined || properties['topics.regex'] !== undefined;
}

/** What a task that died has left open is aborted when it is run again, or when its time is over. */
function notRead(topic: string, cause: unknown): AppError {
  const message = `Topic ${topic} isn't read to its end within ${READ_MS / 1_000} s: a transaction on it is still open.`;
  return new AppError('retriable', 'offsets.open_transaction', message, {
    cause,
    suggestion:
      'Kafka ends it after its transaction.timeout.ms; if it lasts, look for it with kafka-transactions.sh find-hanging.',
  });
}
