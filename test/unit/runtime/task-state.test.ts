/** Goal: RUNNING is shown only while it is true (Invariant 10), and a failure isn't painted over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextState,
  UNASSIGNED,
  type TaskEvent,
  type TaskState,
} from '../../../src/runtime/task-state.ts';

const after = (...events: readonly TaskEvent[]): TaskState => events.reduce(nextState, UNASSIGNED);
const opening: TaskEvent = { type: 'opening' };
const opened: TaskEvent = { type: 'opened' };
const well: TaskEvent = { type: 'well' };
const trouble: TaskEvent = { type: 'trouble', reason: 'the org is away' };
const failed: TaskEvent = { type: 'failed', trace: 'broken' };

describe("a task's state", () => {
  it('is RESTARTING until it is open, then RUNNING', () => {
    expect(after(opening).phase).toBe('RESTARTING');
    expect(after(opening, opened)).toMatchObject({ phase: 'RUNNING', trace: undefined });
  });

  it('is RESTARTING with the reason while it has trouble, and RUNNING when all is well', () => {
    const troubled = after(opening, opened, trouble);
    expect(troubled).toMatchObject({ phase: 'RESTARTING', trace: 'the org is away' });
    expect(nextState(troubled, well)).toMatchObject({ phase: 'RUNNING', trace: undefined });
  });

  it('keeps the reason of a trouble while it is opened again', () => {
    expect(after(opening, opened, trouble, opening).trace).toBe('the org is away');
  });

  it('stays FAILED or PAUSED whatever late news comes', () => {
    for (const end of [failed, { type: 'paused' } as const]) {
      const state = after(opening, opened, end);
      for (const late of [trouble, well]) expect(nextState(state, late)).toEqual(state);
    }
  });

  it('leaves a failure only by being opened anew or stopped', () => {
    expect(after(opening, failed, opening).phase).toBe('RESTARTING');
    expect(after(opening, failed, { type: 'stopped' })).toEqual(UNASSIGNED);
  });

  it('is not RUNNING before it is open, although a first try went well after a second', () => {
    expect(after(opening, trouble, well)).toMatchObject({ phase: 'RESTARTING', trace: undefined });
    expect(after(opening, opened, trouble, opening, well).phase).toBe('RESTARTING');
  });

  it('stays RESTARTING until everybody in trouble is well, and shows who still is', () => {
    const broker: TaskEvent = { type: 'trouble', from: 'produce', reason: 'the broker is away' };
    const both = after(opening, opened, broker, trouble);
    expect(both).toMatchObject({ phase: 'RESTARTING', trace: 'the org is away' });
    const one = nextState(both, well);
    expect(one).toMatchObject({ phase: 'RESTARTING', trace: 'the broker is away' });
    expect(nextState(one, well)).toEqual(one);
    expect(nextState(one, { type: 'well', from: 'produce' })).toMatchObject({
      phase: 'RUNNING',
      trace: undefined,
    });
  });

  it('is not RUNNING when it opens in trouble', () => {
    expect(after(opening, trouble, opened)).toMatchObject({
      phase: 'RESTARTING',
      trace: 'the org is away',
    });
    expect(after(opening, trouble, opened, well).phase).toBe('RUNNING');
  });

  it('shows RUNNING only if it is open and whoever was in trouble is well (Invariant 10)', () => {
    const tellers = ['task', 'poll', 'produce', 'commit'] as const;
    const event = fc.oneof(
      fc.constantFrom<TaskEvent>(opening, opened, failed, { type: 'paused' }, { type: 'stopped' }),
      fc.record({
        type: fc.constant('trouble' as const),
        from: fc.constantFrom(...tellers),
        reason: fc.constantFrom('a', 'b'),
      }),
      fc.record({ type: fc.constant('well' as const), from: fc.constantFrom(...tellers) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let isOpen = false;
        // What is FAILED or PAUSED hears of no trouble.
        let isDeaf = false;
        const inTrouble = new Set<string | undefined>();
        for (const each of events) {
          if (each.type === 'well') inTrouble.delete(each.from);
          else if (each.type === 'trouble') {
            if (!isDeaf) inTrouble.add(each.from);
          } else {
            isOpen = each.type === 'opened';
            isDeaf = each.type === 'failed' || each.type === 'paused';
            if (!isOpen) inTrouble.clear();
          }
        }
        expect(after(...events).phase === 'RUNNING').toBe(isOpen && inTrouble.size === 0);
      }),
      { numRuns: 1_000 },
    );
  });
});
