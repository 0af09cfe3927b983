import { SalesforceError } from '../org/types.ts';
import { normalizeId } from '../org/ids.ts';
import type { ObjectDef, Org, RecordValues } from '../org/types.ts';
import { nameFieldOf } from '../soql/name-object.ts';
import { LATEST_VERSION } from '../rest/versions.ts';
import type { Reader } from '../soql/context.ts';
import { runQuery } from '../soql/query.ts';
import { recordReader } from '../soql/record-json.ts';
import { childRelationships } from '../soql/relationships.ts';

export interface ListQuery {
  /** A condition of SOQL, without WHERE. */
  readonly where?: string;
  /** Names, separated by commas. */
  readonly fields?: string;
  readonly sort?: string;
  readonly descending?: string;
  /** The recycle bin's instead. */
  readonly deleted?: string;
  readonly offset?: string;
  readonly limit?: string;
}

const PAGE = { default: 50, max: 200 };

/** One page of an object's records and how many there are in all; throws what SOQL answers to the condition. */
export function listRecords(
  reader: Reader,
  object: ObjectDef,
  query: ListQuery,
): { readonly total: number; readonly records: readonly object[] } {
  const { fields = 'Id', where = '', sort, descending } = query;
  const deleted = query.deleted === 'true';
  const conditions = [
    ...(where.trim() === '' ? [] : [`(${where})`]),
    ...(deleted ? ['IsDeleted = true'] : []),
  ];
  const order = sort === undefined ? '' : ` ORDER BY ${sort} ${directionOf(descending)}`;
  const soql = `SELECT ${fields} FROM ${object.name}${conditions.length === 0 ? '' : ' WHERE '}${conditions.join(' AND ')}${order}`;
  const result = runQuery(reader, soql, { deleted });
  const offset = Number(query.offset ?? 0);
  const limit = Math.min(Number(query.limit ?? PAGE.default), PAGE.max);
  return { total: result.totalSize, records: result.records(offset, offset + limit) };
}

function directionOf(descending: string | undefined): string {
  return descending === 'true' ? 'DESC NULLS LAST' : 'ASC NULLS LAST';
}

/** A whole record, the names of those it points to, and how many point to it; the recycle bin's too. */
export function showRecord(org: Org, anyId: string): object {
  const { object, record } = find(org, anyId);
  return {
    entity: object.name,
    name: nameOf(object, record),
    deleted: record['IsDeleted'] === true,
    record: recordReader(object, LATEST_VERSION)(record),
    names: namesOfTargets(org, object, record),
    related: related(org, object, String(record['Id'])),
  };
}

function find(org: Org, anyId: string): { object: ObjectDef; record: RecordValues } {
  const id = normalizeId(anyId);
  const object = id === undefined ? undefined : org.objectByPrefix(id.slice(0, 3));
  const record =
    object === undefined || id === undefined ? undefined : org.record(object.name, id, true);
  if (object !== undefined && record !== undefined) return { object, record };
  throw new SalesforceError(404, 'NOT_FOUND', `There is no record "${anyId}".`);
}

/** By the reference's field. */
function namesOfTargets(
  org: Org,
  object: ObjectDef,
  record: RecordValues,
): Record<string, { entity: string; name: string }> {
  const names: Record<string, { entity: string; name: string }> = {};
  for (const { name, type } of object.fields) {
    const id = record[name];
    if (type !== 'reference' || typeof id !== 'string') continue;
    const target = org.objectByPrefix(id.slice(0, 3));
    const found = target === undefined ? undefined : org.record(target.name, id, true);
    if (target === undefined || found === undefined) continue;
    names[name] = { entity: target.name, name: nameOf(target, found) };
  }
  return names;
}

/** Users own nearly everything: what points to them isn't counted. */
function related(org: Org, object: ObjectDef, id: string): readonly object[] {
  if (object.name === 'User') return [];
  return childRelationships(org, object)
    .map(({ child, field }) => ({
      entity: child.name,
      label: child.labelPlural,
      field: field.name,
      count: org.findBy(child.name, field.name, id).filter((row) => row['IsDeleted'] !== true)
        .length,
    }))
    .filter(({ count }) => count > 0);
}

export function nameOf(object: ObjectDef, record: RecordValues): string {
  return String(record[nameFieldOf(object) ?? 'Id'] ?? record['Id']);
}
