/** Clauses on a source's delivery: 9, 10, 13, 14. */
import { inspect } from 'node:util';
import { systemClock } from '../../src/foundation/clock.ts';
import { AppError, messageOf, type SourceTask } from '../../src/sdk/index.ts';
import { identify, poll, quiet } from './moving.ts';
import { boundMs, close, keyOf, must, openSource, Surroundings, within } from './support.ts';
import type { Check, SourceWorld, Subject } from './types.ts';

type SourceSubject = Parameters<typeof openSource>[0];
type Run = (subject: SourceSubject, world: SourceWorld) => Promise<string | undefined | void>;

/** For sources whose world can make events. */
export function ofSource(run: Run): Check {
  return async (subject) => {
    const { plugin, world } = subject;
    if (plugin.type !== 'source') return 'it is no source';
    if (world.source === undefined) return 'the world makes no events';
    return await run({ ...subject, plugin }, world.source);
  };
}

const EVENTS = 7;

/** A session that has read `EVENTS` events. */
async function readSome(subject: SourceSubject, world: SourceWorld, around: Surroundings) {
  const task = await openSource(subject, around);
  await world.produce(EVENTS);
  const polled = await poll(subject, task, EVENTS);
  return { task, ...polled };
}

export const resumes = ofSource(async (subject, world) => {
  const around = new Surroundings();
  const start = new Map(around.offsets);
  const { task, records, positions } = await readSome(subject, world, around);
  await close(subject, task);
  const all = records.map((record) => identify(world, record));
  must(
    new Set(all).size === all.length,
    'The kit can’t tell records apart: give the world identify().',
  );
  must(positions.length > 0, `${all.length} records came without a position.`);
  const offsets = new Map([...start, ...around.offsets]);
  for (const [at, { position, after }] of positions.entries()) {
    // Of several positions between the same two records (keepalives) the last is tried.
    const isLast = positions[at + 1]?.after !== after;
    offsets.set(keyOf(position.partition), position.offset);
    if (!isLast) continue;
    const again = new Surroundings();
    for (const [key, offset] of offsets) again.offsets.set(key, offset);
    const resumed = await openSource(subject, again);
    const rest = all.slice(after);
    await world.produce(1);
    const where = `From ${inspect(position.offset)} on, after record ${after} of ${all.length}`;
    const found = await poll(subject, resumed, rest.length + 1).catch((cause: unknown) => {
      throw new Error(`${where}: ${messageOf(cause)}`, { cause });
    });
    await close(subject, resumed);
    const names = found.records.map((record) => identify(world, record));
    const seen = names.slice(0, rest.length);
    must(
      inspect(seen) === inspect(rest),
      `${where}, came ${inspect(seen)} instead of ${inspect(rest)}.`,
    );
    all.push(...names.slice(rest.length));
  }
});

export const neverMovesBack = ofSource(async (subject, world) => {
  const { task, positions } = await readSome(subject, world, new Surroundings());
  await close(subject, task);
  const seen = new Map<string, string[]>();
  for (const { position } of positions) {
    const key = keyOf(position.partition);
    const offset = keyOf(position.offset);
    const earlier = seen.get(key) ?? [];
    must(
      !earlier.includes(offset) || earlier.at(-1) === offset,
      `The position moved back to ${inspect(position.offset)}.`,
    );
    seen.set(key, [...earlier, offset]);
  }
});

export const takesCommits = ofSource(async (subject, world) => {
  const around = new Surroundings();
  const { task, positions } = await readSome(subject, world, around);
  if (task.onCommitted === undefined) {
    await close(subject, task);
    return 'it doesn’t ask for commits';
  }
  for (const { position } of positions) {
    await within(subject, 'onCommitted()', task.onCommitted([position]));
  }
  const last = positions.slice(-1).map(({ position }) => position);
  await within(subject, 'onCommitted() of what was committed before', task.onCommitted(last));
  await world.produce(1);
  await poll(subject, task, 1);
  await close(subject, task);
  return undefined;
});

export const blocksOnFailure = ofSource(async (subject, world) => {
  if (world.spoil === undefined) return 'the world can’t spoil an event';
  const around = new Surroundings();
  const { task, positions } = await readSome(subject, world, around);
  for (const { position } of positions) around.commit(position);
  await world.spoil();
  await world.produce(1);
  await refuses(subject, task);
  await refuses(subject, task);
  await close(subject, task);
  const again = await openSource(subject, around);
  await refuses(subject, again);
  await close(subject, again);
  return undefined;
});

async function refuses(subject: Subject, task: SourceTask): Promise<void> {
  const ending = new AbortController();
  const polling = async (): Promise<unknown> => {
    for (;;) {
      const { records } = await task.poll(ending.signal);
      must(
        records.length === 0,
        'A record that comes after the event that can’t be read was handed over.',
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const error = await within(subject, 'Meeting the event that can’t be read', polling()).catch(
    (cause: unknown) => cause,
  );
  ending.abort();
  if (error instanceof AppError) return;
  throw error instanceof Error ? error : new Error(inspect(error));
}

export const boundsBatches = ofSource(async (subject, world) => {
  const { maxBatch } = world;
  if (maxBatch === undefined) return 'the world gives no maxBatch';
  const task = await openSource(subject, new Surroundings());
  await world.produce(maxBatch + 1);
  for (let seen = 0; seen <= maxBatch;) {
    const { records } = await within(subject, 'poll()', task.poll(quiet()));
    must(
      records.length <= maxBatch,
      `A poll returned ${records.length} records, over ${maxBatch}.`,
    );
    seen += records.length;
  }
  await close(subject, task);
  return undefined;
});

export const reportsTrouble = ofSource(async (subject, world) => {
  const { outage } = world;
  if (outage === undefined) return 'the world has no outage';
  const around = new Surroundings();
  const { task } = await readSome(subject, world, around);
  await outage.begin();
  const ending = new AbortController();
  let thrown: unknown;
  const polling = task.poll(ending.signal).catch((error: unknown) => (thrown = error));
  const told = (): boolean => thrown !== undefined || around.reports.at(-1) !== undefined;
  for (let waited = 0; !told() && waited < boundMs(subject); waited += 20) {
    await systemClock.sleep(20);
  }
  must(told(), 'The other side is away, but nothing was reported.');
  ending.abort();
  await within(subject, 'A poll that was aborted', polling);
  await outage.end();
  await world.produce(1);
  if (thrown === undefined) {
    await poll(subject, task, 1);
    must(
      around.reports.at(-1) === undefined,
      'Records come again, but the report wasn’t taken back.',
    );
  } else {
    must(
      thrown instanceof AppError,
      `The outage threw something without a kind: ${inspect(thrown)}`,
    );
  }
  await close(subject, task);
  return undefined;
});
