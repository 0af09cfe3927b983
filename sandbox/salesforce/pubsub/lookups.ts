import type { EventBus } from '../events/event-bus.ts';
import { eventNameOf } from '../events/columns.ts';
import type { Org } from '../org/types.ts';
import { maySubscribe, requireChannel } from './access.ts';
import type { Caller } from './access.ts';
import { PubSubError } from './errors.ts';
import type { Rpc } from './errors.ts';
import type { SchemaRequest, TopicRequest } from './messages.ts';

/** A TopicInfo. Throws PubSubError for a topic there isn't, or whose object is hidden from the caller. */
export function getTopic(
  org: Org,
  events: EventBus,
  caller: Caller,
  request: TopicRequest,
  rpc: Rpc,
): object {
  const user = caller.user();
  const channel = requireChannel(events.channels, request.topic_name);
  const { topic, kind, entity } = channel;
  if (entity !== undefined && user.hiddenObjects.includes(entity)) {
    const message = `You don't have permission to see the topic ${topic}.`;
    throw new PubSubError('topic.meta.permission', message);
  }
  const object = entity === undefined ? undefined : org.object(entity);
  const schema = object === undefined ? undefined : events.schemaOf(eventNameOf(object));
  return {
    topic_name: topic,
    tenant_guid: `core/sandbox/${org.id}`,
    can_publish: kind === 'event' && entity !== undefined,
    can_subscribe: maySubscribe(user, channel),
    schema_id: schema?.id ?? '',
    rpc_id: rpc.id,
  };
}

/** A SchemaInfo of any version there ever was, unless its object is hidden; throws PubSubError otherwise. */
export function getSchema(
  events: EventBus,
  caller: Caller,
  request: SchemaRequest,
  rpc: Rpc,
): object {
  const id = request.schema_id;
  if (id.trim() === '') {
    throw new PubSubError('schema.validation.failed', "The schema ID can't be blank.");
  }
  const schema = events.schemaById(id);
  if (schema === undefined) {
    throw new PubSubError('schema.validation.failed', `There is no schema with the ID ${id}.`);
  }
  if (caller.user().hiddenObjects.includes(schema.entity)) {
    const message = `You don't have permission to see the schema ${id}.`;
    throw new PubSubError('schema.meta.permission', message);
  }
  return { schema_json: schema.json, schema_id: id, rpc_id: rpc.id };
}
