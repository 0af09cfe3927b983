/**
 * Goal: a first start promises everything from the time it stores on, in order, whenever it is killed (Invariants 4, 5).
 * Method: a record is created and changed every few milliseconds while a task opens; it is killed before any position
 * is stored, and its successor takes over. Both together are held against what was committed.
 */
import { expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import { change, connection, harness, Poller } from '../../support/source-task.ts';

const BEAT_MS = 5;
const WRITES_AFTER = 5;

interface Written {
  readonly id: string;
  readonly op: string;
  readonly at: number;
}

test.each([0, 1, 3])(
  'killed after %i polls, nothing since its start is missing or out of order',
  async (polls) => {
    await using cleanup = new AsyncDisposableStack();
    const sandbox = await startSandbox({ seed: 7, pubsub: { keepaliveMs: 60_000 } });
    cleanup.defer(() => sandbox.close());
    const made = harness();
    const written: Written[] = [];
    const write = writer(sandbox, written);
    const beat = setInterval(write, BEAT_MS);
    cleanup.defer(() => clearInterval(beat));
    const first = await Poller.open(connection(sandbox), made);
    const [start] = made.offsets.stored.values();
    for (let poll = 0; poll < polls; poll++) await first.once();
    await first[Symbol.asyncDispose]();
    made.offsets.stored.forEach((_offset, key, stored) => stored.set(key, start ?? {}));
    await using second = await Poller.open(connection(sandbox), made);
    clearInterval(beat);
    for (let i = 0; i < WRITES_AFTER; i++) write();

    const from = Number(start?.['startTimestamp']);
    const promised = written.filter(({ at }) => at >= from).map(({ id, op }) => `${op} ${id}`);
    expect(promised.length).toBeGreaterThan(WRITES_AFTER);
    const came = await second.until(promised.length);
    const published = [...first.records, ...came].map((record) => {
      const { op, id } = change(record);
      return `${String(op)} ${String(id)}`;
    });
    expect([...new Set(published)]).toEqual(promised);
  },
);

/** Creates a record, then changes it, in turns. */
function writer(sandbox: Sandbox, written: Written[]): () => void {
  const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin: 'people' };
  let last: string | undefined;
  return () => {
    const at = sandbox.org.clock.now();
    const values = { Name: `Number ${written.length}` };
    if (last === undefined) {
      const [created] = sandbox.org.write(
        actor,
        [{ op: 'insert', entity: 'Account', values }],
        true,
      );
      last = created?.id ?? expect.fail('not created');
      written.push({ id: last, op: 'create', at });
    } else {
      sandbox.org.write(actor, [{ op: 'update', entity: 'Account', id: last, values }], true);
      written.push({ id: last, op: 'update', at });
      last = undefined;
    }
  };
}
