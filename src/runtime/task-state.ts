/** A task's life as data; no I/O. */
import type { Stage } from './error-policy.ts';

export type TaskPhase = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING';

export interface TaskState {
  readonly phase: TaskPhase;
  /** Why, where the phase alone doesn't say. */
  readonly trace: string | undefined;
  /** The task has been opened since it was last started or reopened. */
  readonly open: boolean;
  /** What isn't well since then: who told it, and the reason, the newest last. */
  readonly troubles: ReadonlyMap<Teller, string>;
}

/** A stage that tries again, or the connector's task by its own report. Each takes back only its own trouble. */
export type Teller = Stage | 'task';

export type TaskEvent =
  | { readonly type: 'opening' }
  | { readonly type: 'opened' }
  | { readonly type: 'trouble'; readonly from?: Teller; readonly reason: string }
  | { readonly type: 'well'; readonly from?: Teller }
  | { readonly type: 'paused' }
  | { readonly type: 'failed'; readonly trace: string }
  | { readonly type: 'stopped' };

const NO_TROUBLES: TaskState['troubles'] = new Map();
const CLOSED = { trace: undefined, open: false, troubles: NO_TROUBLES };
export const UNASSIGNED: TaskState = { ...CLOSED, phase: 'UNASSIGNED' };
const PAUSED: TaskState = { ...CLOSED, phase: 'PAUSED' };

/**
 * RUNNING is shown only while it is true (Invariant 10): not before the task is open, whatever went well
 * until then, and not while anybody is in trouble. A failure stands until the task is opened anew.
 */
export function nextState(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'opening':
      return {
        ...CLOSED,
        phase: 'RESTARTING',
        trace: state.phase === 'RESTARTING' ? state.trace : undefined,
      };
    case 'opened':
      return live({ ...state, open: true }, state.troubles);
    case 'trouble': {
      if (state.phase === 'FAILED' || state.phase === 'PAUSED') return state;
      const { from = 'task', reason } = event;
      return live(state, new Map([...without(state.troubles, from), [from, reason]]));
    }
    case 'well': {
      const { from = 'task' } = event;
      if (!state.troubles.has(from)) return state;
      return live(state, without(state.troubles, from));
    }
    case 'paused':
      // As in Connect: only a restart ends a failure.
      return state.phase === 'FAILED' ? state : PAUSED;
    case 'failed':
      return { ...CLOSED, phase: 'FAILED', trace: event.trace };
    case 'stopped':
      return UNASSIGNED;
  }
}

function live({ open }: TaskState, troubles: TaskState['troubles']): TaskState {
  const phase = open && troubles.size === 0 ? 'RUNNING' : 'RESTARTING';
  return { phase, trace: [...troubles.values()].at(-1), open, troubles };
}

function without(troubles: TaskState['troubles'], from: Teller): TaskState['troubles'] {
  return new Map([...troubles].filter(([teller]) => teller !== from));
}
