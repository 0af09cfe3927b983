/** A task's life as data; no I/O. */
export type TaskPhase = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING';

export interface TaskState {
  readonly phase: TaskPhase;
  /** Why, where the phase alone doesn't say. */
  readonly trace: string | undefined;
}

export type TaskEvent =
  | { readonly type: 'opening' }
  | { readonly type: 'opened' }
  | { readonly type: 'trouble'; readonly reason: string }
  | { readonly type: 'well' }
  | { readonly type: 'paused' }
  | { readonly type: 'failed'; readonly trace: string }
  | { readonly type: 'stopped' };

export const UNASSIGNED: TaskState = { phase: 'UNASSIGNED', trace: undefined };
const RUNNING: TaskState = { phase: 'RUNNING', trace: undefined };

/** RUNNING is shown only while it is true (Invariant 10); a failure stands until the task is opened anew. */
export function nextState(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'opening':
      return state.phase === 'RESTARTING' ? state : { phase: 'RESTARTING', trace: undefined };
    case 'opened':
      return RUNNING;
    case 'trouble':
      return state.phase === 'FAILED' || state.phase === 'PAUSED'
        ? state
        : { phase: 'RESTARTING', trace: event.reason };
    case 'well':
      return state.phase === 'RESTARTING' ? RUNNING : state;
    case 'paused':
      return { phase: 'PAUSED', trace: undefined };
    case 'failed':
      return { phase: 'FAILED', trace: event.trace };
    case 'stopped':
      return UNASSIGNED;
  }
}
