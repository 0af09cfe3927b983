import type { Org } from '../org/types.ts';
import { isoDateTime } from '../soql/record-json.ts';
import { nameOf } from './records.ts';

/** The newest deleted records that are shown. */
const SHOWN = 500;

/** What was deleted, of all objects, newest first. */
export function recycleBin(org: Org): readonly object[] {
  const found = org
    .objects()
    .filter((object) => object.kind !== 'platformevent')
    .flatMap((object) =>
      [...org.records(object.name, true)]
        .filter((record) => record['IsDeleted'] === true)
        .map((record) => ({ object, record, at: Number(record['SystemModstamp']) })),
    );
  const newest = found.toSorted((a, b) => b.at - a.at).slice(0, SHOWN);
  return newest.map(({ object, record, at }) => ({
    entity: object.name,
    id: record['Id'],
    name: nameOf(object, record),
    deletedAt: isoDateTime(at),
  }));
}
