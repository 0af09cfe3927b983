/** Goal: offsets that can't be read to their end tell why, and are asked for again (Invariants 8 and 10). */
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/foundation/log.ts';
import { abortReason } from '../../../src/foundation/clock.ts';
import { openGroupOffsets } from '../../../src/storage/offset-group.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryGroupKafka } from '../herder/distributed/harness.ts';

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(abortReason(signal)));
  });
const OPEN = {
  kind: 'retriable',
  code: 'offsets.open_transaction',
  message: "Topic offsets isn't read to its end within 60 s: a transaction on it is still open.",
};
const options = { topic: 'offsets', partitions: 1, replicationFactor: 1 };
const { signal } = new AbortController();

test('a transaction that stays open while a worker opens its offsets is named after a minute', async () => {
  const clock = new ManualClock();
  const kafka = Object.assign(new MemoryGroupKafka(), {
    tail: (_options: unknown, within: AbortSignal) => never(within),
  });
  const opening = openGroupOffsets(kafka, options, { log: silentLog, clock }, signal);
  const refused = expect(opening).rejects.toMatchObject(OPEN);
  await clock.advance(60_000);
  await refused;
});

test('and so is one that stays open when they are read later', async () => {
  const clock = new ManualClock();
  const kafka = new MemoryGroupKafka();
  const tail = kafka.tail.bind(kafka);
  Object.assign(kafka, {
    tail: async (followed: Parameters<typeof tail>[0]) => ({
      ...(await tail(followed)),
      readToEnd: never,
    }),
  });
  const offsets = await openGroupOffsets(kafka, options, { log: silentLog, clock }, signal);
  const refused = expect(offsets.read('c')).rejects.toMatchObject(OPEN);
  await clock.advance(60_000);
  await refused;
});
