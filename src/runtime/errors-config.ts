import type { Properties } from '../config/definition.ts';

/** Connect's `errors.*` of one connector, and the worker's bound on outages. */
export interface ErrorsConfig {
  readonly tolerate: boolean;
  /** How long a call may be tried again, ms; Infinity = for ever. */
  readonly retryTimeoutMs: number;
  readonly retryDelayMaxMs: number;
  readonly log: boolean;
  readonly logMessages: boolean;
  readonly deadLetterTopic: string | undefined;
  readonly deadLetterReplication: number;
  readonly deadLetterHeaders: boolean;
}

const DEFAULT_OUTAGE_MS = 900_000;
const DEFAULT_RETRY_DELAY_MAX_MS = 60_000;
const DEFAULT_REPLICATION = 3;

export function errorsConfig(connector: Properties, worker: Properties): ErrorsConfig {
  const number = (value: string | undefined, otherwise: number): number =>
    value === undefined || value.trim() === '' ? otherwise : Number(value);
  const timeout = (value: number): number => (value < 0 ? Infinity : value);
  const is = (name: string): boolean => connector[name]?.trim().toLowerCase() === 'true';
  const topic = connector['errors.deadletterqueue.topic.name']?.trim() ?? '';
  return {
    tolerate: connector['errors.tolerance']?.trim() === 'all',
    retryTimeoutMs: Math.max(
      timeout(number(worker['task.outage.timeout.ms'], DEFAULT_OUTAGE_MS)),
      timeout(number(connector['errors.retry.timeout'], 0)),
    ),
    retryDelayMaxMs: number(connector['errors.retry.delay.max.ms'], DEFAULT_RETRY_DELAY_MAX_MS),
    log: is('errors.log.enable'),
    logMessages: is('errors.log.include.messages'),
    deadLetterTopic: topic === '' ? undefined : topic,
    deadLetterReplication: number(
      connector['errors.deadletterqueue.topic.replication.factor'],
      DEFAULT_REPLICATION,
    ),
    deadLetterHeaders: is('errors.deadletterqueue.context.headers.enable'),
  };
}
