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

  it('shows RUNNING only if the last word was opened, or well after it (Invariant 10)', () => {
    const event = fc.constantFrom<TaskEvent>(
      opening,
      opened,
      well,
      trouble,
      failed,
      { type: 'paused' },
      { type: 'stopped' },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const types = events.map(({ type }) => type);
        const sinceOpened = types.slice(types.lastIndexOf('opened') + 1);
        const calm = ['well', 'trouble'];
        const running =
          types.includes('opened') &&
          sinceOpened.every((type) => calm.includes(type)) &&
          sinceOpened.at(-1) !== 'trouble';
        expect(after(...events).phase === 'RUNNING').toBe(running);
      }),
    );
  });
});
