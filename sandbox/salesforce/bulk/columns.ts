/** The header of uploaded data: what each column writes into a record. */
import type { FieldDef, ObjectDef } from '../org/types.ts';
import { fieldOf } from '../soql/fields.ts';
import { visible } from '../soql/scope.ts';
import type { Reader } from '../soql/scope.ts';
import { fieldNotFound, invalidBatch } from './errors.ts';
import type { IngestJob } from './jobs.ts';

export interface Column {
  /** The field it writes; of `Account.Ext__c` the AccountId. */
  readonly field: FieldDef;
  readonly put: (values: Record<string, unknown>, cell: string) => void;
}

/** In data, what empties a field; a cell with nothing in it leaves the field as it is. */
const NULL = '#N/A';
const TRUE = /^(?:true|t|yes|y|on|1)$/i;
const FALSE = /^(?:false|f|no|n|off|0)$/i;
/** `Owner.Ext__c`, `Account:What.Ext__c`. */
const RELATIONSHIP = /^(?:(\w+):)?(\w+)\.(\w+)$/;

/** Fails the job where a column is unknown, there twice, or one that the operation needs is missing. */
export function readHeader(
  reader: Reader,
  object: ObjectDef,
  job: Pick<IngestJob, 'operation' | 'externalIdFieldName'>,
  header: readonly string[],
): readonly Column[] {
  const names = header.map((name) => name.toLowerCase());
  const key = keyOf(job);
  if (key !== undefined && !names.includes(key.toLowerCase())) throw fieldNotFound(key);
  const double = header.find((_, i) => names.indexOf(names[i] ?? '') < i);
  if (double !== undefined) throw invalidBatch(`Duplicate field name : ${double}`);
  const deletes = job.operation === 'delete' || job.operation === 'hardDelete';
  if (deletes && names.length > 1) {
    throw invalidBatch(`The '${job.operation}' batch must contain only ids`);
  }
  return header.map((name) => columnOf(reader, object, name));
}

/** The column that says which record is meant. */
export function keyOf(
  job: Pick<IngestJob, 'operation' | 'externalIdFieldName'>,
): string | undefined {
  if (job.operation === 'insert') return undefined;
  return job.operation === 'upsert' ? job.externalIdFieldName : 'Id';
}

function columnOf(reader: Reader, object: ObjectDef, name: string): Column {
  const field = fieldOf(object, name);
  if (field === undefined) return relationshipColumn(reader, object, name);
  return {
    field,
    put: (values, cell) => {
      if (cell !== '') values[field.name] = jsonOf(field, cell);
    },
  };
}

function jsonOf(field: FieldDef, cell: string): unknown {
  if (cell === NULL) return null;
  if (field.type !== 'boolean') return cell;
  if (TRUE.test(cell)) return true;
  return FALSE.test(cell) ? false : cell;
}

function relationshipColumn(reader: Reader, object: ObjectDef, name: string): Column {
  const [, type, relationship, key = ''] = RELATIONSHIP.exec(name) ?? [];
  const field = object.fields.find(
    (each) => each.relationshipName?.toLowerCase() === relationship?.toLowerCase(),
  );
  const targets = (field?.referenceTo ?? []).filter(
    (target) => type === undefined || target.toLowerCase() === type.toLowerCase(),
  );
  const known = targets.some((target) => {
    const parent = visible(reader, target);
    const by = parent === undefined ? undefined : fieldOf(parent, key);
    return by?.externalId === true || by?.unique === true || by?.type === 'id';
  });
  if (field === undefined || !known) throw fieldNotFound(name);
  const parent = field.relationshipName ?? '';
  return {
    field,
    put: (values, cell) => {
      if (cell !== '') values[parent] = cell === NULL ? null : { [key]: cell };
    },
  };
}
