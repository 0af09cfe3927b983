import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { EventLog } from '../../../../sandbox/salesforce/events/event-log.ts';
import { decodeReplayId, encodeReplayId } from '../../../../sandbox/salesforce/events/replay-id.ts';
import { DEFAULT_EVENT_SETTINGS } from '../../../../sandbox/salesforce/events/settings.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { createRandom } from '../../../../sandbox/salesforce/org/random.ts';
import type { SandboxClock } from '../../../../sandbox/salesforce/org/types.ts';

const HOUR = 3_600_000;
const all = (): boolean => true;

let clock: SandboxClock;
let log: EventLog;
beforeEach(() => {
  clock = createClock(() => 1_700_000_000_000);
  log = new EventLog(clock, DEFAULT_EVENT_SETTINGS, createRandom(1), 1000);
});

function append(count: number, topic = '/data/AccountChangeEvent'): number[] {
  const event = { topic, entity: 'Account', schemaId: 's', payload: Buffer.from('x') };
  return log.append(Array.from({ length: count }, () => event)).map((each) => each.sequence);
}

function readFrom(cursor: ReturnType<EventLog['earliest']> | undefined, wanted = all): number[] {
  if (cursor === undefined) throw new Error('no cursor');
  const found: number[] = [];
  for (;;) {
    const event = log.next(cursor, wanted);
    if (event === undefined) return found;
    found.push(event.sequence);
  }
}

describe('replay ids', () => {
  test('are 10 bytes, of which clients may send the first 8', () => {
    expect(encodeReplayId(0x179050).toString('base64')).toBe('AAAAAAAXkFAAAA==');
    fc.assert(
      fc.property(fc.maxSafeNat(), (sequence) => {
        const bytes = encodeReplayId(sequence);
        expect(bytes).toHaveLength(10);
        expect(decodeReplayId(bytes)).toBe(sequence);
        expect(decodeReplayId(bytes.subarray(0, 8))).toBe(sequence);
      }),
    );
  });

  test.each(['1545296', '', '00000000000000010001'])('%o is none', (text) => {
    const bytes = /^\d{20}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text);
    expect(decodeReplayId(bytes)).toBeUndefined();
  });

  test('rise with holes', () => {
    const sequences = append(500);
    const steps = sequences.slice(1).map((each, i) => each - (sequences[i] ?? 0));
    expect(Math.min(...steps)).toBe(1);
    expect(Math.max(...steps)).toBeGreaterThan(1);
  });
});

describe('reading', () => {
  test('starts strictly after a position, one between events too', () => {
    const sequences = append(200);
    const gap = sequences.findIndex((each, i) => i > 0 && each - (sequences[i - 1] ?? 0) > 1);
    expect(readFrom(log.after(sequences[50] ?? 0))).toEqual(sequences.slice(51));
    expect(readFrom(log.after((sequences[gap] ?? 0) - 1))).toEqual(sequences.slice(gap));
    expect(readFrom(log.after(sequences.at(-1) ?? 0))).toEqual([]);
  });

  test('starts at the end, or at everything retained', () => {
    const before = append(3);
    const latest = log.latest();
    const after = append(2);
    expect(readFrom(latest)).toEqual(after);
    expect(readFrom(log.earliest())).toEqual([...before, ...after]);
  });

  test('passes over what is not wanted', () => {
    append(2, '/data/ContactChangeEvent');
    const wanted = append(1);
    append(2, '/data/ContactChangeEvent');
    const cursor = log.earliest();
    const first = log.next(cursor, (event) => event.topic === '/data/AccountChangeEvent');
    expect(first?.sequence).toBe(wanted[0]);
  });

  test('refuses a position that was never given out', () => {
    const [last = 0] = append(1);
    expect(log.after(last + 1)).toBeUndefined();
    expect(log.after(1)).toBeUndefined();
  });
});

describe('after 72 hours', () => {
  test('events are gone, their positions are refused, and a late reader is told', () => {
    const old = append(3);
    const slow = log.earliest();
    clock.advance(71 * HOUR);
    const young = append(2);
    expect(readFrom(log.earliest())).toEqual([...old, ...young]);
    clock.advance(HOUR);
    expect(readFrom(log.earliest())).toEqual(young);
    expect(log.after(old[2] ?? 0)).toBeUndefined();
    expect(log.isLost(slow)).toBe(true);
    expect(log.isLost(log.earliest())).toBe(false);
  });

  test('a position that a keepalive renewed is still good', () => {
    const [last = 0] = append(1);
    clock.advance(71 * HOUR);
    const renewed = log.positionOf(log.latest());
    expect(renewed).toBeGreaterThan(last);
    clock.advance(2 * HOUR);
    const next = append(1);
    expect(log.after(last)).toBeUndefined();
    expect(readFrom(log.after(renewed))).toEqual(next);
  });
});

test('a bound on bytes drops the oldest', () => {
  const settings = { ...DEFAULT_EVENT_SETTINGS, maxRetainedBytes: 1000 };
  log = new EventLog(clock, settings, createRandom(1), 1000);
  const sequences = append(100);
  append(1);
  const kept = readFrom(log.earliest());
  expect(kept.length).toBeLessThan(20);
  expect(kept.length).toBeGreaterThan(5);
  expect(log.after(sequences[0] ?? 0)).toBeUndefined();
});

test('any mix of appends and readers gives every reader all events in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 12 }), (sizes) => {
      log = new EventLog(clock, DEFAULT_EVENT_SETTINGS, createRandom(7), 1000);
      const readers: { cursor: ReturnType<EventLog['latest']>; from: number }[] = [];
      const sequences: number[] = [];
      for (const size of sizes) {
        readers.push({ cursor: log.latest(), from: sequences.length });
        sequences.push(...append(size));
      }
      for (const { cursor, from } of readers) {
        expect(readFrom(cursor)).toEqual(sequences.slice(from));
      }
    }),
    { numRuns: 20 },
  );
});
