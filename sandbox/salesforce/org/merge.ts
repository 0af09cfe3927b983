/** Merge: up to two records lose to a master; what pointed at them points at it. */
import type { Changing } from './changing.ts';
import { invalidCrossReference, requireId } from './incoming.ts';
import { deleteRule, isLookup, pointingAt } from './lookups.ts';
import { deleteLoser } from './recycle-bin.ts';
import { checkUnconverted, liveRecord } from './rules.ts';
import type { WriteContext } from './rules.ts';
import type { SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { RecordValues, Write } from './types.ts';

const MERGEABLE: readonly string[] = ['Account', 'Contact', 'Lead', 'Case'];
const LOSERS_MAX = 2;

/**
 * In the order in which Salesforce documents it (and its triggers see it): losers are deleted with their
 * MasterRecordId, their children get another parent, the master is updated. Gives the ids of those children.
 */
export function mergeRecords(
  changing: Changing,
  context: WriteContext,
  write: Extract<Write, { op: 'merge' }>,
): { id: string; related: readonly string[] } {
  const target = changing.schema.require(write.entity);
  const id = requireId(write.id);
  const loserIds = checkedLosers(target, id, write.loserIds);
  const records = [id, ...loserIds].map((each) => recordOf(target, each));
  for (const record of records) checkUnconverted(target, record);
  for (const loser of records.slice(1)) deleteLoser(context, target, loser, id);
  const related = loserIds.flatMap((loser) => reparent(changing, context, target, loser, id));
  const { entity, values } = write;
  changing.write(context, { op: 'update', entity, id, values });
  checkHierarchy(target, id);
  return { id, related };
}

function checkedLosers(
  { model }: SchemaEntry,
  masterId: string,
  given: readonly string[],
): readonly string[] {
  const { name } = model.def;
  if (!MERGEABLE.includes(name)) {
    throw invalid('INVALID_TYPE_FOR_OPERATION', `entity type ${name} does not support merge`);
  }
  const ids = [...new Set(given.map(requireId))];
  if (ids.length === 0 || ids.length > LOSERS_MAX || ids.length < given.length) {
    throw invalid(
      'INVALID_OPERATION',
      `A merge takes one or two different records besides the master`,
    );
  }
  if (ids.includes(masterId)) {
    throw invalid('INVALID_OPERATION', 'The master record cannot be merged into itself');
  }
  return ids;
}

function recordOf(target: SchemaEntry, id: string): RecordValues {
  if (!id.startsWith(target.model.def.keyPrefix)) throw invalidCrossReference();
  return liveRecord(target, id);
}

/** The master's own lookup to a loser stays: where nothing else is given for it, `checkHierarchy` refuses. */
function reparent(
  { schema, change }: Changing,
  context: WriteContext,
  target: SchemaEntry,
  loserId: string,
  masterId: string,
): string[] {
  return schema.referencesTo(target.model.def.name).flatMap((reference) => {
    const { child, field } = reference;
    if (deleteRule(field) === 'keep' && !isLookup(field)) return [];
    const rows = pointingAt(reference, loserId).filter((row) => row['Id'] !== masterId);
    for (const row of rows) change(context, child, row, { [field.name]: masterId });
    return rows.map((row) => String(row['Id']));
  });
}

/** No record is above itself. */
function checkHierarchy({ model, table }: SchemaEntry, masterId: string): void {
  const { name, fields } = model.def;
  for (const field of fields) {
    if (!isLookup(field) || !field.referenceTo.includes(name)) continue;
    const seen = new Set<string>();
    let above = table.get(masterId)?.[field.name];
    while (typeof above === 'string' && !seen.has(above)) {
      seen.add(above);
      const parent = table.get(above);
      if (above === masterId || parent?.['MasterRecordId'] === masterId) {
        throw new SalesforceError(
          400,
          'CIRCULAR_DEPENDENCY',
          `The merge would make ${name} ${masterId} a parent of itself by ${field.name}`,
          [field.name],
        );
      }
      above = parent?.[field.name];
    }
  }
}

function invalid(code: string, message: string): SalesforceError {
  return new SalesforceError(400, code, message);
}
