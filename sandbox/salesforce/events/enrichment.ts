import { SalesforceError } from '../org/types.ts';
import type { FieldValue, ObjectDef, RecordChange, RecordValues } from '../org/types.ts';

/** What the events of one entity carry on one channel, though it didn't change. */
export interface Enrichment {
  /** The channel's topic. */
  readonly topic: string;
  /** The record's fields, parts for compounds. */
  readonly fields: ReadonlySet<string>;
}

/** Of one member of a channel; Salesforce's allocation. */
const MAX_FIELDS = 10;

/**
 * The record's fields behind the names that an administrator gives: a compound stands for all of its parts. Throws
 * SalesforceError where a field can't enrich events.
 */
export function enrichedFieldNames(object: ObjectDef, names: readonly string[]): readonly string[] {
  if (names.length > MAX_FIELDS) throw refused(`there are more than ${MAX_FIELDS}`);
  if (names.length > 0 && object.kind === 'platformevent') {
    throw refused('platform events have none');
  }
  return names.flatMap((name) => {
    const field = object.fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (field === undefined) throw refused(`${object.name} has no field ${name}`);
    const long = field.extraTypeInfo === 'plaintextarea' || field.extraTypeInfo === 'richtextarea';
    if (long || field.calculated || field.leftOutOfEvents === true) {
      throw refused(`the field ${name} is not supported`);
    }
    if (field.compoundFieldName !== null) {
      throw refused(`${name} is a part of ${field.compoundFieldName}, which is taken whole`);
    }
    const parts = object.fields.filter((each) => each.compoundFieldName === field.name);
    return parts.length === 0 ? [field.name] : parts.map((part) => part.name);
  });
}

/** The event's values with what enriches them; undefined where they stay as they are. */
export function enriched(
  { type, before, after }: RecordChange,
  values: RecordValues,
  fields: ReadonlySet<string>,
): RecordValues | undefined {
  const record = type === 'DELETE' ? before : type === 'UPDATE' ? after : null;
  if (record === null) return undefined;
  const added: Record<string, FieldValue> = {};
  for (const field of fields) {
    const value = record[field] ?? null;
    if (value !== null && !(field in values)) added[field] = value;
  }
  return Object.keys(added).length === 0 ? undefined : { ...values, ...added };
}

function refused(problem: string): SalesforceError {
  const message = `The enriched fields are invalid: ${problem}.`;
  return new SalesforceError(400, 'INVALID_INPUT', message, ['enrichedFields']);
}
