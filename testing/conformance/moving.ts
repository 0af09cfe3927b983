/** Moving records through a task, as the runtime does. */
import type { Position, SinkTask, SourceRecord, SourceTask } from '../../src/sdk/index.ts';
import { must, within, type Surroundings } from './support.ts';
import type { Place, SourceWorld, Subject } from './types.ts';

/** What a source handed over, in order. */
export interface Polled {
  readonly records: readonly SourceRecord[];
  /** Positions in order, each with how many records came before and with it. */
  readonly positions: readonly { readonly position: Position; readonly after: number }[];
}

/** Polls until `count` records have come. */
export async function poll(subject: Subject, task: SourceTask, count: number): Promise<Polled> {
  const records: SourceRecord[] = [];
  const positions: { position: Position; after: number }[] = [];
  const ending = new AbortController();
  const polling = async (): Promise<void> => {
    while (records.length < count && !ending.signal.aborted) {
      const batch = await task.poll(ending.signal);
      for (const record of batch.records) {
        records.push(record);
        if (record.position !== undefined) {
          positions.push({ position: record.position, after: records.length });
        }
      }
      for (const position of batch.positions ?? []) {
        positions.push({ position, after: records.length });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  try {
    await within(subject, `Polling ${count} records`, polling());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message} (${records.length} of ${count} came)`, { cause: error });
  } finally {
    ending.abort();
  }
  return { records, positions };
}

export function identify({ identify: own }: SourceWorld, record: SourceRecord): string {
  if (own !== undefined) return own(record);
  const { topic, key, value } = record;
  return JSON.stringify([topic, key, value], (_name, each: unknown) =>
    typeof each === 'bigint' ? String(each) : each,
  );
}

export const TOPIC = 'conformance';

export function place(offset: number, partition = 0): Place {
  return { topic: TOPIC, partition, offset: BigInt(offset) };
}

/** Assigns partitions, then puts records 0 to `count` - 1 into the first. */
export async function putSome(
  subject: Subject,
  task: SinkTask,
  numbers: readonly number[],
  partition = 0,
): Promise<void> {
  const { sink } = subject.world;
  must(sink !== undefined, 'The world has no sink.');
  const batch = numbers.map((n) => sink.record(n, place(n, partition)));
  const rejections = await within(subject, 'put()', task.put(batch, quiet()));
  must(rejections.length === 0, `Good records are rejected: ${rejections[0]?.error.message}`);
}

export async function assign(
  subject: Subject,
  task: SinkTask,
  partitions: readonly number[] = [0],
): Promise<void> {
  const asked = partitions.map((partition) => ({ topic: TOPIC, partition }));
  if (task.assign !== undefined) await within(subject, 'assign()', task.assign(asked, quiet()));
}

/** A few records through a task of either kind. */
export async function drain(
  subject: Subject,
  task: SourceTask | SinkTask,
  around: Surroundings,
): Promise<void> {
  if ('poll' in task) {
    if (subject.world.source === undefined) return;
    await subject.world.source.produce(3);
    const { positions } = await poll(subject, task, 3);
    for (const { position } of positions) around.commit(position);
    await task.onCommitted?.(positions.map(({ position }) => position));
  } else if (subject.world.sink !== undefined) {
    await assign(subject, task);
    await putSome(subject, task, [0, 1, 2]);
  }
}

export function quiet(): AbortSignal {
  return new AbortController().signal;
}
