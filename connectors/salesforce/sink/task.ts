import {
  AppError,
  explain,
  type Config,
  type Rejection,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
} from '../../../src/sdk/index.ts';
import { openSession } from '../auth/session.ts';
import type { PubSubClient } from '../pubsub/client.ts';
import { sessionClient } from '../pubsub/session-client.ts';
import { testCollections } from './canary.ts';
import { changeOf, type ChangeOptions, type Operation, type TargetChange } from './change.ts';
import { COLLECTIONS, FIELDS, ID_FIELD, OBJECT, OPERATION, PUBSUB_ENDPOINT } from './config.ts';
import { foldChanges } from './fold.ts';
import { Mapping, parseRules } from './mapping.ts';
import { sinkCounters } from './metrics.ts';
import { clientToken, testTokenOf } from './origin.ts';
import { describeTarget } from './target.ts';
import { MAX_COLLECTION, Writer, type RowResult } from './writer.ts';

/** Tries of a record that Salesforce can't write at the moment (a lock), before the runtime's own. */
const TRIES = 4;
const FIRST_DELAY_MS = 250;

export async function openSalesforceSinkTask(
  config: Config,
  context: SinkTaskContext,
  signal: AbortSignal,
): Promise<SalesforceSinkTask> {
  await using cleanup = new AsyncDisposableStack();
  const session = cleanup.use(await openSession(config, context));
  const client = clientToken(context.connector);
  const connection = session.connection({ callOptions: { client } });
  const object = config.string(OBJECT);
  const target = await describeTarget(connection, object);
  const operation = config.string(OPERATION) as Operation;
  const idField = config.string(ID_FIELD);
  const writer = new Writer(connection, target, idField, operation);
  const pubsub = cleanup.use(sessionClient(session, config.string(PUBSUB_ENDPOINT), context.clock));
  const writeable = [...target.fields.values()].filter((field) => field.writeable);
  const mapping = new Mapping(
    parseRules(config.list(FIELDS)),
    writeable.map((field) => field.name),
  );
  const testing = session.connection({ callOptions: { client: testTokenOf(client) } });
  const resources = new AsyncDisposableStack();
  const task = new SalesforceSinkTask({
    resources,
    writer,
    tester: new Writer(testing, target, idField, operation),
    pubsub,
    object,
    context,
    changes: { mapping, operation, idField, client },
    collections: config.string(COLLECTIONS),
  });
  await task.verify(signal);
  resources.use(cleanup.move());
  return task;
}

interface TaskParts {
  /** Its login and connections. */
  readonly resources: AsyncDisposable;
  readonly writer: Writer;
  /** Makes the collections test write, under its own client name. */
  readonly tester: Writer;
  readonly pubsub: PubSubClient;
  readonly object: string;
  readonly context: SinkTaskContext;
  readonly changes: ChangeOptions;
  readonly collections: string;
}

/** Idempotent by the id field: a crash between write and commit repeats the same writes, harmlessly. */
export class SalesforceSinkTask implements SinkTask {
  readonly batching = { maxRecords: MAX_COLLECTION * 5, maxWaitMs: 50 };
  readonly #parts: TaskParts;
  readonly #echoes;
  readonly #written;
  /** Whether several rows go in one call; undefined = not found out yet, so they don't. */
  #collections: boolean | undefined;

  constructor(parts: TaskParts) {
    this.#parts = parts;
    if (parts.collections !== 'auto') this.#collections = parts.collections === 'always';
    const { echoes, written } = sinkCounters(parts.context.metrics);
    this.#echoes = echoes;
    this.#written = written;
  }

  async put(batch: readonly SinkRecord[], signal: AbortSignal): Promise<readonly Rejection[]> {
    const rejections: Rejection[] = [];
    const changes: TargetChange[] = [];
    for (const record of batch) {
      try {
        const change = changeOf(record, this.#parts.changes);
        if (change === 'echo') this.#echoes.add();
        else if (change !== 'unmapped') changes.push(change);
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'data') throw error;
        rejections.push({ record, error });
      }
    }
    // Before the writes: should it fail, the batch can be put again without a record inserted twice.
    if (this.#collections === undefined && changes.length > 0) await this.verify(signal);
    for (const phase of foldChanges(changes)) {
      rejections.push(...(await this.#apply(phase, signal)));
    }
    return rejections;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.resources[Symbol.asyncDispose]();
  }

  /**
   * Salesforce doesn't document that collections carry the client name, by which this sink knows its own
   * echoes. It is tried on a record of the object, as soon as there is one; until then, and when it isn't
   * carried, rows are written one by one, which are documented to.
   */
  async verify(signal: AbortSignal): Promise<void> {
    if (this.#collections !== undefined) return;
    const { writer, tester, pubsub, object, context, changes } = this.#parts;
    const id = await writer.anyId();
    if (id === undefined) return;
    const { client } = changes;
    const { clock } = context;
    const test = { pubsub, writer: tester, object, client, id, clock, signal };
    const verdict = await testCollections(test);
    this.#collections = verdict === 'carried' || verdict === 'silent';
    if (this.#collections) return;
    const why =
      verdict === 'dropped'
        ? "its collections don't carry the client name"
        : "it couldn't be found out whether collections carry the client name";
    context.log.warn(`${object} is written row by row, one call each: in this org ${why}.`);
  }

  /** Writes first, then deletes: a phase has each target once. */
  async #apply(phase: readonly TargetChange[], signal: AbortSignal): Promise<readonly Rejection[]> {
    const writes = phase.filter((change) => change.kind === 'write');
    const deletes = phase.filter((change) => change.kind === 'delete');
    const { writer } = this.#parts;
    return [
      ...(await this.#send(writes, signal, (rows) =>
        writer.write(rows, this.#collections === true),
      )),
      ...(await this.#send(deletes, signal, (rows) =>
        writer.remove(rows.map((row) => row.key ?? '')),
      )),
    ];
  }

  async #send(
    changes: readonly TargetChange[],
    signal: AbortSignal,
    call: (rows: readonly TargetChange[]) => Promise<readonly RowResult[]>,
  ): Promise<readonly Rejection[]> {
    const rejections: Rejection[] = [];
    let left = changes;
    for (let attempt = 1; left.length > 0; attempt++) {
      const results = await call(left);
      const again: TargetChange[] = [];
      let trouble: AppError | undefined;
      for (const [i, change] of left.entries()) {
        const error = results[i];
        if (error === undefined) this.#written.add();
        else if (error.kind === 'retriable') {
          again.push(change);
          trouble = error;
        } else rejections.push(...(await this.#attribute(change, error, signal)));
      }
      if (trouble !== undefined && attempt >= TRIES) throw trouble;
      left = again;
      if (left.length > 0) {
        await this.#parts.context.clock.sleep(FIRST_DELAY_MS * 2 ** (attempt - 1), signal);
      }
    }
    return rejections;
  }

  /** Of several records folded into one call, finds the one that is refused: each is sent by itself. */
  async #attribute(
    change: TargetChange,
    error: AppError,
    signal: AbortSignal,
  ): Promise<readonly Rejection[]> {
    const [only, ...others] = change.records;
    if (only === undefined) throw error;
    if (others.length === 0) return [{ record: only, error: named(error, only) }];
    const rejections: Rejection[] = [];
    for (const record of change.records) {
      const single = changeOf(record, this.#parts.changes);
      if (typeof single !== 'string') rejections.push(...(await this.#apply([single], signal)));
    }
    return rejections;
  }
}

function named(error: AppError, record: SinkRecord): AppError {
  const where = `${record.topic}-${record.kafkaPartition} at ${record.kafkaOffset}`;
  return new AppError('data', error.code, `Salesforce refused ${where}: ${explain(error)}`, {
    cause: error,
    path: error.path,
  });
}
