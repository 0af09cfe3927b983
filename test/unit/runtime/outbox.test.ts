/** Goal: what goes into the outbox comes out once and in order, within its bounds. */
import { array, assert as check, asyncProperty, integer } from 'fast-check';
import { expect, it } from 'vitest';
import type { OutRecord } from '../../../src/kafka/port.ts';
import { emptyBatch, Outbox, type OutBatch } from '../../../src/runtime/outbox.ts';
import { turn } from '../../support/manual-clock.ts';

function batch(from: number, count: number, bytes = 4): OutBatch {
  const records = Array.from({ length: count }, (_, i): OutRecord => {
    const value = Buffer.alloc(bytes);
    value.writeUInt32BE(from + i);
    return { topic: 't', key: null, value, headers: [] };
  });
  return { ...emptyBatch(), records };
}

const numbers = ({ records }: OutBatch): number[] =>
  records.map(({ value }) => Buffer.from(value ?? []).readUInt32BE());

async function hasRoom(outbox: Outbox): Promise<boolean> {
  let room = false;
  void outbox.room().then(() => (room = true));
  await turn();
  return room;
}

it('hands over what was added, once and in order, however the sides take turns', async () => {
  await check(
    asyncProperty(array(integer({ min: 0, max: 900 }), { maxLength: 12 }), async (sizes) => {
      const outbox = new Outbox();
      const taken: number[] = [];
      const taking = (async () => {
        for (;;) {
          const next = await outbox.take();
          if (next === undefined) return;
          expect(next.records.length).toBeLessThan(1_000 + 900);
          taken.push(...numbers(next));
          await turn();
        }
      })();
      let added = 0;
      for (const size of sizes) {
        await outbox.room();
        outbox.add(batch(added, size));
        added += size;
      }
      outbox.close();
      await taking;
      expect(taken).toEqual(Array.from({ length: added }, (_, i) => i));
    }),
    { numRuns: 50 },
  );
});

it.each([
  ['records', batch(0, 1_000)],
  ['bytes', batch(0, 5, 1024 * 1024)],
])('has no room when it is full of %s, until it is taken (Invariant 8)', async (_what, full) => {
  const outbox = new Outbox();
  outbox.add(full);
  expect(await hasRoom(outbox)).toBe(false);
  await outbox.take();
  expect(await hasRoom(outbox)).toBe(true);
});

it('closed, it makes nobody wait', async () => {
  const outbox = new Outbox();
  const taking = outbox.take();
  outbox.close();
  expect(await taking).toBeUndefined();
  outbox.add(batch(0, 1_000));
  expect(await hasRoom(outbox)).toBe(true);
});
