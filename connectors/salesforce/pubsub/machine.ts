/**
 * A subscription as a state machine (`SPEC.md`): states are values, `step` is pure, what is to be done comes out as
 * actions. No time, no randomness, no I/O.
 */
import type { ErrorClass } from './errors.ts';

export type StateName =
  /** The stream is asked for; no message was heard yet. */
  | 'opening'
  /** At least one message was heard on this stream. */
  | 'streaming'
  /** The server closed it while back-pressure left no credit; reopened when there is room. */
  | 'parked'
  /** Backing off. */
  | 'waiting'
  /** Logging in again. */
  | 'refreshing'
  | 'failed'
  | 'stopped';

export interface State {
  readonly name: StateName;
  /** Events asked for and not yet received. */
  readonly credit: number;
  /** Free places in the buffer. */
  readonly room: number;
  /** Reopenings since the last message, by what they are bounded by. */
  readonly attempts: Readonly<Record<Bounded, number>>;
  /** Whether a login was tried since the last message. */
  readonly refreshed: boolean;
  /** Why it isn't streaming; undefined = all is well. */
  readonly reason: string | undefined;
}

export type Bounded = 'retriable' | 'unknown' | 'slow-down';

export type Event =
  /** The server took the stream up. */
  | { readonly type: 'accepted' }
  | { readonly type: 'message'; readonly events: number }
  | { readonly type: 'room'; readonly room: number }
  | { readonly type: 'ended' }
  | { readonly type: 'error'; readonly class: ErrorClass; readonly reason: string }
  | { readonly type: 'silent' }
  | { readonly type: 'due' }
  | { readonly type: 'refreshed' }
  | { readonly type: 'stop' };

export type Action =
  | { readonly type: 'open'; readonly credit: number }
  | { readonly type: 'request'; readonly credit: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'wait'; readonly pace: Bounded; readonly attempt: number }
  | { readonly type: 'refresh' }
  | { readonly type: 'fail'; readonly class: ErrorClass; readonly reason: string };

export interface Step {
  readonly state: State;
  readonly actions: readonly Action[];
}

/** Salesforce's cap on outstanding events. */
export const MAX_CREDIT = 100;
/** Smaller top-ups wait for more room: a request for each event polled would be as many messages as events. */
export const MIN_TOP_UP = 25;

/**
 * Reopenings in a row without a message before giving up (Invariant 8). With half a minute between them at most,
 * `retriable` is about 25 minutes; `slow-down` waits up to 5 minutes, and allocations roll over 24 hours.
 */
export const MAX_ATTEMPTS: Readonly<Record<Bounded, number>> = {
  retriable: 60,
  unknown: 10,
  'slow-down': 500,
};

const NO_ATTEMPTS: State['attempts'] = { retriable: 0, unknown: 0, 'slow-down': 0 };

export function begin(capacity: number): Step {
  const idle: State = {
    name: 'parked',
    credit: 0,
    room: capacity,
    attempts: NO_ATTEMPTS,
    refreshed: false,
    reason: undefined,
  };
  return open(idle);
}

type Handler<T extends Event['type']> = (
  state: State,
  event: Extract<Event, { readonly type: T }>,
) => Step;

type Row = { readonly [T in Event['type']]: Handler<T> };

const stay = (state: State): Step => ({ state, actions: [] });
const remember: Handler<'room'> = (state, { room }) => ({ state: { ...state, room }, actions: [] });
const stop = (state: State): Step => ({
  state: { ...state, name: 'stopped', credit: 0 },
  actions: [{ type: 'cancel' }],
});

const live: Row = {
  accepted: (state) => ({ state: { ...state, reason: undefined }, actions: [] }),
  message: (state, { events }) =>
    topUp(
      {
        ...state,
        name: 'streaming',
        credit: Math.max(0, state.credit - events),
        room: state.room - events,
        attempts: NO_ATTEMPTS,
        refreshed: false,
        reason: undefined,
      },
      1,
    ),
  room: (state, { room }) => topUp({ ...state, room }, state.credit === 0 ? 1 : MIN_TOP_UP),
  ended: (state) =>
    state.credit > 0
      ? retry(state, 'retriable', 'The server closed the stream.')
      : reopenWithRoom({ ...state, name: 'parked' }),
  error: onError,
  silent: (state) =>
    state.credit > 0
      ? retry(state, 'retriable', 'The server sent nothing for too long.')
      : { state, actions: [] },
  due: stay,
  refreshed: stay,
  stop,
};

const over: Row = {
  accepted: stay,
  message: stay,
  room: stay,
  ended: stay,
  error: stay,
  silent: stay,
  due: stay,
  refreshed: stay,
  stop: stay,
};

/** Every state knows every event: a cell that is missing doesn't compile. */
export const TABLE: Readonly<Record<StateName, Row>> = {
  opening: live,
  streaming: live,
  parked: {
    ...over,
    room: (state, { room }) => reopenWithRoom({ ...state, room }),
    stop,
  },
  waiting: { ...over, room: remember, due: (state) => reopenWithRoom(state), stop },
  refreshing: {
    ...over,
    room: remember,
    refreshed: (state) => reopenWithRoom({ ...state, refreshed: true }),
    error: (state, event) =>
      onError({ ...state, refreshed: state.refreshed || event.class === 'auth' }, event),
    stop,
  },
  failed: { ...over, stop },
  stopped: over,
};

export function step(state: State, event: Event): Step {
  const handle = TABLE[state.name][event.type] as (state: State, event: Event) => Step;
  return handle(state, event);
}

function topUp(state: State, least: number): Step {
  const credit = Math.min(MAX_CREDIT, state.room) - state.credit;
  if (credit < least) return { state, actions: [] };
  return {
    state: { ...state, credit: state.credit + credit },
    actions: [{ type: 'request', credit }],
  };
}

/** A full buffer isn't reopened: without credit the server would close the stream again. */
function reopenWithRoom(state: State): Step {
  if (state.room <= 0) return { state: { ...state, name: 'parked', credit: 0 }, actions: [] };
  return open(state);
}

function open(state: State): Step {
  const credit = Math.min(MAX_CREDIT, state.room);
  return { state: { ...state, name: 'opening', credit }, actions: [{ type: 'open', credit }] };
}

function onError(state: State, event: Extract<Event, { type: 'error' }>): Step {
  const { class: errorClass, reason } = event;
  switch (errorClass) {
    case 'auth':
      // One refresh; refused again before any message, it is the user's to mend.
      if (state.refreshed) return fail(state, errorClass, reason);
      return {
        state: { ...state, name: 'refreshing', credit: 0, reason },
        actions: [{ type: 'cancel' }, { type: 'refresh' }],
      };
    // Invariant 4: never answered by a preset.
    case 'position-lost':
    case 'fatal':
      return fail(state, errorClass, reason);
    case 'retriable':
    case 'unknown':
    case 'slow-down':
      return retry(state, errorClass, reason);
  }
}

function retry(state: State, pace: Bounded, reason: string): Step {
  const attempt = state.attempts[pace] + 1;
  if (attempt > MAX_ATTEMPTS[pace]) return fail(state, pace, reason);
  return {
    state: {
      ...state,
      name: 'waiting',
      credit: 0,
      attempts: { ...state.attempts, [pace]: attempt },
      reason,
    },
    actions: [{ type: 'cancel' }, { type: 'wait', pace, attempt }],
  };
}

function fail(state: State, errorClass: ErrorClass, reason: string): Step {
  return {
    state: { ...state, name: 'failed', credit: 0, reason },
    actions: [{ type: 'cancel' }, { type: 'fail', class: errorClass, reason }],
  };
}
