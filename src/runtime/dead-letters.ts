import { stringifyJson } from '../data/exact-json.ts';
import type { RawHeader } from '../data/record.ts';
import { AppError, explain, stackOf } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { Kafka, KafkaProducer } from '../kafka/port.ts';
import { CONNECT_STAGE, type Stage } from './error-policy.ts';
import type { FailedRecord } from './failed-record.ts';
import type { ErrorsConfig } from './errors-config.ts';
import type { TaskMetrics } from './task-metrics.ts';

export interface ReporterOptions {
  readonly connector: string;
  readonly connectorClass: string;
  /** Of the converter or transform that failed; undefined: it was the connector. */
  readonly classOf?: ((stage: Stage, error: AppError) => string | undefined) | undefined;
  readonly connectorVersion: string;
  readonly task: number;
  readonly errors: ErrorsConfig;
  readonly kafka: Kafka;
  readonly log: Log;
  readonly metrics: TaskMetrics;
  readonly now: () => number;
  /** Takes secrets out of texts that leave the worker. */
  readonly redact?: ((text: string) => string) | undefined;
}

export interface BadRecord {
  readonly stage: Stage;
  readonly error: AppError;
  readonly original: FailedRecord;
  /** For people, where there is no offset: which record it is. */
  readonly name?: string | undefined;
}

/**
 * What happens to a record that can't be processed: dead-lettered, skipped, or the task fails. Returns
 * only when the record is dealt with durably; a dead letter that can't be written throws, and the offset
 * doesn't pass it (Invariant 1).
 */
export class ErrorReporter implements AsyncDisposable {
  readonly #options: ReporterOptions;
  #producer: Promise<KafkaProducer> | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  async report(bad: BadRecord): Promise<void> {
    const { errors, log, metrics } = this.#options;
    metrics.recordErrors.add();
    metrics.lastError.set(this.#options.now());
    if (!errors.tolerate) {
      metrics.recordFailures.add();
      throw failure(bad);
    }
    if (errors.log) {
      metrics.errorsLogged.add();
      log.error(`A record was not processed: ${explain(bad.error)}`, this.#logFields(bad));
    }
    const { original } = bad;
    if (errors.deadLetterTopic === undefined) {
      metrics.recordsSkipped.add();
      return;
    }
    const written = this.#queue.then(() => this.#write(original, bad));
    this.#queue = written.catch(() => undefined);
    await written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    await this.#close();
  }

  async #close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    this.#producer = undefined;
    await producer?.[Symbol.asyncDispose]();
  }

  async #write(original: FailedRecord, bad: BadRecord): Promise<void> {
    const { errors, metrics } = this.#options;
    const topic = errors.deadLetterTopic ?? '';
    try {
      this.#producer ??= this.#open(topic);
      const producer = await this.#producer;
      metrics.deadLetters.add();
      await producer.send([
        {
          topic,
          key: original.key,
          value: original.value,
          timestamp: original.timestamp,
          headers: errors.deadLetterHeaders
            ? [...original.headers, ...this.#context(original, bad)]
            : original.headers,
        },
      ]);
      metrics.deadLettered(bad.stage, bad.error.code);
    } catch (cause) {
      metrics.deadLetterFailures.add();
      await this.#close().catch(() => undefined);
      const isAway = cause instanceof AppError && cause.kind === 'retriable';
      throw new AppError(
        isAway ? 'retriable' : 'fatal',
        'runtime.dead_letter',
        `A dead letter can't be written to ${topic}: ${explain(cause)}`,
        { cause, suggestion: 'Mend the topic and restart the task; nothing was skipped.' },
      );
    }
  }

  async #open(topic: string): Promise<KafkaProducer> {
    const { kafka, errors, connector } = this.#options;
    await kafka.admin.createTopic({
      topic,
      partitions: 1,
      replicationFactor: errors.deadLetterReplication,
      config: {},
    });
    return await kafka.producer({ clientId: `connector-dlq-producer-${connector}` });
  }

  /** Connect's headers, then ours. */
  #context(original: FailedRecord, { stage, error }: BadRecord): readonly RawHeader[] {
    const { connector, connectorClass, connectorVersion, task, classOf } = this.#options;
    const { redact = (text: string) => text } = this.#options;
    const { partition, offset, position } = original;
    const fields: readonly (readonly [string, string])[] = [
      ['__connect.errors.topic', original.topic],
      ...(partition === undefined
        ? []
        : [['__connect.errors.partition', String(partition)] as const]),
      ...(offset === undefined ? [] : [['__connect.errors.offset', String(offset)] as const]),
      ['__connect.errors.connector.name', connector],
      ['__connect.errors.task.id', String(task)],
      ['__connect.errors.stage', CONNECT_STAGE[stage]],
      ['__connect.errors.class.name', classOf?.(stage, error) ?? connectorClass],
      ['__connect.errors.exception.class.name', error.name],
      ['__connect.errors.exception.message', redact(explain(error))],
      ['__connect.errors.exception.stacktrace', redact(stackOf(error))],
      ['headwater.error.code', error.code],
      ['headwater.error.kind', error.kind],
      ['headwater.error.path', error.path ?? ''],
      ['headwater.connector.version', connectorVersion],
      ...(position === undefined
        ? []
        : [
            ['headwater.source.partition', stringifyJson(position.partition)] as const,
            ['headwater.source.offset', stringifyJson(position.offset)] as const,
          ]),
    ];
    return fields.map(([key, value]) => ({ key, value: Buffer.from(value) }));
  }

  #logFields({ stage, error, original, name }: BadRecord): Record<string, unknown> {
    const { errors, connector, task } = this.#options;
    return {
      connector,
      task,
      stage: CONNECT_STAGE[stage],
      code: error.code,
      ...(errors.logMessages
        ? {
            record: name,
            topic: original.topic,
            partition: original.partition,
            offset: original.offset?.toString(),
          }
        : {}),
    };
  }
}

function failure({ error, original, name }: BadRecord): AppError {
  const where =
    original.offset === undefined
      ? name
      : `${original.topic}-${original.partition} at ${original.offset}`;
  return new AppError('fatal', error.code, `${where ?? 'A record'}: ${error.message}`, {
    cause: error,
    path: error.path,
    suggestion:
      error.suggestion ??
      'errors.tolerance=all skips such records; errors.deadletterqueue.topic.name keeps them.',
  });
}
