/** Changes whose event doesn't hold them: gap events, wildcards and text diffs are read from the org. */
import { AppError } from '../../../src/sdk/index.ts';
import type { Rest } from '../api/rest.ts';
import type { Change, ChangeEvent } from './records.ts';
import { fromRest, restFields } from './rest-record.ts';
import type { Destination } from './topics.ts';

/** Most records of an object that are read again for a wildcard: 50 calls. More are the user's to load. */
export const MAX_WILDCARD = 10_000;

/** Whether the event must be repaired. Throws `fatal` for what can't be: an overflow. */
export function needsRepair(event: ChangeEvent): boolean {
  const { changeType, diffFields } = event.header;
  if (changeType === 'GAP_OVERFLOW') throw leftOut(event, 'an overflow event');
  return changeType.startsWith('GAP_') || diffFields.length > 0 || isWildcard(event);
}

/** A field's lossy conversion is told as one change of "001*": every record of the object. */
function isWildcard({ header }: ChangeEvent): boolean {
  return header.recordIds.some((id) => id.includes('*'));
}

async function idsOf(
  event: ChangeEvent,
  entity: string,
  rest: Pick<Rest, 'ids'>,
): Promise<readonly string[]> {
  if (!isWildcard(event)) return event.header.recordIds;
  const ids = await rest.ids(entity, MAX_WILDCARD);
  if (ids === undefined) throw leftOut(event, `all of its more than ${MAX_WILDCARD} records`);
  return ids;
}

function leftOut({ header, wire, partition }: ChangeEvent, what: string): AppError {
  const { entityName } = header;
  return new AppError(
    'fatal',
    'salesforce.overflow',
    `${partition.channel}: Salesforce left out changes of ${entityName} (${what}, replay id ${wire.replayId.toString('base64')}).`,
    {
      path: 'salesforce.channels',
      suggestion: `Load ${entityName} anew, then move the channel's offset to that replay id.`,
    },
  );
}

/** The records as they are now, whole: `repair`; `delete` for those there are no more. */
export async function repair(
  event: ChangeEvent,
  destination: Destination,
  entity: string,
  rest: Pick<Rest, 'fieldTypes' | 'ids' | 'read'>,
): Promise<readonly Change[]> {
  const has = await rest.fieldTypes(entity);
  if (has === undefined) {
    throw new AppError(
      'fatal',
      'salesforce.repair',
      `${entity} can't be read, but a gap event asks for it.`,
      { path: entity, suggestion: 'Give the user read access to the object.' },
    );
  }
  const ids = await idsOf(event, entity, rest);
  const found = await rest.read(entity, ids, restFields(destination.fields, has));
  return ids.map((id, at) => {
    const record = found[at];
    return record === null || record === undefined
      ? { op: 'delete', id, record: {} }
      : { op: 'repair', id, record: fromRest(record, destination.fields) };
  });
}
