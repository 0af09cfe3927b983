/** Avro schemas of events, by id and by name. */
import type { EventSchema } from '../events/event-schema.ts';
import { SalesforceError } from '../org/types.ts';
import { visible } from '../soql/scope.ts';
import { notFound, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';

export const eventSchemaRoutes: readonly Route[] = [
  { method: 'GET', path: '/event/eventSchema/:schemaId', handle: byId },
  { method: 'GET', path: '/sobjects/:type/eventSchema', handle: byName },
];

function byId(call: Call): Answer {
  return show(call, call.api.schemas?.schemaById(call.params['schemaId'] ?? ''));
}

function byName(call: Call): Answer {
  return show(call, call.api.schemas?.schemaOf(call.params['type'] ?? ''));
}

/** `?payloadFormat=COMPACT` is the schema that events are encoded in; EXPANDED, the default, the JSON form around it. */
function show(call: Call, schema: EventSchema | undefined): Answer {
  if (schema === undefined || visible(call, schema.entity) === undefined) throw notFound();
  const format = call.query.get('payloadFormat') ?? 'EXPANDED';
  if (format === 'COMPACT') return ok({ ...schema.avro, uuid: schema.id });
  if (format === 'EXPANDED') return ok(expanded(schema));
  const message = `Invalid value for the payloadFormat parameter: ${format}`;
  throw new SalesforceError(400, 'INVALID_INPUT', message);
}

function expanded({ avro, id }: EventSchema): object {
  const payload = { type: 'record', name: 'Payload', doc: '', fields: avro.fields };
  const event = {
    type: 'record',
    name: 'Event',
    fields: [{ name: 'replayId', type: 'long' }],
  };
  const data = {
    type: 'record',
    name: 'Data',
    namespace: '',
    fields: [
      { name: 'schema', type: 'string' },
      { name: 'payload', type: payload },
      { name: 'event', type: event },
    ],
  };
  return {
    name: avro.name,
    namespace: avro.namespace,
    type: 'expanded-record',
    fields: [
      { name: 'data', type: data },
      { name: 'channel', type: 'string' },
    ],
    uuid: id,
  };
}
