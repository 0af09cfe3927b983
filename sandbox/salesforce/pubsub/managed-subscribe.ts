import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { EventBus } from '../events/event-bus.ts';
import type { Cursor } from '../events/event-log.ts';
import type { ManagedSubscription, ManagedSubscriptions } from '../events/managed-subscriptions.ts';
import { decodeReplayId } from '../events/replay-id.ts';
import { requireChannel } from './access.ts';
import type { Caller } from './access.ts';
import { PubSubError } from './errors.ts';
import type { Rpc } from './errors.ts';
import { EventStream } from './event-stream.ts';
import type { StreamDeps, StreamHandler } from './event-stream.ts';
import type { CommitAnswer, CommitReplayRequest, FetchAnswer } from './messages.ts';
import type { ManagedFetchRequest } from './messages.ts';

export interface ManagedDeps extends StreamDeps {
  /** Ids of the subscriptions that have a stream: one each. */
  readonly active: Set<string>;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * ManagedSubscribe: the first request names a ManagedEventSubscription record, which says of what; the server keeps
 * the position that the client commits. Commits that fail are answered, and don't end the stream.
 */
export function serveManagedSubscribe(
  deps: ManagedDeps,
  call: ServerDuplexStream<ManagedFetchRequest, FetchAnswer>,
  caller: Caller,
  rpc: Rpc,
): void {
  new EventStream(deps, call, caller, rpc, (stream) => new ManagedHandler(deps, stream));
}

class ManagedHandler implements StreamHandler<ManagedFetchRequest> {
  readonly #deps: ManagedDeps;
  readonly #stream: EventStream<ManagedFetchRequest>;
  readonly #records: ManagedSubscriptions;
  readonly #listening: Disposable;
  #id: string | undefined;

  constructor(deps: ManagedDeps, stream: EventStream<ManagedFetchRequest>) {
    this.#deps = deps;
    this.#stream = stream;
    this.#records = deps.events.managed;
    this.#listening = this.#records.onChange((id) => {
      if (id === this.#id) this.#onRecordChange(id);
    });
  }

  onRequest(request: ManagedFetchRequest): void {
    const wanted = request.num_requested;
    if (wanted < 0) {
      throw new PubSubError(
        'managed.subscription.fetch.request.events.invalid',
        `The number of requested events must be 0 or greater, but it is ${wanted}.`,
      );
    }
    const id = this.#id ?? this.#start(request);
    checkSame(this.#records, id, request);
    const commit = request.commit_replay_id_request;
    if (commit !== null) {
      const answer = this.#commit(id, commit);
      this.#deps.settled().then(
        () => this.#stream.answer(answer),
        () => this.#stream.fail(lost()),
      );
    }
    this.#stream.grant(wanted);
  }

  onEnd(): void {
    this.#listening[Symbol.dispose]();
    if (this.#id !== undefined) this.#deps.active.delete(this.#id);
  }

  #start(request: ManagedFetchRequest): string {
    const { active, events } = this.#deps;
    checkFirst(request);
    const record = findRecord(this.#records, request);
    checkRuns(record);
    if (active.has(record.id)) {
      throw new PubSubError(
        'managed.subscription.already.active',
        `The managed subscription ${record.developerName} has an active stream already.`,
      );
    }
    const channel = requireChannel(events.channels, record.topicName);
    this.#stream.open(channel, () => startOf(events, record));
    this.#id = record.id;
    active.add(record.id);
    return record.id;
  }

  #commit(id: string, request: CommitReplayRequest): CommitAnswer {
    const { events, now } = this.#deps;
    const sequence = decodeReplayId(request.replay_id);
    const valid = sequence !== undefined && events.log.after(sequence) !== undefined;
    if (valid) this.#records.commit(id, sequence);
    return {
      commit_request_id: request.commit_request_id,
      replay_id: request.replay_id,
      process_time: now(),
      error: valid
        ? null
        : { code: 'COMMIT', msg: 'The Replay ID validation failed. It was not committed.' },
    };
  }

  #onRecordChange(id: string): void {
    const record = this.#records.byId(id);
    try {
      if (record === undefined) throw deleted();
      checkRuns(record);
    } catch (error) {
      if (error instanceof PubSubError) this.#stream.fail(error);
      else throw error;
    }
  }
}

function startOf({ managed, log }: EventBus, record: ManagedSubscription): Cursor {
  const preset = (start: ManagedSubscription['defaultReplay']): Cursor =>
    start === 'EARLIEST' ? log.earliest() : log.latest();
  const committed = managed.committed(record.id);
  if (committed === undefined) return preset(record.defaultReplay);
  return log.after(committed) ?? preset(record.errorRecoveryReplay);
}

function checkFirst(request: ManagedFetchRequest): void {
  if (request.commit_replay_id_request !== null) {
    throw new PubSubError(
      'managed.subscription.fetch.request.commit.request.restricted',
      "The first request can't commit a Replay ID.",
    );
  }
  if (request.auth_refresh !== '') {
    throw new PubSubError(
      'managed.subscription.fetch.request.auth.request.restricted',
      "The first request can't refresh the authorization.",
    );
  }
}

function findRecord(
  records: ManagedSubscriptions,
  { subscription_id: id, developer_name: name }: ManagedFetchRequest,
): ManagedSubscription {
  if (id !== '' && name !== '') {
    throw new PubSubError(
      'managed.subscription.fetch.request.invalid',
      'Give a subscription ID or a developer name, not both.',
    );
  }
  if (id === '' && name === '') {
    throw new PubSubError(
      'managed.subscription.id.or.developer.name.empty',
      "The subscription ID and the developer name can't both be blank.",
    );
  }
  if (id === '') {
    const record = records.byDeveloperName(name);
    if (record !== undefined) return record;
    throw new PubSubError(
      'managed.subscription.developer.name.not.found',
      `There is no managed subscription with the developer name ${name}.`,
    );
  }
  if (!/^18x(?:\w{12}|\w{15})$/.test(id)) {
    const message = `${id} is no ID of a managed subscription.`;
    throw new PubSubError('managed.subscription.subscription.id.invalid', message);
  }
  const record = records.byId(id);
  if (record !== undefined) return record;
  const message = `There is no managed subscription with the ID ${id}.`;
  throw new PubSubError('managed.subscription.subscription.id.not.found', message);
}

/** Later requests may leave the name out, or repeat it. */
function checkSame(records: ManagedSubscriptions, id: string, request: ManagedFetchRequest): void {
  const { subscription_id: again, developer_name: name } = request;
  const record = records.byId(id);
  const same =
    (again === '' || again.slice(0, 15) === id.slice(0, 15)) &&
    (name === '' || name.toLowerCase() === record?.developerName.toLowerCase());
  if (same) return;
  throw new PubSubError(
    'managed.subscription.fetch.request.invalid',
    'The request names another managed subscription than the first.',
  );
}

function checkRuns(record: ManagedSubscription): void {
  if (record.state === 'RUN') return;
  const message = `The managed subscription ${record.developerName} is stopped.`;
  throw new PubSubError('managed.subscription.config.stopped', message);
}

function deleted(): PubSubError {
  return new PubSubError(
    'managed.subscription.config.deleted',
    'The managed subscription was deleted.',
  );
}

function lost(): PubSubError {
  return new PubSubError('subscription.internal.error', 'The commit could not be stored.');
}
