import { describe, expect, test } from 'vitest';
import { consumerSettings } from '../../../src/kafka/consumer-settings.ts';

describe("a consumer's settings", () => {
  test("are the JVM clients' properties", () => {
    const given = consumerSettings({
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': ' 500 ',
      'fetch.max.wait.ms': '20',
      'fetch.min.bytes': '1000',
      'fetch.max.bytes': '2000',
      'max.partition.fetch.bytes': '3000',
      'isolation.level': 'read_uncommitted',
    });
    expect(given).toEqual({
      sessionTimeoutMs: 6_000,
      heartbeatMs: 500,
      maxWaitMs: 20,
      minBytes: 1_000,
      maxBytes: 2_000,
      maxBytesPerPartition: 3_000,
      readUncommitted: true,
    });
  });

  test('leave out what was rolled back unless told otherwise', () => {
    expect(consumerSettings().readUncommitted).toBe(false);
  });

  test.each([
    ['session.timeout.ms', 'soon'],
    ['fetch.max.bytes', '0'],
    ['isolation.level', 'serializable'],
  ])('refuse %s=%s by its name', (name, value) => {
    expect(() => consumerSettings({ [name]: value })).toThrow(name);
  });
});
