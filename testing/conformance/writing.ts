/** Clauses on a sink's delivery: 11, 12. */
import { inspect } from 'node:util';
import { AppError, type SinkRecord, type SinkTask } from '../../src/sdk/index.ts';
import { assign, place, putSome, quiet, TOPIC } from './moving.ts';
import { close, must, openSink, Surroundings, within } from './support.ts';
import type { Check, SinkWorld, Subject } from './types.ts';

type SinkSubject = Parameters<typeof openSink>[0];
type Run = (subject: SinkSubject, world: SinkWorld) => Promise<string | undefined | void>;

/** For sinks whose world can be read. */
export function ofSink(run: Run): Check {
  return async (subject) => {
    const { plugin, world } = subject;
    if (plugin.type !== 'sink') return 'it is no sink';
    if (world.sink === undefined) return 'the world can’t be read';
    return await run({ ...subject, plugin }, world.sink);
  };
}

async function opened(
  subject: SinkSubject,
  around = new Surroundings(),
  partitions?: readonly number[],
): Promise<SinkTask> {
  const task = await openSink(subject, around);
  await assign(subject, task, partitions);
  return task;
}

const sorted = async (world: SinkWorld): Promise<string> =>
  inspect((await world.contents()).toSorted(), { maxArrayLength: null });

export const isDurableOnReturn = ofSink(async (subject, world) => {
  const task = await opened(subject);
  await putSome(subject, task, [0, 1, 2]);
  const found = await world.contents();
  must(found.length === 3, `put() returned, but ${found.length} of 3 records are in the target.`);
  await close(subject, task);
});

export const takesRedelivery = ofSink(async (subject, world) => {
  const task = await opened(subject);
  await putSome(subject, task, [0, 1, 2]);
  const once = await sorted(world);
  await putSome(subject, task, [0, 1, 2]);
  must((await sorted(world)) === once, 'The same batch, put again, changed the target.');
  await close(subject, task);
  const again = await opened(subject);
  await putSome(subject, again, [1, 2]);
  must((await sorted(world)) === once, 'A batch put again after a restart changed the target.');
  await putSome(subject, again, [3]);
  const count = (await world.contents()).length;
  must(count === 4, `After a redelivery and a new record the target holds ${count} of 4.`);
  await close(subject, again);
});

/** Puts records; the rejections, however they were given. */
async function put(
  subject: Subject,
  task: SinkTask,
  around: Surroundings,
  batch: readonly SinkRecord[],
): Promise<readonly { readonly record: SinkRecord; readonly error: AppError }[]> {
  try {
    const returned = await within(subject, 'put()', task.put(batch, quiet()));
    return [...returned, ...around.rejected.splice(0)];
  } catch (error) {
    const text = error instanceof AppError ? `${error.kind}: ${error.message}` : inspect(error);
    throw new Error(`put() threw instead of rejecting the record: ${text}`, { cause: error });
  }
}

export const rejectsOnlyTheBad = ofSink(async (subject, world) => {
  if (world.bad === undefined) return 'the world has no bad record';
  const around = new Surroundings();
  const task = await opened(subject, around);
  const bad = world.bad(place(1));
  const batch = [world.record(0, place(0)), bad, world.record(2, place(2))];
  const rejections = await put(subject, task, around, batch);
  const [only] = rejections;
  must(
    rejections.length === 1 && only !== undefined,
    `${rejections.length} records were rejected.`,
  );
  must(only.record.kafkaOffset === bad.kafkaOffset, 'The wrong record was rejected.');
  must(only.error.kind === 'data', `It was rejected as ${only.error.kind}, not as data.`);
  const found = (await world.contents()).length;
  must(found === 2, `Of the 2 good records beside the bad one ${found} were written.`);
  await close(subject, task);
  return undefined;
});

export const letsGoOfRevoked = ofSink(async (subject, world) => {
  const task = await opened(subject, new Surroundings(), [0, 1]);
  await putSome(subject, task, [0, 1], 0);
  await putSome(subject, task, [2, 3], 1);
  const revoked = task.revoke?.([{ topic: TOPIC, partition: 1 }]) ?? Promise.resolve();
  await within(subject, 'revoke()', revoked);
  const atRevoke = await sorted(world);
  await putSome(subject, task, [4], 0);
  await close(subject, task);
  const now = await world.contents();
  must(now.length === 5, `After the revocation the target holds ${now.length} records, not 5.`);
  const kept = now.filter((each) => atRevoke.includes(inspect(each)));
  must(kept.length === 4, 'Records of the revoked partition were written after its revocation.');
});

export const takesTombstones = ofSink(async (subject, world) => {
  if (world.tombstone === undefined) return 'the world has no tombstone';
  const around = new Surroundings();
  const task = await opened(subject, around);
  await putSome(subject, task, [0, 1]);
  const rejections = await put(subject, task, around, [world.tombstone(0, place(2))]);
  must(
    rejections.every(({ error }) => error.kind === 'data'),
    `A tombstone was rejected as ${rejections[0]?.error.kind}, not as data.`,
  );
  await putSome(subject, task, [3]);
  await close(subject, task);
  return undefined;
});

export const followsSchemas = ofSink(async (subject, world) => {
  if (world.evolved === undefined) return 'the world has no second schema';
  const around = new Surroundings();
  const task = await opened(subject, around);
  await putSome(subject, task, [0]);
  const evolved = [world.evolved(1, place(1)), world.record(2, place(2))];
  const rejections = await put(subject, task, around, evolved);
  must(rejections.length === 0, `A field more: ${rejections[0]?.error.message}`);
  const count = (await world.contents()).length;
  must(count === 3, `Of 3 records under two schemas ${count} are in the target.`);
  await close(subject, task);
  return undefined;
});
