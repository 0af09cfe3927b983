import { KAFKA_CLIENTS } from '../config/worker.ts';
import type { Clock } from '../foundation/clock.ts';
import { AppError } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { ClientProperties } from './connection.ts';
import type { GroupKafka } from './port.ts';

/** The port on the client that `kafka.client` names; only that one is loaded. Nothing connects before it is used. */
export async function openKafka(
  properties: ClientProperties,
  log: Log,
  clock: Clock,
): Promise<GroupKafka> {
  const name = properties['kafka.client'] ?? KAFKA_CLIENTS[0];
  switch (KAFKA_CLIENTS.find((client) => client === name)) {
    case 'kafkajs':
      return (await import('./kafkajs/index.ts')).kafkaJs(properties, log, clock);
    case 'platformatic':
      return (await import('./platformatic/index.ts')).platformaticKafka(properties, clock);
    case undefined:
      throw new AppError('config', 'kafka.client', `There is no Kafka client ${name}.`, {
        path: 'kafka.client',
        suggestion: `Use ${KAFKA_CLIENTS.join(' or ')}.`,
      });
  }
}
