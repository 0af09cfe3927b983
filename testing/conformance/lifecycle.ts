/** Clauses on starting and stopping: 19 to 23. */
import { systemClock } from '../../src/foundation/clock.ts';
import { ofSource } from './delivery.ts';
import { drain, poll } from './moving.ts';
import { boundMs, close, must, openSource, openTask, Surroundings, within } from './support.ts';
import type { Check } from './types.ts';

export const closesTwice: Check = async (subject) => {
  const around = new Surroundings();
  for (const used of [false, true]) {
    const task = await openTask(subject, around);
    if (used) await drain(subject, task, around);
    await close(subject, task);
    await close(subject, task);
  }
};

/** A poll that waits: what there is has been read. */
async function waiting(subject: Parameters<typeof openSource>[0]) {
  const task = await openSource(subject, new Surroundings());
  await subject.world.source?.produce(1);
  await poll(subject, task, 1);
  const ending = new AbortController();
  const polled = task.poll(ending.signal);
  polled.catch(() => undefined);
  await systemClock.sleep(20);
  return { task, ending, polled };
}

export const endsPolls = ofSource(async (subject) => {
  const { task, ending, polled } = await waiting(subject);
  ending.abort(new Error('stopping'));
  await within(
    subject,
    'A poll whose signal was aborted',
    polled.catch(() => undefined),
  );
  await close(subject, task);
});

export const closesWhilePolled = ofSource(async (subject) => {
  const { task, ending, polled } = await waiting(subject);
  ending.abort(new Error('stopping'));
  const closed = Promise.resolve(task[Symbol.asyncDispose]());
  await within(subject, 'Closing while a poll waits', closed);
  await within(
    subject,
    'A poll that waited when its task was closed',
    polled.catch(() => undefined),
  );
});

export const givesNothingAfterStop = ofSource(async (subject, world) => {
  const task = await openSource(subject, new Surroundings());
  await world.produce(3);
  await poll(subject, task, 3);
  await world.produce(3);
  const polled = task.poll(AbortSignal.abort(new Error('stopping'))).catch(() => ({ records: [] }));
  const { records } = await within(subject, 'A poll that begins aborted', polled);
  must(records.length === 0, `A poll that began aborted gave ${records.length} records.`);
  await close(subject, task);
});

export const leavesNothing: Check = async (subject) => {
  const around = new Surroundings();
  // What is opened once and kept (caches, pools) is opened now.
  const first = await openTask(subject, around);
  await drain(subject, first, around);
  await close(subject, first);
  await settled(() => true, 200);
  const before = process.getActiveResourcesInfo();
  const task = await openTask(subject, around);
  await drain(subject, task, around);
  await close(subject, task);
  const isBack = (): boolean => process.getActiveResourcesInfo().length <= before.length;
  // Twice: the other side of a connection lets go of it when it has been idle for a while.
  await settled(isBack, 2 * boundMs(subject));
  must(isBack(), `Left behind: ${extra(before, process.getActiveResourcesInfo()).join(', ')}.`);
};

async function settled(isBack: () => boolean, ms: number): Promise<void> {
  for (let waited = 0; waited < ms; waited += 20) {
    await systemClock.sleep(20);
    if (waited >= 200 && isBack()) return;
  }
}

function extra(before: readonly string[], now: readonly string[]): readonly string[] {
  const left = [...before];
  return now.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
