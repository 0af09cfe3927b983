/** Goal: the live feed shows what happens, says what it leaves out, and never piles up behind a slow reader. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventFeed } from '../../../../sandbox/salesforce/control/event-feed.ts';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';

let org: SandboxOrg;
let events: EventBus;
let texts: string[];
/** What the reader answers: false when it has enough. */
let takesMore: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  org = createOrg({ seed: 1 });
  events = createEventBus({ org, selection: { has: () => true } });
  texts = [];
  takesMore = true;
});
afterEach(() => void vi.useRealTimers());

function feedFrom(after?: number): EventFeed {
  const write = (text: string): boolean => {
    texts.push(text);
    return takesMore;
  };
  return new EventFeed(events, { write }, after);
}

function insert(...names: readonly string[]): void {
  const actor = { userId: org.admin.id, origin: '' };
  const writes = names.map((Name) => ({
    op: 'insert' as const,
    entity: 'Account',
    values: { Name },
  }));
  org.write(actor, writes, true);
}

interface Told {
  readonly sequence: number;
  readonly replayId: string;
  readonly event: {
    readonly payload: {
      readonly Name?: string;
      readonly ChangeEventHeader: { readonly changeType: string; readonly commitNumber: string };
    };
  };
}

function told(): Told[] {
  return messages('data').map((data) => JSON.parse(data) as Told);
}

function skipped(): number[] {
  return messages('skipped').map((data) => (JSON.parse(data) as { count: number }).count);
}

function messages(kind: 'data' | 'skipped'): string[] {
  const all = texts.join('').split('\n\n');
  return all
    .filter((text) => text.startsWith('event: skipped') === (kind === 'skipped') && text !== '')
    .map((text) => /^data: (.*)$/m.exec(text)?.[1] ?? '');
}

test('a change is told decoded, its 64-bit commit number as text', () => {
  using cleanup = new DisposableStack();
  cleanup.adopt(feedFrom(), (feed) => feed.close());
  insert('Wheelworks');
  vi.advanceTimersByTime(250);
  const [event] = told();
  expect(event?.event.payload.Name).toBe('Wheelworks');
  expect(event?.event.payload.ChangeEventHeader.changeType).toBe('CREATE');
  expect(event?.event.payload.ChangeEventHeader.commitNumber).toMatch(/^\d+$/);
  expect(Buffer.from(event?.replayId ?? '', 'base64')).toHaveLength(10);
});

test('a reader that comes back gets what it missed, once', () => {
  const first = feedFrom();
  insert('one', 'two');
  vi.advanceTimersByTime(250);
  first.close();
  const seen = told().at(0)?.sequence;
  insert('three');
  texts = [];
  using cleanup = new DisposableStack();
  cleanup.adopt(feedFrom(seen), (feed) => feed.close());
  vi.advanceTimersByTime(250);
  expect(told().map(({ event }) => event.payload.Name)).toEqual(['two', 'three']);
});

test('more than one can read is left out and counted', () => {
  using cleanup = new DisposableStack();
  cleanup.adopt(feedFrom(), (feed) => feed.close());
  insert(...Array.from({ length: 130 }, (_, i) => `Account ${i}`));
  vi.advanceTimersByTime(250);
  expect(told()).toHaveLength(40);
  expect(skipped()).toEqual([90]);
});

test('a slow reader is sent nothing until it goes on, then what is newest', () => {
  takesMore = false;
  using cleanup = new DisposableStack();
  const feed = cleanup.adopt(feedFrom(), (each) => each.close());
  insert('one');
  vi.advanceTimersByTime(250);
  insert('two');
  vi.advanceTimersByTime(10_000);
  expect(told()).toHaveLength(1);
  takesMore = true;
  feed.goOn();
  vi.advanceTimersByTime(250);
  expect(told().map(({ event }) => event.payload.Name)).toEqual(['one', 'two']);
});

test('a closed feed tells nothing more', () => {
  feedFrom().close();
  insert('one');
  vi.advanceTimersByTime(1_000);
  expect(texts).toEqual([]);
});
