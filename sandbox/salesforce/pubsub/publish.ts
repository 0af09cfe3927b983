import { randomUUID } from 'node:crypto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Clock } from '../../../src/foundation/clock.ts';
import { messageOf } from '../../../src/foundation/errors.ts';
import { mayRead } from '../events/channels.ts';
import type { EventBus } from '../events/event-bus.ts';
import { encodeReplayId } from '../events/replay-id.ts';
import { requireChannel } from './access.ts';
import type { Caller } from './access.ts';
import { PubSubError, toServiceError } from './errors.ts';
import type { Rpc } from './errors.ts';
import { IdleTimer } from './idle-timer.ts';
import type { ProducerEvent, PublishRequest, PublishResponse, PublishResult } from './messages.ts';

/** Publishes what can be; throws PubSubError where the request as a whole is wrong. */
export function publish(
  events: EventBus,
  caller: Caller,
  request: PublishRequest,
  rpc: Rpc,
): PublishResponse {
  const user = caller.user();
  if (request.topic_name === '') {
    throw new PubSubError('publish.topic.validation.empty', "The topic name can't be blank.");
  }
  const { kind, entity, topic } = requireChannel(events.channels, request.topic_name);
  if (kind !== 'event' || entity === undefined || !mayRead(user, entity, kind)) {
    throw new PubSubError('topic.meta.permission', `You can't publish on the topic ${topic}.`);
  }
  if (request.events.length === 0) {
    throw new PubSubError('publish.event.count.invalid', 'The request has no events.');
  }
  const name = topic.slice('/event/'.length);
  return {
    results: request.events.map((event) => publishOne(events, entity, event)),
    schema_id: events.schemaOf(name)?.id ?? '',
    rpc_id: rpc.id,
  };
}

function publishOne(events: EventBus, entity: string, event: ProducerEvent): PublishResult {
  const id = event.id === '' ? randomUUID() : event.id;
  try {
    const { schema_id: schemaId, payload } = event;
    const logged = events.platformEvents.publishEncoded({ entity, id, schemaId, payload });
    return { replay_id: encodeReplayId(logged.sequence), correlation_key: id };
  } catch (error) {
    return { error: { code: 'PUBLISH', msg: messageOf(error) }, correlation_key: id };
  }
}

export interface PublishStreamDeps {
  readonly events: EventBus;
  readonly clock: Clock;
  readonly publishIdleMs: number;
  /** What was published so far can't be lost: answers wait for it. */
  readonly settled: () => Promise<void>;
}

/** Answers each request in order; the first names the topic for all. */
export function servePublishStream(
  deps: PublishStreamDeps,
  call: ServerDuplexStream<PublishRequest, PublishResponse>,
  caller: Caller,
  rpc: Rpc,
): void {
  let topic: string | undefined;
  let ended = false;
  /** Requests that are not answered yet. */
  let open = 0;
  let halfClosed = false;
  const end = (finish: () => void): void => {
    if (ended) return;
    ended = true;
    idle.stop();
    finish();
  };
  const fail = (error: unknown): void =>
    end(() => void call.emit('error', toServiceError(error, rpc)));
  const idle = new IdleTimer(deps.clock, () =>
    fail(new PubSubError('publish.stream.sweeper.timeout', 'The publish stream was idle.')),
  );
  idle.restart(deps.publishIdleMs);
  call.on('data', (request: PublishRequest) => {
    if (ended) return;
    try {
      topic ??= request.topic_name;
      const same = request.topic_name === '' || request.topic_name === topic;
      if (!same) throw mismatch(request.topic_name, topic);
      const answer = publish(deps.events, caller, { ...request, topic_name: topic }, rpc);
      open++;
      deps.settled().then(() => {
        if (!ended) call.write(answer);
        open--;
        if (open === 0 && halfClosed) end(() => void call.end());
      }, fail);
      idle.restart(deps.publishIdleMs);
    } catch (error) {
      fail(error);
    }
  });
  call.on('end', () => {
    halfClosed = true;
    if (open === 0) end(() => void call.end());
  });
  call.on('cancelled', () => end(() => undefined));
}

function mismatch(topic: string, first: string): PubSubError {
  const message = `The topic name ${topic} doesn't match ${first} of the first request.`;
  return new PubSubError('publish.topic.mismatch', message);
}
