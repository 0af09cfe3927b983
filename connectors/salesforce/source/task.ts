/** The task: several channels' streams in one poll loop. */
import {
  AppError,
  backoffMs,
  messageOf,
  toAppError,
  type Config,
  type Position,
  type SourceBatch,
  type SourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from '../../../src/sdk/index.ts';
import { Rest } from '../api/rest.ts';
import { openSession, type Session } from '../auth/session.ts';
import type { PubSubClient } from '../pubsub/client.ts';
import { PubSubError } from '../pubsub/errors.ts';
import type { Bounded } from '../pubsub/machine.ts';
import { SchemaCache } from '../pubsub/schema-cache.ts';
import { sessionClient } from '../pubsub/session-client.ts';
import { Subscription } from '../pubsub/subscription.ts';
import { ChangeFormat } from './change-format.ts';
import { ChannelStream } from './channel-stream.ts';
import { parseChannel } from './channels.ts';
import { compactionFindings } from './compaction.ts';
import { sourceOptions, TOPIC_PREFIX, type SourceOptions } from './config.ts';
import type { Format } from './format.ts';
import { observe } from './metrics.ts';
import { partitionOf } from './positions.ts';
import { RawFormat } from './raw-format.ts';
import { planStart } from './start.ts';
import { Topics } from './topics.ts';

/** Events held per channel: a full buffer asks Salesforce for no more (Invariant 8). */
const BUFFER_EVENTS = 1_000;
/** Most events of one channel in a batch: keeps a poll's synchronous work within some 20 ms. */
const BATCH_EVENTS = 500;
/** No poll waits longer without anything to say. */
const POLL_WAIT_MS = 5_000;

/** First and longest delay before a reopening, by what is wrong. */
const PACES: Readonly<Record<Bounded, { initialMs: number; maxMs: number }>> = {
  retriable: { initialMs: 500, maxMs: 30_000 },
  unknown: { initialMs: 5_000, maxMs: 60_000 },
  'slow-down': { initialMs: 30_000, maxMs: 300_000 },
};

export async function openSourceTask(
  config: Config,
  context: SourceTaskContext,
  signal: AbortSignal,
): Promise<SourceTask> {
  const options = sourceOptions(config);
  const [compacted] = compactionFindings(config);
  if (compacted !== undefined) {
    throw new AppError('config', 'salesforce.compacted', compacted.message, compacted);
  }
  await using cleanup = new AsyncDisposableStack();
  const session = cleanup.use(await openSession(config, context));
  await claimPrefix(options, session, context);
  const task = new PubSubSourceTask(options, session, context);
  cleanup.use(task);
  await task.open(signal);
  cleanup.move();
  return task;
}

/** One org per prefix: record ids of a refreshed sandbox are production's too. */
async function claimPrefix(
  { prefix }: SourceOptions,
  { orgId }: Session,
  context: SourceTaskContext,
): Promise<void> {
  const owner = await context.offsets.claim(`${TOPIC_PREFIX}/${prefix}`, orgId);
  if (owner === orgId) return;
  throw new AppError(
    'config',
    'salesforce.org',
    `${TOPIC_PREFIX}=${prefix} belongs to org ${owner}, this login is to ${orgId}.`,
    { path: TOPIC_PREFIX, suggestion: 'Give each org a prefix of its own.' },
  );
}

class PubSubSourceTask implements SourceTask {
  readonly #options: SourceOptions;
  readonly #session: Session;
  readonly #context: SourceTaskContext;
  readonly #client: PubSubClient;
  readonly #streams: ChannelStream[] = [];
  readonly #cleanup = new DisposableStack();
  #wake: () => void = () => undefined;
  /** What the last poll met, if it had records to hand over. */
  #failure: AppError | undefined;

  constructor(options: SourceOptions, session: Session, context: SourceTaskContext) {
    this.#options = options;
    this.#session = session;
    this.#context = context;
    this.#client = sessionClient(session, options.endpoint, context.clock);
    this.#cleanup.use(this.#session);
    this.#cleanup.use(this.#client);
  }

  async open(signal: AbortSignal): Promise<void> {
    const { clock, offsets } = this.#context;
    const rest = new Rest(this.#session.connection());
    const schemas = new SchemaCache(this.#client);
    const format = this.#format(schemas, rest);
    for (const name of this.#options.channels) {
      signal.throwIfAborted();
      const partition = {
        ...partitionOf(this.#session.orgId, name),
        org: this.#session.orgId,
        channel: name,
      };
      const plan = await planStart(offsets, partition, this.#options.start);
      const subscription = new Subscription({
        client: this.#client,
        topic: name,
        start: plan.start,
        clock,
        capacity: BUFFER_EVENTS,
        backoff: (attempt, pace) => backoffMs(attempt, PACES[pace]),
        refresh: () => this.#refresh(),
        changed: () => this.#changed(),
      });
      this.#cleanup.use(subscription);
      const channel = parseChannel(name);
      const refresh = (): Promise<void> => this.#session.refresh();
      this.#streams.push(
        new ChannelStream({
          channel,
          partition,
          plan,
          subscription,
          schemas,
          format,
          refresh,
        }),
      );
    }
    const anchoring = { offsets, clock, session: this.#session };
    await Promise.all(this.#streams.map((stream) => stream.anchor(anchoring, signal)));
    this.#cleanup.use(observe(this.#context, this.#streams, rest));
  }

  #format(schemas: SchemaCache, rest: Rest): Format {
    const [context, options] = [this.#context, this.#options];
    if (options.format === 'raw') return new RawFormat({ context, options });
    const topics = new Topics({ context, options, rest });
    return new ChangeFormat({ schemas, topics, rest, eventKeyField: options.eventKeyField });
  }

  async poll(signal: AbortSignal): Promise<SourceBatch> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const batch = await this.#take(signal);
    if (batch.records.length > 0 || (batch.positions?.length ?? 0) > 0) return batch;
    const stopWaiting = (): void => this.#wake();
    signal.addEventListener('abort', stopWaiting);
    const deadline = this.#context.clock.timer(POLL_WAIT_MS, stopWaiting);
    await woken;
    deadline[Symbol.dispose]();
    signal.removeEventListener('abort', stopWaiting);
    return signal.aborted ? { records: [] } : this.#take(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cleanup.dispose();
    return Promise.resolve();
  }

  async #take(signal: AbortSignal): Promise<SourceBatch> {
    const records: SourceRecord[] = [];
    const positions: Position[] = [];
    this.#throwFailure();
    for (const stream of this.#streams) {
      if (signal.aborted) break;
      try {
        const taken = await stream.take(BATCH_EVENTS, signal);
        for (const record of taken.records) records.push(record);
        if (taken.position !== undefined) positions.push(taken.position);
      } catch (error) {
        this.#failure ??= toAppError(error, 'fatal', 'salesforce.unexpected');
      }
    }
    // What was taken from the other channels must not be lost: it goes first, the failure with the next poll.
    if (records.length === 0 && positions.length === 0) this.#throwFailure();
    return { records, positions };
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Invariant 10: shown as RESTARTING while a stream isn't there, with the reason. */
  #changed(): void {
    const down = this.#streams.find(({ subscription }) => subscription.reason !== undefined);
    this.#context.report(
      down === undefined ? undefined : `${down.channel}: ${down.subscription.reason}`,
    );
    this.#wake();
  }

  async #refresh(): Promise<void> {
    try {
      await this.#session.refresh();
    } catch (error) {
      const retriable = error instanceof AppError && error.kind === 'retriable';
      throw new PubSubError(retriable ? 'retriable' : 'auth', 'login', messageOf(error), error);
    }
  }
}
