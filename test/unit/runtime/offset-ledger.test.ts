/**
 * Goal: an offset becomes committable only when everything before it is acked, and never moves back.
 * Method: random submits, acks and offset writes that succeed or fail, held against a list.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../../src/data/record.ts';
import { OffsetLedger, type Ticket } from '../../../src/runtime/offset-ledger.ts';

const at = (channel: string, n: number): Position => ({ partition: { channel }, offset: { n } });
const channelOf = ({ partition }: Position): string => String(partition['channel']);
const numberOf = ({ offset }: Position): number => Number(offset['n']);

const operation = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('submit-a', 'submit-b', 'submit-none') },
  { weight: 6, arbitrary: fc.nat({ max: 1_000 }) },
  { weight: 2, arbitrary: fc.constantFrom('take', 'written', 'lost') },
);

/** What may be committed, the slow way: the last position of each channel in the acked prefix. */
function committable(tickets: readonly Ticket[]): Map<string, number> {
  const unacked = tickets.findIndex(({ acked }) => !acked);
  const prefix = unacked === -1 ? tickets : tickets.slice(0, unacked);
  return new Map(
    prefix.flatMap(({ position }) =>
      position === undefined ? [] : [[channelOf(position), numberOf(position)] as const],
    ),
  );
}

describe('the offset ledger', () => {
  it('agrees with a list, whatever is acked and whichever writes fail (Invariants 1, 3)', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const ledger = new OffsetLedger();
        const tickets: Ticket[] = [];
        const durable = new Map<string, number>();
        let writing: readonly Position[] = [];
        const settle = (written: boolean): void => {
          if (written) {
            for (const position of writing) {
              const before = durable.get(channelOf(position)) ?? -1;
              expect(numberOf(position)).toBeGreaterThan(before);
              durable.set(channelOf(position), numberOf(position));
            }
          } else {
            ledger.giveBack(writing);
          }
          writing = [];
        };
        for (const op of operations) {
          if (typeof op === 'number') {
            const open = tickets.filter(({ acked }) => !acked);
            const ticket = open[op % Math.max(1, open.length)];
            if (ticket !== undefined) ledger.ack(ticket);
          } else if (op.startsWith('submit-')) {
            const channel = op.slice('submit-'.length);
            const position = channel === 'none' ? undefined : at(channel, tickets.length);
            tickets.push(ledger.submit(position));
          } else if (op === 'take') {
            if (writing.length === 0) writing = ledger.takeCommittable();
          } else {
            settle(op === 'written');
          }
          const allowed = committable(tickets);
          for (const [channel, n] of durable) {
            expect(n).toBeLessThanOrEqual(allowed.get(channel) ?? -1);
          }
        }
        settle(false);
        writing = ledger.takeCommittable();
        settle(true);
        expect(durable).toEqual(committable(tickets));
      }),
      { numRuns: 300 },
    );
  });

  it('counts what is outstanding from the first record not acked', () => {
    const ledger = new OffsetLedger();
    const tickets = Array.from({ length: 3_000 }, (_, n) => ledger.submit(at('a', n)));
    for (const ticket of tickets.slice(1)) ledger.ack(ticket);
    expect(ledger.outstanding).toBe(3_000);
    expect(ledger.takeCommittable()).toEqual([]);
    const [first] = tickets;
    if (first !== undefined) ledger.ack(first);
    expect(ledger.outstanding).toBe(0);
    expect(ledger.takeCommittable()).toEqual([at('a', 2_999)]);
  });

  it('knows one partition by its content, whatever the order of its keys', () => {
    const ledger = new OffsetLedger();
    const one = { partition: { org: 'o', channel: 'c' }, offset: { n: 1 } };
    const two = { partition: { channel: 'c', org: 'o' }, offset: { n: 2 } };
    for (const position of [one, two]) ledger.ack(ledger.submit(position));
    expect(ledger.takeCommittable()).toEqual([two]);
  });

  it('refuses a second ack of one ticket as our own bug', () => {
    const ledger = new OffsetLedger();
    const ticket = ledger.submit(undefined);
    ledger.ack(ticket);
    expect(() => ledger.ack(ticket)).toThrow('acked once');
  });
});
