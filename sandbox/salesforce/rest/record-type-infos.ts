import type { ObjectDef, Org } from '../org/types.ts';

/** The id that stands for having no record type. */
const MASTER_ID = '012000000000000AAA';

/** What describe says of an object's record types: those that are there, and the master last. */
export function recordTypeInfosOf(
  org: Org,
  object: ObjectDef,
  version: string,
): Record<string, unknown>[] {
  const own = [...org.records('RecordType')].filter((row) => row['SobjectType'] === object.name);
  const field = object.fields.find((each) => each.name === 'RecordTypeId');
  const chosen = field?.defaultValue ?? null;
  const layout = `/services/data/v${version}/sobjects/${object.name}/describe/layouts`;
  const infos = own.map((row) => ({
    active: row['IsActive'] === true,
    available: row['IsActive'] === true,
    defaultRecordTypeMapping: row['Id'] === chosen,
    developerName: row['DeveloperName'],
    master: false,
    name: row['Name'],
    recordTypeId: row['Id'],
    urls: { layout: `${layout}/${String(row['Id'])}` },
  }));
  return [...infos, masterInfo(chosen === null, layout)];
}

function masterInfo(isDefault: boolean, layout: string): Record<string, unknown> {
  return {
    active: true,
    available: true,
    defaultRecordTypeMapping: isDefault,
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: MASTER_ID,
    urls: { layout: `${layout}/${MASTER_ID}` },
  };
}
