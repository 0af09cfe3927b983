/** What changed in a span of time: `/sobjects/X/updated` and `/deleted`. */
import { SalesforceError } from '../org/types.ts';
import type { RecordValues } from '../org/types.ts';
import { isoDateTime } from '../soql/record-json.ts';
import { ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { readableObject } from './records.ts';

/** How long Salesforce remembers. */
const RETAINED_MS = 30 * 24 * 60 * 60 * 1000;

export const changedSinceRoutes: readonly Route[] = [
  { method: 'GET', path: '/sobjects/:type/updated', handle: updated },
  { method: 'GET', path: '/sobjects/:type/deleted', handle: deleted },
];

function updated(call: Call): Answer {
  const { records, latestDateCovered } = changed(call, false);
  return ok({ ids: records.map((record) => record['Id']), latestDateCovered });
}

function deleted(call: Call): Answer {
  const { records, latestDateCovered } = changed(call, true);
  return ok({
    deletedRecords: records.map((record) => ({
      deletedDate: isoDateTime(Number(record['SystemModstamp'])),
      id: record['Id'],
    })),
    earliestDateAvailable: isoDateTime(call.org.clock.now() - RETAINED_MS),
    latestDateCovered,
  });
}

function changed(
  call: Call,
  wanted: boolean,
): { records: RecordValues[]; latestDateCovered: string } {
  const object = readableObject(call);
  const [start, end] = [instant(call, 'start'), instant(call, 'end')];
  if (end <= start) {
    const message = 'startDate must chronologically precede endDate';
    throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', message);
  }
  if (start < call.org.clock.now() - RETAINED_MS) {
    const message = 'startDate cannot be more than 30 days ago';
    throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', message);
  }
  const records = [...call.org.records(object.name, true)].filter((record) => {
    const at = Number(record['SystemModstamp']);
    return (record['IsDeleted'] === true) === wanted && at >= start && at < end;
  });
  return { records, latestDateCovered: isoDateTime(Math.min(end, call.org.clock.now())) };
}

/** A `+` of a time zone that wasn't escaped arrives as a space. */
function instant({ query }: Call, name: string): number {
  const text = (query.get(name) ?? '').replace(' ', '+').replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  const message = `Value for ${name} must be a valid dateTime: ${query.get(name) ?? 'missing'}`;
  throw new SalesforceError(400, 'INVALID_REPLICATION_DATE', message);
}
