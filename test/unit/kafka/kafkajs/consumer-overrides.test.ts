import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/foundation/clock.ts';
import { silentLog } from '../../../../src/foundation/log.ts';
import { kafkaJs } from '../../../../src/kafka/kafkajs/index.ts';

test.each([
  ['session.timeout.ms', '6s'],
  ['session.timeout.ms', '0'],
  ['heartbeat.interval.ms', ''],
])('a consumer refuses %s=%j and names the property', async (name, value) => {
  const kafka = kafkaJs({ 'bootstrap.servers': '127.0.0.1:1' }, silentLog, systemClock);
  const open = async (): Promise<unknown> =>
    await kafka.consumer({
      groupId: 'g',
      clientId: 'c',
      topics: ['t'],
      autoOffsetReset: 'earliest',
      onAssigned: () => Promise.resolve([]),
      onRevoked: () => Promise.resolve(),
      overrides: { [name]: value },
    });
  await expect(open()).rejects.toMatchObject({
    kind: 'config',
    path: `consumer.override.${name}`,
  });
});
