/** Changes whose event doesn't hold them: gap events and text diffs are read from the org by id. */
import { AppError } from '../../../src/sdk/index.ts';
import type { Rest } from '../api/rest.ts';
import type { Change, ChangeEvent } from './records.ts';
import { fromRest, restFields } from './rest-record.ts';
import type { Destination } from './topics.ts';

/** Whether the event must be repaired. Throws `fatal` for what can't be: an overflow, ids with a wildcard. */
export function needsRepair({ header, wire, partition }: ChangeEvent): boolean {
  const { changeType, recordIds, diffFields, entityName } = header;
  const isOverflow = changeType === 'GAP_OVERFLOW';
  if (isOverflow || recordIds.some((id) => id.includes('*'))) {
    throw new AppError(
      'fatal',
      'salesforce.overflow',
      `${partition.channel}: Salesforce left out changes of ${entityName} (${isOverflow ? 'an overflow event' : 'all records of the type'}, replay id ${wire.replayId.toString('base64')}).`,
      {
        path: 'salesforce.channels',
        suggestion: `Load ${entityName} anew, then move the channel's offset to that replay id.`,
      },
    );
  }
  return changeType.startsWith('GAP_') || diffFields.length > 0;
}

/** The records as they are now, whole: `repair`; `delete` for those there are no more. */
export async function repair(
  event: ChangeEvent,
  destination: Destination,
  entity: string,
  rest: Pick<Rest, 'fieldTypes' | 'read'>,
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
  const ids = event.header.recordIds;
  const found = await rest.read(entity, ids, restFields(destination.fields, has));
  return ids.map((id, at) => {
    const record = found[at];
    return record === null || record === undefined
      ? { op: 'delete', id, record: {} }
      : { op: 'repair', id, record: fromRest(record, destination.fields) };
  });
}
