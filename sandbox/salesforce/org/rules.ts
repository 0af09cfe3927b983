/** The rules every write obeys, whichever operation it is. */
import { entityIsDeleted, invalidCrossReference } from './incoming.ts';
import type { ObjectModel } from './object-model.ts';
import type { SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { Abilities, FieldValue, ObjectDef, RecordValues } from './types.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface WriteContext {
  readonly unit: UnitOfWork;
  readonly userId: string;
  /** Whole seconds, epoch ms: what the system fields show. */
  readonly time: number;
  /** Duplicate rules that only warn are passed over. */
  readonly allowDuplicates?: boolean | undefined;
}

/** The record, or the error that says it is deleted or never was. */
export function liveRecord(target: SchemaEntry, id: string): RecordValues {
  const record = target.table.get(id);
  if (record === undefined) throw invalidCrossReference();
  if (record['IsDeleted'] === true) throw entityIsDeleted();
  return record;
}

/** Some objects' records are made, changed or deleted by the server alone. */
export function checkAbility(
  { name, abilities }: ObjectDef,
  ability: 'createable' | 'updateable' | 'deletable',
): void {
  if (abilities?.[ability] !== false) return;
  throw new SalesforceError(
    400,
    'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    `entity type cannot be ${DONE[ability]}: ${name}`,
  );
}

const DONE: Readonly<Record<Exclude<keyof Abilities, 'undeletable' | 'searchable'>, string>> = {
  createable: 'inserted',
  updateable: 'updated',
  deletable: 'deleted',
};

/** A lead is left alone once it is converted. */
export function checkUnconverted({ model }: SchemaEntry, record: RecordValues): void {
  if (model.def.name !== 'Lead' || record['IsConverted'] !== true) return;
  throw new SalesforceError(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
}

export function checkRequired(model: ObjectModel, record: RecordValues): void {
  const missing = model.required.filter((name) => record[name] === null);
  if (missing.length === 0) return;
  throw new SalesforceError(
    400,
    'REQUIRED_FIELD_MISSING',
    `Required fields are missing: [${missing.join(', ')}]`,
    missing,
  );
}

export function checkUnique({ model, table }: SchemaEntry, record: RecordValues): void {
  for (const field of model.uniques) {
    const value = record[field.name] ?? null;
    if (value === null) continue;
    for (const other of table.find(field.name, value)) {
      if (other['Id'] === record['Id'] || other['IsDeleted'] === true) continue;
      throw new SalesforceError(
        400,
        'DUPLICATE_VALUE',
        `duplicate value found: ${field.name} duplicates value on record with id: ${String(other['Id'])}`,
        [field.name],
      );
    }
  }
}

/** Every write moves these, one that changes nothing too. */
export function stamp(record: Record<string, FieldValue>, context: WriteContext): void {
  record['LastModifiedDate'] = context.time;
  record['LastModifiedById'] = context.userId;
  record['SystemModstamp'] = context.time;
}
