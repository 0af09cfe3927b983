import { entityIsDeleted, invalidCrossReference, readIncoming, requireId } from './incoming.ts';
import { makeId } from './ids.ts';
import type { ObjectModel } from './object-model.ts';
import { deriveFor } from './objects/derived.ts';
import type { Schema } from './schema.ts';
import type { Table } from './table.ts';
import { SalesforceError } from './types.ts';
import type { FieldValue, JsonValues, RecordValues, Write } from './types.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface WriteContext {
  readonly unit: UnitOfWork;
  readonly userId: string;
  /** Whole seconds, epoch ms: what the system fields show. */
  readonly time: number;
}

interface Target {
  readonly model: ObjectModel;
  readonly table: Table;
}

/** Carries out single writes against the tables, by Salesforce's rules; each throws SalesforceError or is done. */
export class Writer {
  private readonly schema: Schema;
  private readonly counters = new Map<string, number>();

  constructor(schema: Schema) {
    this.schema = schema;
  }

  execute(context: WriteContext, write: Write): { id: string; created: boolean } {
    switch (write.op) {
      case 'insert':
        return { id: this.insert(context, write.entity, write.values), created: true };
      case 'update':
        return { id: this.update(context, write.entity, write.id, write.values), created: false };
      case 'upsert':
        return this.upsert(context, write);
      case 'delete':
        return { id: this.delete(context, write.id), created: false };
      case 'undelete':
        return { id: this.undelete(context, write.id), created: false };
    }
  }

  private insert(context: WriteContext, entity: string, values: JsonValues): string {
    const target = this.schema.require(entity);
    const { model } = target;
    if (Object.keys(values).some((name) => name.toLowerCase() === 'id')) {
      throw new SalesforceError(
        400,
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        'cannot specify Id in an insert call',
        ['Id'],
      );
    }
    const given = readIncoming(this.schema, model, values, 'insert');
    const record: Record<string, FieldValue> = { ...model.blank, ...given };
    if (model.has('OwnerId')) record['OwnerId'] ??= context.userId;
    record['CreatedDate'] = context.time;
    record['CreatedById'] = context.userId;
    const id = makeId(model.def.keyPrefix, this.next(model.def.keyPrefix));
    record['Id'] = id;
    this.finish(target, record, context);
    for (const field of model.autoNumbers) {
      const number = this.next(`${model.def.name}.${field.name}`);
      record[field.name] = formatNumber(field.displayFormat ?? '{0}', number);
    }
    context.unit.apply(target, 'CREATE', id, null, record);
    return id;
  }

  private update(context: WriteContext, entity: string, anyId: string, values: JsonValues): string {
    const target = this.schema.require(entity);
    const id = requireId(anyId);
    const before = this.live(target, id);
    const given = readIncoming(this.schema, target.model, values, 'update');
    const record: Record<string, FieldValue> = { ...before, ...given };
    this.finish(target, record, context);
    context.unit.apply(target, 'UPDATE', id, before, record);
    return id;
  }

  private upsert(
    context: WriteContext,
    write: Extract<Write, { op: 'upsert' }>,
  ): { id: string; created: boolean } {
    const { model, table } = this.schema.require(write.entity);
    const field = model.field(write.externalIdField);
    if (field === undefined || !(field.externalId || field.type === 'id')) {
      throw new SalesforceError(
        404,
        'NOT_FOUND',
        `Provided external ID field does not exist or is not accessible: ${write.externalIdField}`,
      );
    }
    if (field.type === 'id') {
      return {
        id: this.update(context, write.entity, write.externalId, write.values),
        created: false,
      };
    }
    const key = readIncoming(this.schema, model, { [field.name]: write.externalId }, 'insert');
    if (key[field.name] === null) {
      throw new SalesforceError(400, 'MISSING_ARGUMENT', `${field.name} not specified`, [
        field.name,
      ]);
    }
    const found = table
      .find(field.name, key[field.name] ?? null)
      .filter((row) => row['IsDeleted'] !== true);
    if (found.length > 1) {
      throw new SalesforceError(
        300,
        'DUPLICATE_EXTERNAL_ID',
        `${field.label}: more than one record found for external id field: [${found.map((row) => String(row['Id'])).join(', ')}]`,
        [field.name],
      );
    }
    const id = found[0]?.['Id'];
    const rest = Object.fromEntries(
      Object.entries(write.values).filter(
        ([name]) => name.toLowerCase() !== field.name.toLowerCase(),
      ),
    );
    if (typeof id === 'string') {
      return { id: this.update(context, write.entity, id, rest), created: false };
    }
    const values = { ...rest, [field.name]: write.externalId };
    return { id: this.insert(context, write.entity, values), created: true };
  }

  private delete(context: WriteContext, anyId: string): string {
    const id = requireId(anyId);
    const target = this.schema.ofId(id);
    if (target === undefined) throw invalidCrossReference();
    const before = this.live(target, id);
    this.setDeleted(context, target, before, true);
    this.deleteChildren(context, target.model.def.name, id);
    return id;
  }

  private deleteChildren(context: WriteContext, parentEntity: string, parentId: string): void {
    for (const model of this.schema.models()) {
      for (const field of model.def.fields) {
        if (field.onDelete === undefined || !field.referenceTo.includes(parentEntity)) continue;
        const target = this.schema.require(model.def.name);
        const children = target.table
          .find(field.name, parentId)
          .filter((row) => row['IsDeleted'] !== true);
        if (children.length > 0 && field.onDelete === 'restrict') {
          throw new SalesforceError(
            400,
            'DELETE_FAILED',
            `Your attempt to delete this record could not be completed because it is associated with the following ${model.def.labelPlural}: ${children
              .map((row) => String(row['Name'] ?? row['Id']))
              .slice(0, 5)
              .join(', ')}`,
          );
        }
        for (const child of children) {
          this.setDeleted(context, target, child, true);
          this.deleteChildren(context, model.def.name, String(child['Id']));
        }
      }
    }
  }

  private undelete(context: WriteContext, anyId: string): string {
    const id = requireId(anyId);
    const target = this.schema.ofId(id);
    const before = target?.table.get(id);
    if (target === undefined || before === undefined) throw invalidCrossReference();
    if (before['IsDeleted'] !== true) {
      throw new SalesforceError(400, 'UNDELETE_FAILED', 'Entity is not in the recycle bin');
    }
    this.setDeleted(context, target, before, false);
    this.undeleteChildren(context, target.model.def.name, before);
    return id;
  }

  /** Children that went with their parent, at the same instant, come back with it. */
  private undeleteChildren(
    context: WriteContext,
    parentEntity: string,
    parent: RecordValues,
  ): void {
    for (const model of this.schema.models()) {
      for (const field of model.def.fields) {
        if (field.onDelete !== 'cascade' || !field.referenceTo.includes(parentEntity)) continue;
        const target = this.schema.require(model.def.name);
        for (const child of target.table.find(field.name, parent['Id'] ?? null)) {
          const together = child['SystemModstamp'] === parent['SystemModstamp'];
          if (child['IsDeleted'] !== true || !together) continue;
          this.setDeleted(context, target, child, false);
          this.undeleteChildren(context, model.def.name, child);
        }
      }
    }
  }

  private setDeleted(
    context: WriteContext,
    target: Target,
    before: RecordValues,
    deleted: boolean,
  ): void {
    const record: Record<string, FieldValue> = { ...before, IsDeleted: deleted };
    if (!deleted) this.checkUnique(target, record);
    stamp(record, context);
    const type = deleted ? 'DELETE' : 'UNDELETE';
    context.unit.apply(target, type, String(before['Id']), before, record);
  }

  private live(target: Target, id: string): RecordValues {
    const record = target.table.get(id);
    if (record === undefined) throw invalidCrossReference();
    if (record['IsDeleted'] === true) throw entityIsDeleted();
    return record;
  }

  /** Derived fields, required fields, unique fields and the audit fields of a new or changed record. */
  private finish(target: Target, record: Record<string, FieldValue>, context: WriteContext): void {
    const missing = target.model.required.filter((name) => record[name] === null);
    if (missing.length > 0) {
      throw new SalesforceError(
        400,
        'REQUIRED_FIELD_MISSING',
        `Required fields are missing: [${missing.join(', ')}]`,
        missing,
      );
    }
    this.checkUnique(target, record);
    Object.assign(record, deriveFor(target.model.def.name)?.(record));
    stamp(record, context);
  }

  private checkUnique({ model, table }: Target, record: RecordValues): void {
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

  private next(counter: string): number {
    const number = (this.counters.get(counter) ?? 0) + 1;
    this.counters.set(counter, number);
    return number;
  }
}

function stamp(record: Record<string, FieldValue>, context: WriteContext): void {
  record['LastModifiedDate'] = context.time;
  record['LastModifiedById'] = context.userId;
  record['SystemModstamp'] = context.time;
}

/** `O-{00000}` and 7 → `O-00007`. */
function formatNumber(format: string, number: number): string {
  return format.replace(/\{(0+)\}/, (_, zeros: string) =>
    String(number).padStart(zeros.length, '0'),
  );
}
