import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  letterOf,
  redriveHeaders,
  redriven,
  type Letter,
} from '../../../../src/cli/dlq/letters.ts';
import { Origins, type Judged } from '../../../../src/cli/dlq/plan.ts';
import type { RawRecord } from '../../../../src/data/record.ts';

const bytes = (text: string | null): Uint8Array | null =>
  text === null ? null : Buffer.from(text);

function record(offset: number, key: string | null, more: Partial<RawRecord> = {}): RawRecord {
  return {
    topic: 'orders',
    partition: 0,
    offset: BigInt(offset),
    timestamp: 1_000 + offset,
    key: bytes(key),
    value: bytes(`v${offset}`),
    headers: [],
    ...more,
  };
}

/** The letter that a sink writes of a record. */
function letter(failed: RawRecord, at = 0): Letter {
  const context = {
    '__connect.errors.topic': failed.topic,
    '__connect.errors.partition': String(failed.partition),
    '__connect.errors.offset': String(failed.offset),
    'headwater.error.code': 'broken',
  };
  const headers = Object.entries(context).map(([key, value]) => ({ key, value: bytes(value) }));
  return letterOf({
    ...failed,
    topic: 'dead',
    partition: 0,
    offset: BigInt(at),
    headers: [...failed.headers, ...headers],
  });
}

/** What redriving appends to the topic. */
function copy(of: Letter, offset: number): RawRecord {
  return { ...of.record, topic: 'orders', offset: BigInt(offset), headers: redriveHeaders(of) };
}

function judge(log: readonly RawRecord[], letters: readonly Letter[]): readonly Judged[] {
  const origins = new Origins(letters);
  for (const each of log) origins.see(each);
  return origins.judge(letters);
}

const verdicts = (judged: readonly Judged[]): readonly string[] =>
  judged.map(({ letter: { standsFor }, verdict }) => `${standsFor} ${verdict}`);

test('a letter with nothing newer of its key goes back, one with something newer stays', () => {
  const log = [record(0, 'a'), record(1, 'b'), record(2, 'a')];
  expect(
    verdicts(
      judge(
        log,
        [record(0, 'a'), record(1, 'b')].map((r) => letter(r)),
      ),
    ),
  ).toEqual(['0 newer', '1 redrive']);
});

test('all letters of a key go in its order, when they are its newest', () => {
  const log = [record(0, 'a'), record(1, 'a'), record(2, 'a')];
  const letters = [letter(record(2, 'a')), letter(record(1, 'a'))];
  expect(verdicts(judge(log, letters))).toEqual(['1 redrive', '2 redrive']);
});

test('an older letter stays where a newer one of its key is not among those chosen', () => {
  const log = [record(0, 'a'), record(1, 'a')];
  expect(verdicts(judge(log, [letter(record(0, 'a'))]))).toEqual(['0 newer']);
});

test('what was redriven is not redriven again, nor is what is older', () => {
  const dead = [letter(record(0, 'a')), letter(record(1, 'a'))];
  const log = [record(0, 'a'), record(1, 'a'), copy(letter(record(1, 'a')), 2)];
  expect(verdicts(judge(log, dead))).toEqual(['0 newer', '1 done']);
});

test('a redriven record that failed again goes back as what it stood for', () => {
  const again = copy(letter(record(0, 'a')), 1);
  const dead = [letter(record(0, 'a')), letter(again)];
  expect(verdicts(judge([record(0, 'a'), again], dead))).toEqual(['0 done', '0 redrive']);
  const third = copy(letter(again), 2);
  expect(redriven(third.headers)).toEqual({ of: 1n, origin: 0n });
  expect(verdicts(judge([record(0, 'a'), again, third], dead))).toEqual(['0 done', '0 done']);
});

test('letters of one record by two sinks bring it back once', () => {
  const dead = [letter(record(0, 'a'), 0), letter(record(0, 'a'), 1)];
  expect(verdicts(judge([record(0, 'a')], dead)).toSorted()).toEqual(['0 done', '0 redrive']);
});

test('a record that its topic no longer has stays: newer ones may have gone with it', () => {
  expect(verdicts(judge([record(5, 'b')], [letter(record(0, 'a'))]))).toEqual(['0 gone']);
  const anew = [record(0, 'a', { value: bytes('other') })];
  expect(verdicts(judge(anew, [letter(record(0, 'a'))]))).toEqual(['0 gone']);
});

test('a key that lies in another partition too has no order, and stays', () => {
  const log = [record(0, 'a'), record(0, 'a', { partition: 1 })];
  expect(verdicts(judge(log, [letter(record(0, 'a'))]))).toEqual(['0 newer']);
});

test('records without a key have no newer ones; letters without context stay', () => {
  const log = [record(0, null), record(1, null)];
  expect(verdicts(judge(log, [letter(record(0, null))]))).toEqual(['0 redrive']);
  expect(verdicts(judge(log, [letterOf(record(0, null))]))).toEqual(['0 unknown']);
});

test("a redriven record has its own headers and none of the letter's", () => {
  const own = { key: 'trace', value: bytes('1') };
  const headers = redriveHeaders(letter(record(7, 'a', { headers: [own] })));
  expect(headers.map(({ key }) => key)).toEqual([
    'trace',
    'headwater.redriven.of',
    'headwater.redriven.origin',
  ]);
});

test('whatever is chosen, the last record of each key stands for its newest data, and a second run does nothing', () => {
  const history = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b'), dead: fc.boolean(), chosen: fc.boolean() }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(history, fc.array(fc.boolean(), { maxLength: 12 }), (events, failsAgain) => {
      const log = events.map(({ key }, offset) => record(offset, key));
      const dead = log.filter((_, i) => events[i]?.dead === true).map((each) => letter(each));
      const chosen = dead.filter(({ standsFor }) => events[Number(standsFor)]?.chosen === true);
      const run = (letters: readonly Letter[]): readonly Letter[] => {
        const going = judge(log, letters).filter(({ verdict }) => verdict === 'redrive');
        const copies = going.map(({ letter: each }) => copy(each, log.push(each.record) - 1));
        copies.forEach((each) => (log[Number(each.offset)] = each));
        return copies.filter((_, i) => failsAgain[i] === true).map((each) => letter(each));
      };
      const standsFor = (each: RawRecord): bigint => redriven(each.headers)?.origin ?? each.offset;
      const check = (): void => {
        for (const all of Map.groupBy(log, ({ key }) => String(key)).values()) {
          const newest = all.map(standsFor).reduce((a, b) => (a > b ? a : b));
          expect(standsFor(all.at(-1) ?? record(0, ''))).toBe(newest);
        }
      };
      const again = run(chosen);
      check();
      const length = log.length;
      run(chosen);
      expect(log).toHaveLength(length);
      run([...dead, ...again]);
      check();
    }),
  );
});
