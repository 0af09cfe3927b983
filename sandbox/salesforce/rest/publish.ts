import { SalesforceError } from '../org/types.ts';
import type { JsonValues, ObjectDef } from '../org/types.ts';
import { notFound } from './api.ts';
import type { Call } from './api.ts';

/** What an insert of a platform event answers: it is enqueued, and its UUID is told as an "error". */
export function publish({ api, actor }: Call, object: ObjectDef, values: JsonValues): object {
  if (api.publisher === undefined) throw notFound();
  const { id, eventUuid } = api.publisher.publish(object.name, values, actor);
  const enqueued = { statusCode: 'OPERATION_ENQUEUED', message: eventUuid, fields: [] };
  return { id, success: true, errors: [enqueued] };
}

/** The same as a result among others. */
export function publishResult(call: Call, object: ObjectDef, values: JsonValues): object {
  try {
    return publish(call, object, values);
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { success: false, errors: [resultError(error)] };
  }
}

/** Inside results the code is called `statusCode`. */
export function resultError({ errorCode, message, fields }: SalesforceError): object {
  return { statusCode: errorCode, message, fields };
}
