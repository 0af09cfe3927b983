/** Goal: a bad record is kept with its cause, skipped, or fails the task; never lost (Invariant 1). */
import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { AppError } from '../../../src/foundation/errors.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { errors, reporter, text } from './harness.ts';

const original: RawRecord = {
  topic: 'crm.Account',
  partition: 2,
  offset: 41n,
  timestamp: 1_700_000_000_000,
  key: Buffer.from('001'),
  value: Buffer.from([0, 1, 255]),
  headers: [{ key: 'traceparent', value: Buffer.from('00-ab') }],
};
const error = new AppError('data', 'duckdb.value', 'It is not a number.', {
  path: 'record.AnnualRevenue',
});
const bad = { stage: 'put', error, original } as const;
const kept = { tolerate: true, deadLetterTopic: 'dead' };

describe('the error reporter', () => {
  it("writes the bytes as they came, under Connect's headers and ours", async () => {
    const kafka = new MemoryKafka();
    await using sut = reporter(kafka, errors(kept));
    await sut.report(bad);
    const [letter] = kafka.records('dead');
    expect([letter?.key, letter?.value, letter?.timestamp]).toEqual([
      original.key,
      original.value,
      original.timestamp,
    ]);
    const headers = Object.fromEntries(
      (letter?.headers ?? []).map(({ key, value }) => [key, text(value)]),
    );
    expect(headers).toMatchObject({
      traceparent: '00-ab',
      '__connect.errors.topic': 'crm.Account',
      '__connect.errors.partition': '2',
      '__connect.errors.offset': '41',
      '__connect.errors.connector.name': 'orders',
      '__connect.errors.task.id': '0',
      '__connect.errors.stage': 'TASK_PUT',
      '__connect.errors.class.name': 'DuckDbSink',
      '__connect.errors.exception.class.name': 'AppError',
      '__connect.errors.exception.message': 'It is not a number.',
      'headwater.error.code': 'duckdb.value',
      'headwater.error.kind': 'data',
      'headwater.error.path': 'record.AnnualRevenue',
      'headwater.connector.version': '1.2.3',
    });
    expect(headers['__connect.errors.exception.stacktrace']).toContain('AppError');
  });

  it('keeps the headers as they were where the context is not asked for', async () => {
    const kafka = new MemoryKafka();
    await using sut = reporter(kafka, errors({ ...kept, deadLetterHeaders: false }));
    await sut.report(bad);
    expect(kafka.records('dead')[0]?.headers).toEqual(original.headers);
  });

  it('fails by default, naming the record, the cause and the way out', async () => {
    await using sut = reporter(new MemoryKafka(), errors());
    await expect(sut.report(bad)).rejects.toMatchObject({
      kind: 'fatal',
      code: 'duckdb.value',
      path: 'record.AnnualRevenue',
      message: 'crm.Account-2 at 41: It is not a number.',
      suggestion: expect.stringContaining('errors.tolerance=all') as string,
    });
  });

  it('skips where errors are tolerated and no queue is named', async () => {
    const kafka = new MemoryKafka();
    await using sut = reporter(kafka, errors({ tolerate: true }));
    await sut.report(bad);
    expect(await kafka.admin.listTopics()).toEqual([]);
  });

  it("throws when the dead letter can't be written, and can write the next", async () => {
    const kafka = new MemoryKafka();
    kafka.beforeSend = () => {
      throw new AppError('config', 'kafka.authorization', 'Not allowed.');
    };
    await using sut = reporter(kafka, errors(kept));
    await expect(sut.report(bad)).rejects.toMatchObject({
      kind: 'fatal',
      code: 'runtime.dead_letter',
      message: "A dead letter can't be written to dead: Not allowed.",
    });
    expect(kafka.openProducers).toBe(0);
    kafka.beforeSend = () => undefined;
    await sut.report(bad);
    expect(kafka.records('dead')).toHaveLength(1);
  });
});
