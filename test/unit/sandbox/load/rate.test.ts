import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { Journal } from '../../../../sandbox/salesforce/control/journal.ts';
import type { EditMix } from '../../../../sandbox/salesforce/load/mix.ts';
import { Pool } from '../../../../sandbox/salesforce/load/pool.ts';
import { EditLoad } from '../../../../sandbox/salesforce/load/rate.ts';
import { seedRecords } from '../../../../sandbox/salesforce/load/seed.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { RecordChange, Transaction } from '../../../../sandbox/salesforce/org/types.ts';
import { createRandom } from '../../../../sandbox/salesforce/org/random.ts';
import type { Clock } from '../../../../src/foundation/clock.ts';
import { systemClock } from '../../../../src/foundation/clock.ts';
import { turn, untilTurns } from '../../../support/manual-clock.ts';

const KINDS = ['Account', 'Contact', 'Opportunity', 'Case', 'Lead', 'Task'];
const started: EditLoad[] = [];
afterEach(async () => {
  for (const load of started.splice(0)) await load.stop();
});

/** Without what the org itself writes about a change. */
const edited = ({ changes }: Transaction): readonly RecordChange[] =>
  changes.filter((change) => KINDS.includes(change.entity));

/** A clock whose sleeps end when the test moves it, by whatever it likes. */
class SteppedClock implements Clock {
  #time = 0;
  #wake: (() => void) | undefined;
  now = (): number => this.#time;
  /** Time goes by whenever it is asked for. */
  slow = false;
  monotonic = (): number => (this.slow ? (this.#time += 15) : this.#time);
  timer = (ms: number, run: () => void): Disposable => systemClock.timer(ms, run);
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      signal?.addEventListener('abort', () => resolve());
    });
  }
  async step(ms: number): Promise<void> {
    await untilTurns(() => this.#wake !== undefined);
    this.#time += ms;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
    await untilTurns(() => this.#wake !== undefined);
  }
}

async function loaded(records: number) {
  const org = createOrg({ seed: 1 });
  await seedRecords(org, records);
  const journal = new Journal(org);
  const clock = new SteppedClock();
  const load = new EditLoad({ org, clock });
  started.push(load);
  const changes = (): string[] =>
    journal
      .after(0, 100_000)
      .flatMap((each) => edited(each.transaction))
      .map((change) => change.type);
  return { org, journal, clock, load, changes };
}

test('late and uneven ticks leave the number of edits what the rate says', async () => {
  const { load, clock, changes } = await loaded(500);
  await load.set(1000);
  for (const ms of [7, 230, 1, 62, 400, 300]) await clock.step(ms);
  expect(load.status).toMatchObject({ done: 1000, failed: 0, left: 0 });
  expect(changes()).toHaveLength(1000);
});

test('a rate below one an hour of ticks still comes', async () => {
  const { load, clock } = await loaded(100);
  await load.set(0.5);
  for (let i = 0; i < 40; i++) await clock.step(100);
  expect(load.status.done).toBe(2);
});

test('what a machine was asleep for is not made up for', async () => {
  const { load, clock } = await loaded(100);
  await load.set(10);
  clock.slow = true;
  await clock.step(3_600_000);
  clock.slow = false;
  const { done, left } = load.status;
  await clock.step(1000);
  expect(left).toBeGreaterThan(35_000);
  expect(load.status.done - done).toBeLessThanOrEqual(20);
});

test('all kinds of edits come, as often as the mix says', async () => {
  const { load, clock, changes } = await loaded(2000);
  const mix: EditMix = { create: 20, update: 50, delete: 20, undelete: 10 };
  await load.set(5000, mix);
  await clock.step(800);
  const share = (type: string): number =>
    (100 * changes().filter((each) => each === type).length) / changes().length;
  for (const [type, percent] of [
    ['CREATE', 20],
    ['UPDATE', 50],
    ['DELETE', 20],
    ['UNDELETE', 10],
  ] as const) {
    expect(Math.abs(share(type) - percent)).toBeLessThan(4);
  }
});

test('an empty org is filled first', async () => {
  const { load, clock, changes } = await loaded(0);
  await load.set(100);
  await clock.step(500);
  expect(load.status).toMatchObject({ done: 50, failed: 0 });
  expect(changes()[0]).toBe('CREATE');
});

test('transactions have 1 to 20 edits', async () => {
  const { load, clock, journal } = await loaded(500);
  await load.set(4000);
  await clock.step(500);
  const sizes = journal.after(0, 10_000).map(({ transaction }) => edited(transaction).length);
  expect(Math.max(...sizes)).toBeGreaterThan(5);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  expect(sizes.filter((size) => size === 1).length).toBeGreaterThan(sizes.length / 3);
});

test('nothing comes after it was stopped', async () => {
  const { load, clock, changes } = await loaded(100);
  await load.set(1000);
  await clock.step(100);
  await load.set(0);
  const before = changes().length;
  await turn();
  expect([changes().length, load.status.rate]).toEqual([before, 0]);
});

test('edits of records that somebody else deleted are counted as failed', async () => {
  const { load, clock, org } = await loaded(60);
  await load.set(100);
  await clock.step(10);
  const actor = { userId: org.admin.id, origin: '' };
  for (const kind of KINDS.toReversed()) {
    const ids = [...org.records(kind)].map((row) => String(row['Id']));
    org.write(
      actor,
      ids.map((id) => ({ op: 'delete', id })),
      false,
    );
  }
  await clock.step(500);
  expect(load.status.done).toBe(51);
  expect(load.status.failed).toBeGreaterThan(0);
});

test('a pool gives each of its ids once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), fc.nat(), (ids, seed) => {
      const pool = new Pool(100, createRandom(seed));
      for (const id of ids) pool.add(id);
      const taken = ids.map(() => pool.take());
      expect(new Set(taken)).toEqual(new Set(ids));
      expect(pool.take()).toBeUndefined();
    }),
  );
});
