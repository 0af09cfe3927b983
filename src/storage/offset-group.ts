import { AppError, errorFields, explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { GroupKafka } from '../kafka/port.ts';
import { ensureCompacted } from './internal-topic.ts';
import { offsetTaker, toOffsetRecord, type OffsetTopic } from './offset-kafka.ts';
import type { OffsetStore } from './offset-store.ts';
import { OffsetTable } from './offset-table.ts';

/** A read waits at most this long for the end of the topic. */
const READ_MS = 60_000;

/**
 * Offsets that several workers write: each read first goes to the topic's end, so that a task starts where the one of before,
 * on another worker, has come to (Invariant 3).
 */
export async function openGroupOffsets(
  kafka: GroupKafka,
  options: OffsetTopic,
  log: Log,
  signal: AbortSignal,
): Promise<OffsetStore> {
  const { topic } = options;
  await ensureCompacted(kafka.admin, { ...options, property: 'offset.storage.topic' });
  const table = new OffsetTable();
  const tail = await kafka.tail(
    {
      topic,
      clientId: 'headwater-offsets',
      onRecord: offsetTaker(table, log),
      onTrouble: (error) => {
        log.warn(`The offset topic can't be read: ${explain(error)}`, errorFields(error));
      },
    },
    signal,
  );
  const producer = await kafka.producer({ clientId: 'headwater-offsets' });
  let queue: Promise<unknown> = Promise.resolve();
  const toEnd = async (): Promise<void> => {
    const late = AbortSignal.timeout(READ_MS);
    await tail.readToEnd(AbortSignal.any([signal, late])).catch((cause: unknown) => {
      throw late.aborted ? notRead(topic, cause) : cause;
    });
  };
  return {
    read: async (connector) => {
      await toEnd();
      return table.read(connector);
    },
    partitions: async (connector) => {
      await toEnd();
      return table.partitions(connector);
    },
    check: async () => void (await kafka.admin.offsets(topic)),
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

/** What a task that died has left open is aborted when it is run again, or when its time is over. */
function notRead(topic: string, cause: unknown): AppError {
  const message = `Topic ${topic} isn't read to its end within ${READ_MS / 1_000} s: a transaction on it is still open.`;
  return new AppError('retriable', 'offsets.open_transaction', message, { cause });
}
