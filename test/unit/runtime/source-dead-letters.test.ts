/**
 * Goal: a source's record that no transform or converter takes, or Kafka refuses, is kept with its cause before its position
 * is committed (Invariant 1).
 * Method: the real loop over a source of three events, the second of which is bad.
 */
import { expect, it } from 'vitest';
import type { SourceRecord } from '../../../src/data/record.ts';
import { AppError } from '../../../src/foundation/errors.ts';
import { failedSource } from '../../../src/runtime/failed-record.ts';
import { ManualClock, untilTurns } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { pipeline, text } from './harness.ts';
import {
  event,
  position,
  scripted,
  sourceTask,
  TestOffsets,
  TOPIC,
  type SourceSetup,
} from './source-harness.ts';

const kept = { tolerate: true, deadLetterTopic: 'dead' };
const picky = pipeline({
  apply: (record) => {
    if (record.key !== '2') return record;
    throw new AppError('data', 'transform.value', 'No 2.', { path: 'record.Name' });
  },
});

function setup(rest: Partial<SourceSetup>): SourceSetup & { offsets: TestOffsets } {
  const batches = [1, 2, 3].map((n) => ({ records: event(n) }));
  return {
    clock: new ManualClock(),
    kafka: new MemoryKafka(),
    offsets: new TestOffsets(),
    errors: kept,
    poll: scripted(batches),
    ...rest,
  };
}

it('keeps the record as the connector gave it, where it was to go, and where the source read it', async () => {
  const sut = setup({ transform: picky });
  const task = sourceTask(sut);
  task.start();
  await untilTurns(() => sut.kafka.records(TOPIC).length === 2);
  const [letter, ...others] = sut.kafka.records('dead');
  expect(others).toEqual([]);
  expect([text(letter?.key), text(letter?.value)]).toEqual(['2', '2.0']);
  const headers = Object.fromEntries(
    (letter?.headers ?? []).map(({ key, value }) => [key, text(value)]),
  );
  expect(Object.keys(headers)).toEqual([
    '__connect.errors.topic',
    '__connect.errors.connector.name',
    '__connect.errors.task.id',
    '__connect.errors.stage',
    '__connect.errors.class.name',
    '__connect.errors.exception.class.name',
    '__connect.errors.exception.message',
    '__connect.errors.exception.stacktrace',
    'headwater.error.code',
    'headwater.error.kind',
    'headwater.error.path',
    'headwater.connector.version',
    'headwater.source.partition',
    'headwater.source.offset',
  ]);
  expect(headers).toMatchObject({
    '__connect.errors.topic': TOPIC,
    '__connect.errors.stage': 'TRANSFORMATION',
    '__connect.errors.exception.message': 'No 2.',
    'headwater.error.code': 'transform.value',
    'headwater.error.path': 'record.Name',
    'headwater.source.partition': JSON.stringify(position(2).partition),
    'headwater.source.offset': JSON.stringify(position(2).offset),
  });
  await sut.clock.advance(1_000);
  expect(sut.offsets.n).toBe(3);
  await task.stop();
});

it("doesn't commit past a record whose dead letter can't be written (Invariant 1)", async () => {
  const sut = setup({ transform: picky });
  sut.kafka.beforeSend = (records) => {
    if (records.some(({ topic }) => topic === 'dead')) {
      throw new AppError('config', 'kafka.authorization', 'Not allowed.');
    }
  };
  const task = sourceTask(sut);
  task.start();
  await untilTurns(() => task.state.phase === 'FAILED');
  expect(task.state.trace).toMatch(/^A dead letter can't be written to dead: Not allowed\./);
  expect(sut.offsets.n).toBe(1);
});

it('keeps what Kafka refuses as the bytes that it refused', async () => {
  const sut = setup({});
  sut.kafka.beforeSend = (records) => {
    if (records.some(({ topic, key }) => topic === TOPIC && text(key) === '2')) {
      throw new AppError('data', 'kafka.invalid_record', 'Refused.');
    }
  };
  const task = sourceTask(sut);
  task.start();
  await untilTurns(() => sut.kafka.records(TOPIC).length === 2);
  expect(sut.kafka.records('dead').map(({ value }) => text(value))).toEqual(['2.0']);
  await task.stop();
});

it('writes what is neither text nor bytes as JSON, whole numbers exactly, whatever its schema says', () => {
  const record: SourceRecord = {
    topic: 't',
    key: { Id: 9_007_199_254_740_993n },
    valueSchema: { type: 'int32', optional: false },
    value: { not: 'a number' },
    headers: [{ key: 'h', value: 7 }],
  };
  const { key, value, headers } = failedSource(record);
  expect([text(key), text(value)]).toEqual(['{"Id":9007199254740993}', '{"not":"a number"}']);
  expect(headers.map((header) => text(header.value))).toEqual(['7']);
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  expect(text(failedSource({ ...record, value: circular }).value)).toBe(
    '(not to be written as JSON)',
  );
});
