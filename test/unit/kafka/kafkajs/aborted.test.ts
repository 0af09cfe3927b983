/**
 * Goal: a reader of committed records is shown those and no others, however many producers' transactions mingle on a partition.
 * Method: a log of random transactions, some aborted, listed as a broker lists them (by where they end), fetched from any offset.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  withoutAborted,
  type AbortedTransaction,
  type FetchedMessage,
} from '../../../../src/kafka/kafkajs/aborted.ts';

type Step = readonly [producer: number, what: 'write' | 'commit' | 'abort'];
interface Logged extends FetchedMessage {
  isCommitted: boolean;
}

function logOf(steps: readonly Step[]): {
  log: readonly Logged[];
  aborted: readonly (AbortedTransaction & { last: number })[];
} {
  const log: Logged[] = [];
  const aborted: (AbortedTransaction & { last: number })[] = [];
  const open = new Map<number, Logged[]>();
  const end = [0, 1, 2, 3].map((producer): Step => [producer, 'commit']);
  for (const [producer, what] of [...steps, ...end]) {
    const producerId = String(producer);
    const own = open.get(producer) ?? [];
    const message = {
      key: what === 'write' ? null : Buffer.from([0, 0, 0, what === 'commit' ? 1 : 0]),
      offset: String(log.length),
      isControlRecord: what !== 'write',
      batchContext: { producerId, inTransaction: true },
      isCommitted: true,
    };
    if (what === 'write') {
      log.push(message);
      open.set(producer, [...own, message]);
      continue;
    }
    const [first] = own;
    if (first === undefined) continue;
    if (what === 'abort') {
      for (const each of own) each.isCommitted = false;
      aborted.push({ producerId, firstOffset: first.offset, last: log.length });
    }
    log.push(message);
    open.delete(producer);
  }
  return { log, aborted };
}

it('shows what is committed and nothing else', () => {
  const step = fc.tuple(fc.nat(3), fc.constantFrom('write' as const, 'write', 'commit', 'abort'));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.nat(60), (steps, place) => {
      const { log, aborted } = logOf(steps);
      const from = place % (log.length + 1);
      const messages = log.slice(from);
      const abortedTransactions = aborted.filter(({ last }) => last >= from);
      const shown = withoutAborted({ messages, abortedTransactions });
      const offsets = (list: readonly Logged[]): readonly string[] =>
        list.filter(({ isControlRecord }) => isControlRecord !== true).map(({ offset }) => offset);
      expect(offsets(shown)).toEqual(offsets(messages.filter(({ isCommitted }) => isCommitted)));
    }),
    { numRuns: 500 },
  );
});
