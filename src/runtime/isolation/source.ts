import type { SourceBatch, SourceTask, SourceTaskContext } from '../../sdk/index.ts';
import type { Position, SourcePartition, SourceRecord } from '../../data/record.ts';
import type { WireSourceBatch } from './protocol.ts';
import { RecordReceiver } from './records.ts';
import { openThread, type ThreadOptions } from './task-thread.ts';

/** A source task in a thread of its own: the same promises as one on the main thread. */
export async function openSourceInThread(
  options: Omit<ThreadOptions, 'handlers' | 'context'>,
  context: SourceTaskContext,
  signal: AbortSignal,
): Promise<SourceTask> {
  const handlers = {
    readOffset: (partition: unknown) => context.offsets.read(partition as SourcePartition),
    claim: (argument: unknown) => {
      const [key, value] = argument as [string, string];
      return context.offsets.claim(key, value);
    },
    anchor: (position: unknown) => context.offsets.anchor(position as Position),
    latestValueSchema: (topic: unknown) => context.latestValueSchema(String(topic)),
    valueSchemas: (topic: unknown) => context.valueSchemas(String(topic)),
  };
  const thread = await openThread({ ...options, context, handlers }, signal);
  const receiver = new RecordReceiver();
  const commits = thread.opened.methods.includes('onCommitted');
  return {
    poll: async (ending): Promise<SourceBatch> => {
      const { records, ...rest } = await thread.call<WireSourceBatch>('poll', undefined, ending);
      return { ...rest, records: records.map((wire) => receiver.decode<SourceRecord>(wire)) };
    },
    ...(commits ? { onCommitted: (positions) => thread.call<void>('onCommitted', positions) } : {}),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
