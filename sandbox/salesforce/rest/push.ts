/** The push resource of a generic streaming channel: `/sobjects/StreamingChannel/ID/push`. */
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { GenericStreaming, PushEvent } from '../streaming/generic-channels.ts';
import { notFound, objectBody, ok, requireObject, valueOf } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { existing } from './records.ts';

export const pushRoutes: readonly Route[] = [
  { method: 'GET', path: '/sobjects/StreamingChannel/:id/push', handle: subscribers },
  { method: 'POST', path: '/sobjects/StreamingChannel/:id/push', handle: push },
];

function subscribers(call: Call): Answer {
  const { generic, channel } = target(call);
  return ok({ OnlineUserIds: generic.onlineUsers(channel), ChannelName: channel });
}

function push(call: Call): Answer {
  const { generic, channel } = target(call);
  const events = valueOf(objectBody(call), 'pushEvents');
  if (!Array.isArray(events)) throw malformed('pushEvents must be an array');
  return ok(generic.push(channel, events.map(eventOf)));
}

function target(call: Call): { readonly generic: GenericStreaming; readonly channel: string } {
  const { generic } = call.api;
  const object = call.org.object('StreamingChannel');
  if (generic === undefined || object === undefined) throw notFound();
  return { generic, channel: String(existing(call, object)['Name']) };
}

function eventOf(json: unknown): PushEvent {
  const event = requireObject(json);
  const payload = valueOf(event, 'payload');
  const userIds = valueOf(event, 'userIds') ?? [];
  if (typeof payload !== 'string') throw malformed('payload must be a string');
  if (!Array.isArray(userIds)) throw malformed('userIds must be an array');
  return { payload, userIds: userIds.map((id) => normalizeId(String(id)) ?? String(id)) };
}

function malformed(message: string): SalesforceError {
  return new SalesforceError(400, 'JSON_PARSER_ERROR', message);
}
