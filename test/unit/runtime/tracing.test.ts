/** Goal: batches go on from what their records bring along, and a record keeps a trace of its own. */
import { expect, it } from 'vitest';
import type { SourceRecord } from '../../../src/data/record.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { tracedSource } from '../../../src/runtime/tracing/traced.ts';
import { contextsOf, type NewSpan, type Tracing } from '../../../src/runtime/tracing/tracing.ts';

const context = (n: number): string =>
  `00-${String(n).padStart(32, '0')}-${'1'.padStart(16, '0')}-01`;
const header = (value: string): { headers: { key: string; value: Uint8Array }[] } => ({
  headers: [{ key: 'traceparent', value: Buffer.from(value) }],
});

it('contexts are taken once each, quoted or not, at most 128, and none from what is no context', () => {
  const records = [
    header(context(1)),
    header(`"${context(1)}"`),
    header('rubbish'),
    { headers: [] },
  ];
  expect([...contextsOf(records)]).toEqual([context(1)]);
  const many = Array.from({ length: 500 }, (_, n) => header(context(n)));
  expect(contextsOf(many).size).toBe(128);
});

it('a poll without records is no span; records without a trace join their poll’s', async () => {
  const begun: NewSpan[] = [];
  const tracing: Tracing = {
    begin: (span) => {
      begun.push(span);
      return { traceparent: context(7), end: () => undefined };
    },
  };
  const record = (headers: SourceRecord['headers']): SourceRecord => ({
    topic: 't',
    key: null,
    value: 'v',
    headers,
  });
  const batches = [[], [record([]), record([{ key: 'traceparent', value: 'own' }])]];
  const task = tracedSource(
    {
      poll: () => Promise.resolve({ records: batches.shift() ?? [] }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    tracing,
    'c',
    systemClock,
  );
  const { signal } = new AbortController();
  expect((await task.poll(signal)).records).toEqual([]);
  expect(begun).toEqual([]);
  const { records } = await task.poll(signal);
  expect(records.map(({ headers }) => headers.map(({ value }) => value))).toEqual([
    [context(7)],
    ['own'],
  ]);
  expect(begun.map(({ name }) => name)).toEqual(['poll c']);
});
