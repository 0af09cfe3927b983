/** `/sobjects`, `/sobjects/X`, `/sobjects/X/describe`: objects, and the change events of those that have any. */
import { eventNameOf } from '../events/columns.ts';
import type { ObjectDef } from '../org/types.ts';
import { visible } from '../soql/scope.ts';
import { noSuchObject, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { lastModifiedAt } from './conditional.ts';
import {
  describeBriefly,
  describeChangeEvent,
  describeChangeEventBriefly,
  describeObject,
} from './describe-object.ts';
import { recentItems } from './recent-items.ts';

export const describeRoutes: readonly Route[] = [
  { method: 'GET', path: '/sobjects', handle: everything },
  { method: 'GET', path: '/sobjects/:type', handle: summary },
  { method: 'GET', path: '/sobjects/:type/describe', handle: whole },
];

function everything(call: Call): Answer {
  const { org, version } = call;
  const objects = org.objects().filter((object) => visible(call, object.name) !== undefined);
  const entries = objects.flatMap((object) => [
    describeBriefly(object, version),
    ...(object.changeEvents ? [describeChangeEventBriefly(object, version)] : []),
  ]);
  const sobjects = entries.toSorted((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));
  const body = { encoding: 'UTF-8', maxBatchSize: 200, sobjects };
  return { status: 200, body, headers: lastModifiedAt(call.api.schemaTimes.latest) };
}

function summary(call: Call): Answer {
  const { object, changeEvent } = named(call);
  const describe = changeEvent ? describeChangeEventBriefly : describeBriefly;
  const items = changeEvent ? [] : recentItems(call, object.name);
  return ok({ objectDescribe: describe(object, call.version), recentItems: items });
}

function whole(call: Call): Answer {
  const { object, changeEvent } = named(call);
  const body = changeEvent
    ? describeChangeEvent(object, call.version)
    : describeObject(call.org, object, call.version, call.caller.host);
  return { status: 200, body, headers: lastModifiedAt(call.api.schemaTimes.of(object.name)) };
}

function named(call: Call): { object: ObjectDef; changeEvent: boolean } {
  const name = call.params['type'] ?? '';
  const object = visible(call, name);
  if (object !== undefined) return { object, changeEvent: false };
  const entity = name.replace(/__ChangeEvent$/i, '__c').replace(/ChangeEvent$/i, '');
  const source = visible(call, entity);
  const same = source !== undefined && eventNameOf(source).toLowerCase() === name.toLowerCase();
  if (source === undefined || !same || !source.changeEvents) throw noSuchObject(call);
  return { object: source, changeEvent: true };
}
