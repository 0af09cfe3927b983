import { expect, test } from 'vitest';
import { keyText, letterOf, matches } from '../../../../src/cli/dlq/letters.ts';

const header = (key: string, value: string): { key: string; value: Uint8Array } => ({
  key,
  value: Buffer.from(value),
});

function letter(headers: Readonly<Record<string, string>>): ReturnType<typeof letterOf> {
  return letterOf({
    topic: 'dead',
    partition: 0,
    offset: 3n,
    timestamp: 5_000,
    key: Buffer.from('a'),
    value: null,
    headers: Object.entries(headers).map(([key, value]) => header(key, value)),
  });
}

test("a JVM worker's letter has the exception's class for its code", () => {
  const found = letter({
    '__connect.errors.topic': 'orders',
    '__connect.errors.partition': '2',
    '__connect.errors.offset': '9007199254740993',
    '__connect.errors.stage': 'VALUE_CONVERTER',
    '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
  });
  expect(found).toMatchObject({
    failed: { topic: 'orders', partition: 2, offset: 9_007_199_254_740_993n },
    stage: 'VALUE_CONVERTER',
    code: 'org.apache.kafka.connect.errors.DataException',
  });
});

test.each([
  [{}, true],
  [{ connector: 'copy' }, true],
  [{ connector: 'other' }, false],
  [{ stage: 'TASK_PUT', code: 'broken' }, true],
  [{ stage: 'TASK_PUT', code: 'else' }, false],
  [{ key: 'a' }, true],
  [{ key: 'b' }, false],
  [{ since: 5_000, until: 5_000 }, true],
  [{ since: 5_001 }, false],
  [{ until: 4_999 }, false],
])('%j lets the letter through: %s', (filter, expected) => {
  const found = letter({
    '__connect.errors.connector.name': 'copy',
    '__connect.errors.stage': 'TASK_PUT',
    'headwater.error.code': 'broken',
  });
  expect(matches(found, filter)).toBe(expected);
});

test('a key that is no text is shown in base64', () => {
  expect(keyText(Buffer.from('é-1'))).toBe('é-1');
  expect(keyText(Buffer.from([0, 0, 0, 0, 7]))).toBe('base64:AAAAAAc=');
});
