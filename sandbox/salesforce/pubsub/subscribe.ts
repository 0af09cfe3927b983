import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { EventBus } from '../events/event-bus.ts';
import type { Cursor } from '../events/event-log.ts';
import { requireChannel } from './access.ts';
import type { Caller } from './access.ts';
import { PubSubError } from './errors.ts';
import type { Rpc } from './errors.ts';
import { cursorAfter, EventStream } from './event-stream.ts';
import type { StreamDeps } from './event-stream.ts';
import type { FetchAnswer, FetchRequest } from './messages.ts';

/** Subscribe: the first FetchRequest says of what and from where, each adds credit. */
export function serveSubscribe(
  deps: StreamDeps,
  call: ServerDuplexStream<FetchRequest, FetchAnswer>,
  caller: Caller,
  rpc: Rpc,
): void {
  const handlerOf = (stream: EventStream<FetchRequest>) => ({
    onRequest: (request: FetchRequest): void => {
      if (stream.channel === undefined) {
        const channel = requireChannel(deps.events.channels, request.topic_name);
        stream.open(channel, () => cursorFor(deps.events, request));
      }
      checkTopic(request.topic_name, stream.channel?.topic ?? '');
      checkCount(request.num_requested);
      stream.grant(request.num_requested);
    },
  });
  new EventStream(deps, call, caller, rpc, handlerOf);
}

function cursorFor(events: EventBus, request: FetchRequest): Cursor {
  if (request.replay_preset === 'EARLIEST') return events.log.earliest();
  if (request.replay_preset !== 'CUSTOM') return events.log.latest();
  if (request.replay_id.length > 0) return cursorAfter(events, request.replay_id);
  const message = 'A replay ID is required with the replay preset CUSTOM.';
  throw new PubSubError('subscription.fetch.replayid.validation.failed', message);
}

/** Later requests may leave the topic out. */
function checkTopic(topic: string, first: string): void {
  if (topic === '' || topic === first) return;
  const message = `The topic name ${topic} doesn't match ${first} of the first request.`;
  throw new PubSubError('subscription.fetch.topic.mismatch', message);
}

function checkCount(wanted: number): void {
  if (wanted > 0) return;
  const message = `The number of requested events must be greater than 0, but it is ${wanted}.`;
  throw new PubSubError('subscription.fetch.requested.events.invalid', message);
}
