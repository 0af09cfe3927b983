import { loadPropertiesFile } from '../../config/files.ts';
import { createConfigProviders } from '../../config/providers.ts';
import { resolveReferences } from '../../config/references.ts';
import { systemClock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { silentLog } from '../../foundation/log.ts';
import { openKafka } from '../../kafka/clients.ts';
import type { GroupKafka } from '../../kafka/port.ts';

export interface KafkaOptions {
  /** A worker's file: its brokers, its TLS, its login. */
  readonly worker?: string;
  readonly bootstrapServer?: string;
}

/** Kafka as the options name it; nothing connects before it is used. */
export async function connectKafka({ worker, bootstrapServer }: KafkaOptions): Promise<GroupKafka> {
  if (worker === undefined && bootstrapServer === undefined) {
    throw new AppError('config', 'cli.kafka', 'Say where Kafka is.', {
      path: '--worker',
      suggestion: "--worker FILE takes a worker's file, --bootstrap-server its address alone.",
    });
  }
  const written = worker === undefined ? {} : await loadPropertiesFile(worker);
  const properties = {
    ...(await resolveReferences(written, createConfigProviders(written))),
    ...(bootstrapServer === undefined ? {} : { 'bootstrap.servers': bootstrapServer }),
  };
  return await openKafka(properties, silentLog, systemClock);
}
