/** Goal: every kind of error at every stage has one decided answer, and the dangerous ones are right. */
import { describe, expect, it } from 'vitest';
import { CONNECT_STAGE, ERROR_POLICY, type Stage } from '../../../src/runtime/error-policy.ts';

const STAGES = Object.keys(ERROR_POLICY) as Stage[];
const ONE_RECORD: readonly Stage[] = [
  'transform',
  'convert-key',
  'convert-value',
  'convert-header',
  'produce',
];

describe('the error policy', () => {
  it('tolerates only data errors, and only where they concern one record', () => {
    const tolerated = STAGES.flatMap((stage) =>
      Object.entries(ERROR_POLICY[stage])
        .filter(([, decision]) => decision === 'tolerate')
        .map(([kind]) => `${stage} ${kind}`),
    );
    expect(tolerated).toEqual(ONE_RECORD.map((stage) => `${stage} data`));
  });

  it.each(['auth', 'config', 'conflict', 'missing', 'fatal'] as const)(
    'fails the task on a %s error wherever it happens: waiting would not mend it',
    (kind) => {
      expect(STAGES.map((stage) => ERROR_POLICY[stage][kind])).toEqual(STAGES.map(() => 'fail'));
    },
  );

  it('retries a retriable error at every stage', () => {
    for (const stage of STAGES) expect(ERROR_POLICY[stage].retriable).toBe('retry');
  });

  it('reopens a task only from its own two calls', () => {
    const reopening = STAGES.filter((stage) => ERROR_POLICY[stage].reconnect === 'reopen');
    expect(reopening).toEqual(['poll', 'put']);
  });

  it("names each stage as Connect's dead letters do", () => {
    expect([...new Set(Object.values(CONNECT_STAGE))]).toEqual([
      'TASK_POLL',
      'TRANSFORMATION',
      'KEY_CONVERTER',
      'VALUE_CONVERTER',
      'HEADER_CONVERTER',
      'KAFKA_PRODUCE',
      'KAFKA_CONSUME',
      'TASK_PUT',
    ]);
  });
});
