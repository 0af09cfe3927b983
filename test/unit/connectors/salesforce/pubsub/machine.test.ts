/**
 * Goal: a subscription's every state answers every event as connectors/salesforce/SPEC.md says.
 * Method: the whole table as data (a missing cell doesn't compile), then random histories against the properties that
 * matter: credit and buffer are never exceeded, no preset after an error, every retry is bounded.
 */
import {
  array,
  assert as check,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  constant,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  begin,
  MAX_ATTEMPTS,
  MAX_CREDIT,
  MIN_TOP_UP,
  step,
} from '../../../../../connectors/salesforce/pubsub/machine.ts';
import type {
  Action,
  Event,
  State,
  StateName,
} from '../../../../../connectors/salesforce/pubsub/machine.ts';

const CAPACITY = 500;
const EVENTS = {
  accepted: { type: 'accepted' },
  message: { type: 'message', events: 10 },
  room: { type: 'room', room: 400 },
  ended: { type: 'ended' },
  unavailable: { type: 'error', class: 'retriable', reason: 'away' },
  strange: { type: 'error', class: 'unknown', reason: 'what' },
  limit: { type: 'error', class: 'slow-down', reason: 'used up' },
  unauthorized: { type: 'error', class: 'auth', reason: 'expired' },
  lost: { type: 'error', class: 'position-lost', reason: 'too old' },
  refused: { type: 'error', class: 'fatal', reason: 'no such topic' },
  silent: { type: 'silent' },
  due: { type: 'due' },
  refreshed: { type: 'refreshed' },
  stop: { type: 'stop' },
} as const satisfies Readonly<Record<string, Event>>;
type EventName = keyof typeof EVENTS;

/** The next state ('same' = stays), and the actions in order. */
type Cell = readonly [StateName | 'same', ...Action['type'][]];

const LIVE: Readonly<Record<EventName, Cell>> = {
  accepted: ['same'],
  message: ['streaming', 'request'],
  room: ['same'],
  ended: ['waiting', 'cancel', 'wait'],
  unavailable: ['waiting', 'cancel', 'wait'],
  strange: ['waiting', 'cancel', 'wait'],
  limit: ['waiting', 'cancel', 'wait'],
  unauthorized: ['refreshing', 'cancel', 'refresh'],
  lost: ['failed', 'cancel', 'fail'],
  refused: ['failed', 'cancel', 'fail'],
  silent: ['waiting', 'cancel', 'wait'],
  due: ['same'],
  refreshed: ['same'],
  stop: ['stopped', 'cancel'],
};
const DEAF: Readonly<Record<EventName, Cell>> = {
  accepted: ['same'],
  message: ['same'],
  room: ['same'],
  ended: ['same'],
  unavailable: ['same'],
  strange: ['same'],
  limit: ['same'],
  unauthorized: ['same'],
  lost: ['same'],
  refused: ['same'],
  silent: ['same'],
  due: ['same'],
  refreshed: ['same'],
  stop: ['same'],
};

const TABLE: Readonly<Record<StateName, Readonly<Record<EventName, Cell>>>> = {
  opening: LIVE,
  streaming: LIVE,
  parked: { ...DEAF, room: ['opening', 'open'], stop: ['stopped', 'cancel'] },
  waiting: { ...DEAF, due: ['opening', 'open'], stop: ['stopped', 'cancel'] },
  refreshing: {
    ...DEAF,
    refreshed: ['opening', 'open'],
    unavailable: ['waiting', 'cancel', 'wait'],
    strange: ['waiting', 'cancel', 'wait'],
    limit: ['waiting', 'cancel', 'wait'],
    // The login itself was refused.
    unauthorized: ['failed', 'cancel', 'fail'],
    lost: ['failed', 'cancel', 'fail'],
    refused: ['failed', 'cancel', 'fail'],
    stop: ['stopped', 'cancel'],
  },
  failed: { ...DEAF, stop: ['stopped', 'cancel'] },
  stopped: DEAF,
};

function stateNamed(name: StateName): State {
  const credit = name === 'opening' || name === 'streaming' ? MAX_CREDIT : 0;
  return { ...begin(CAPACITY).state, name, credit };
}

const cells = Object.entries(TABLE).flatMap(([state, row]) =>
  Object.entries(row).map(([event, cell]) => ({
    state: state as StateName,
    event: event as EventName,
    cell,
  })),
);

test.each(cells)('$state, on $event: $cell', ({ state, event, cell }) => {
  const [expected, ...actions] = cell;
  const stepped = step(stateNamed(state), EVENTS[event]);
  expect(stepped.state.name).toBe(expected === 'same' ? state : expected);
  expect(stepped.actions.map((action) => action.type)).toEqual(actions);
});

describe('credit', () => {
  test('the window is filled at once, and again as soon as events arrive', () => {
    const opened = begin(CAPACITY);
    expect(opened.actions).toEqual([{ type: 'open', credit: MAX_CREDIT }]);
    const { actions } = step(opened.state, { type: 'message', events: 7 });
    expect(actions).toEqual([{ type: 'request', credit: 7 }]);
  });

  test('a full buffer asks for nothing; room given back in bits is asked for in one piece', () => {
    let { state } = begin(50);
    const full = step(state, { type: 'message', events: 50 });
    expect(full).toMatchObject({ state: { credit: 0, room: 0 }, actions: [] });
    ({ state } = step(full.state, { type: 'room', room: 5 }));
    expect(state.credit).toBe(5);
    expect(step(state, { type: 'room', room: 5 + MIN_TOP_UP - 1 }).actions).toEqual([]);
    expect(step(state, { type: 'room', room: 5 + MIN_TOP_UP }).actions).toEqual([
      { type: 'request', credit: MIN_TOP_UP },
    ]);
  });

  test('a close while back-pressure left no credit is a reopening, not an incident (Invariant 10)', () => {
    const full = step(begin(50).state, { type: 'message', events: 50 }).state;
    const parked = step(full, { type: 'ended' });
    expect(parked).toMatchObject({ state: { name: 'parked', reason: undefined }, actions: [] });
    const reopened = step(parked.state, { type: 'room', room: 50 });
    expect(reopened.actions).toEqual([{ type: 'open', credit: 50 }]);
    expect(reopened.state.attempts.retriable).toBe(0);
  });

  test('silence without credit is not the server’s fault', () => {
    const full = step(begin(50).state, { type: 'message', events: 50 }).state;
    expect(step(full, { type: 'silent' }).actions).toEqual([]);
  });
});

describe('trouble', () => {
  test('one refresh: refused again before any message, the login is the user’s to mend', () => {
    const expired: Event = { type: 'error', class: 'auth', reason: 'expired' };
    const refreshing = step(begin(CAPACITY).state, expired).state;
    const again = step(refreshing, { type: 'refreshed' }).state;
    expect(step(again, expired).actions.at(-1)).toMatchObject({ type: 'fail', class: 'auth' });
    const heard = step(again, { type: 'message', events: 0 }).state;
    expect(step(heard, expired).state.name).toBe('refreshing');
  });

  test.each(['retriable', 'unknown', 'slow-down'] as const)(
    'a stream that never comes back fails after its bound: %s (Invariant 8)',
    (errorClass) => {
      let { state } = begin(CAPACITY);
      let reopened = 0;
      while (state.name !== 'failed') {
        state = step(state, { type: 'error', class: errorClass, reason: 'away' }).state;
        state = step(state, { type: 'due' }).state;
        reopened += state.name === 'opening' ? 1 : 0;
      }
      expect(reopened).toBe(MAX_ATTEMPTS[errorClass]);
    },
  );

  test('why it is not streaming is told until it streams again', () => {
    const broken = step(begin(CAPACITY).state, {
      type: 'error',
      class: 'retriable',
      reason: 'away',
    });
    const opening = step(broken.state, { type: 'due' }).state;
    expect(opening.reason).toBe('away');
    expect(step(opening, { type: 'message', events: 0 }).state.reason).toBeUndefined();
  });
});

describe('any history', () => {
  const { message: _message, room: _room, stop: _stop, ...rest } = EVENTS;
  const others: readonly Event[] = Object.values(rest);
  const events = oneof(
    record({ type: constant('message' as const), share: integer({ min: 0, max: 100 }) }),
    record({ type: constant('taken' as const), share: integer({ min: 0, max: 100 }) }),
    constantFrom(...others),
  );

  test('never has more than 100 events on order nor orders more than the buffer holds (Invariant 8)', () => {
    const histories = property(
      integer({ min: 1, max: 900 }),
      array(events, { maxLength: 60 }),
      (capacity, history) => {
        let buffered = 0;
        let { state } = begin(capacity);
        for (const each of history) {
          let event: Event;
          if (!('share' in each)) event = each;
          else if (each.type === 'message') {
            // A server sends what it was asked for, and only on an open stream.
            const open = state.name === 'opening' || state.name === 'streaming';
            const sent = open ? Math.floor((state.credit * each.share) / 100) : 0;
            buffered += sent;
            event = { type: 'message', events: sent };
          } else {
            buffered -= Math.floor((buffered * each.share) / 100);
            event = { type: 'room', room: capacity - buffered };
          }
          ({ state } = step(state, event));
          expect(state.credit).toBeLessThanOrEqual(MAX_CREDIT);
          expect(buffered + state.credit).toBeLessThanOrEqual(capacity);
          if (state.name !== 'failed') expect(state.room).toBe(capacity - buffered);
        }
      },
    );
    check(histories, { numRuns: 500 });
  });
});
