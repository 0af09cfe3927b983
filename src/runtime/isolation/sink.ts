import type { SinkRecord } from '../../data/record.ts';
import { toAppError } from '../../foundation/errors.ts';
import type { Rejection, SinkTask, SinkTaskContext } from '../../sdk/index.ts';
import { errorFromWire } from './errors.ts';
import type { WireRejection } from './protocol.ts';
import { RecordSender } from './records.ts';
import { openThread, type ThreadOptions } from './task-thread.ts';

/** A sink task in a thread of its own. `prepare` is called there, when its batch is put. */
export async function openSinkInThread(
  options: Omit<ThreadOptions, 'handlers' | 'context'>,
  context: SinkTaskContext,
  signal: AbortSignal,
): Promise<SinkTask> {
  const sender = new RecordSender();
  let batch: readonly SinkRecord[] = [];
  const rejected = ({ at, error }: WireRejection): readonly Rejection[] => {
    const record = batch[at];
    if (record === undefined) return [];
    return [{ record, error: toAppError(errorFromWire(error), 'data', 'task.rejected') }];
  };
  const handlers = {
    reject: async (rejection: unknown) => {
      for (const each of rejected(rejection as WireRejection)) await context.reject(each);
    },
  };
  const thread = await openThread({ ...options, context, handlers }, signal);
  const { methods, batching } = thread.opened;
  return {
    batching: batching ?? { maxRecords: 500, maxWaitMs: 100 },
    put: async (records, ending) => {
      batch = records;
      const wire = records.map((record) => sender.encode(record));
      return (await thread.call<readonly WireRejection[]>('put', wire, ending)).flatMap(rejected);
    },
    ...(methods.includes('assign')
      ? {
          assign: async (partitions, ending) =>
            (await thread.call<Assigned | undefined>('assign', partitions, ending)) ?? [],
        }
      : {}),
    ...(methods.includes('revoke')
      ? { revoke: (partitions) => thread.call<void>('revoke', partitions) }
      : {}),
    ...(methods.includes('query')
      ? { query: (sql, limits, ending) => thread.call('query', [sql, limits], ending) }
      : {}),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

type Assigned = Awaited<ReturnType<NonNullable<SinkTask['assign']>>>;
