/** Goal: a store whose broker is away when it is opened is there once the broker is, and not before. */
import { expect, test } from 'vitest';
import { AppError } from '../../../src/foundation/errors.ts';
import { openWhenThere } from '../../../src/storage/late-store.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';

const away = new AppError('retriable', 'kafka.unavailable', "Kafka can't be reached.");
const offsets = [{ partition: { channel: 'a' }, offset: { replayId: 'AAE=' } }];

test('a store that is there is opened once', async () => {
  let opened = 0;
  await using store = await openWhenThere(
    () => Promise.resolve((opened++, openOffsetMemory())),
    () => expect.fail('it is there'),
  );
  await store.write('orders', offsets);
  expect(await store.read('orders')).toEqual(offsets);
  expect(opened).toBe(1);
});

test('while it is away each call says why, and none is taken for an empty store', async () => {
  const memory = openOffsetMemory();
  await memory.write('orders', offsets);
  let isAway = true;
  const said: AppError[] = [];
  await using store = await openWhenThere(
    () => (isAway ? Promise.reject(away) : Promise.resolve(memory)),
    (why) => said.push(why),
  );
  await expect(store.read('orders')).rejects.toBe(away);
  await expect(store.write('orders', offsets)).rejects.toBe(away);
  expect(said).toEqual([away]);
  isAway = false;
  expect(await store.read('orders')).toEqual(offsets);
});

test('what waiting does not mend is thrown at once', async () => {
  const wrong = new AppError('config', 'offsets.topic', "It isn't compacted.");
  const opening = openWhenThere(
    () => Promise.reject(wrong),
    () => expect.fail('nobody is away'),
  );
  await expect(opening).rejects.toBe(wrong);
});
