/** A task's life as data; no I/O. */
export type TaskPhase = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING';

export interface TaskState {
  readonly phase: TaskPhase;
  /** Why, where the phase alone doesn't say. */
  readonly trace: string | undefined;
  /** The task has been opened since it was last started or reopened. */
  readonly open: boolean;
}

export type TaskEvent =
  | { readonly type: 'opening' }
  | { readonly type: 'opened' }
  | { readonly type: 'trouble'; readonly reason: string }
  | { readonly type: 'well' }
  | { readonly type: 'paused' }
  | { readonly type: 'failed'; readonly trace: string }
  | { readonly type: 'stopped' };

export const UNASSIGNED: TaskState = { phase: 'UNASSIGNED', trace: undefined, open: false };
const RUNNING: TaskState = { phase: 'RUNNING', trace: undefined, open: true };
const PAUSED: TaskState = { phase: 'PAUSED', trace: undefined, open: false };

/**
 * RUNNING is shown only while it is true (Invariant 10): not before the task is open, whatever went well
 * until then. A failure stands until the task is opened anew.
 */
export function nextState(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'opening':
      return {
        phase: 'RESTARTING',
        trace: state.phase === 'RESTARTING' ? state.trace : undefined,
        open: false,
      };
    case 'opened':
      return RUNNING;
    case 'trouble':
      return state.phase === 'FAILED' || state.phase === 'PAUSED'
        ? state
        : { phase: 'RESTARTING', trace: event.reason, open: state.open };
    case 'well':
      if (state.phase !== 'RESTARTING') return state;
      return state.open ? RUNNING : { ...state, trace: undefined };
    case 'paused':
      // As in Connect: only a restart ends a failure.
      return state.phase === 'FAILED' ? state : PAUSED;
    case 'failed':
      return { phase: 'FAILED', trace: event.trace, open: false };
    case 'stopped':
      return UNASSIGNED;
  }
}
