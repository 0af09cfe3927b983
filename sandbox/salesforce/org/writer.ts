import { ObservedMap } from '../observed-map.ts';
import type { Changing, Deletion } from './changing.ts';
import { checkDuplicates } from './duplicates.ts';
import type { DuplicateRule } from './duplicates.ts';
import { fillDefaults } from './defaults.ts';
import { makeId } from './ids.ts';
import { readIncoming, requireId } from './incoming.ts';
import { convertLead } from './lead-conversion.ts';
import { mergeRecords } from './merge.ts';
import { deriveFor } from './objects/derived.ts';
import { followUpOf } from './objects/follow-ups.ts';
import { initialFor } from './objects/initial.ts';
import { deleteRecord, undeleteRecord } from './recycle-bin.ts';
import {
  checkAbility,
  checkRequired,
  checkUnconverted,
  checkUnique,
  liveRecord,
  stamp,
} from './rules.ts';
import type { WriteContext } from './rules.ts';
import { checkRecordType } from './record-type-check.ts';
import { rollUp } from './roll-ups.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { FieldValue, JsonValues, RecordValues, SaveCheck, Write } from './types.ts';
import { checkValidation } from './validation.ts';

interface Change {
  readonly record: Record<string, FieldValue>;
  readonly before: RecordValues | null;
  readonly given: RecordValues;
}

interface Written {
  readonly id: string;
  readonly created: boolean;
  /** Of a merge: ids of the records that have another parent now. */
  readonly related?: readonly string[];
}

/** Carries out single writes against the tables, by Salesforce's rules; each throws SalesforceError or is done. */
export class Writer implements Changing {
  readonly schema: Schema;
  readonly deletions = new ObservedMap<string, Deletion>();
  /** By the object's name: each has one at most. */
  readonly duplicateRules = new ObservedMap<string, DuplicateRule>();
  /** The last number given out, by key prefix or auto-number field. */
  readonly counters = new ObservedMap<string, number>();
  private readonly checks = new Map<string, Set<SaveCheck>>();

  constructor(schema: Schema) {
    this.schema = schema;
  }

  onSave(entity: string, check: SaveCheck): Disposable {
    const checks = this.checks.get(entity) ?? new Set();
    this.checks.set(entity, checks.add(check));
    return { [Symbol.dispose]: () => checks.delete(check) };
  }

  readonly write = (context: WriteContext, write: Write): string =>
    this.carryOut(context, write).id;

  readonly change = (
    context: WriteContext,
    target: SchemaEntry,
    before: RecordValues,
    values: RecordValues,
  ): void => {
    const record = { ...before, ...values };
    this.settle(target, { record, before, given: values }, context);
    context.unit.apply(target, 'UPDATE', String(before['Id']), before, record);
  };

  execute(context: WriteContext, write: Write): Written {
    const mark = context.unit.mark();
    const result = this.carryOut(context, write);
    rollUp(this.schema, context, mark);
    return result;
  }

  private carryOut(context: WriteContext, write: Write): Written {
    switch (write.op) {
      case 'insert':
        return { id: this.insert(context, write.entity, write.values), created: true };
      case 'update':
        return { id: this.update(context, write.entity, write.id, write.values), created: false };
      case 'upsert':
        return this.upsert(context, write);
      case 'delete':
        return { id: deleteRecord(this, context, write.id, write.hard), created: false };
      case 'undelete':
        return { id: undeleteRecord(this, context, write.id), created: false };
      case 'merge':
        return { ...mergeRecords(this, context, write), created: false };
      case 'convertLead':
        return { id: convertLead(this, context, write), created: false };
    }
  }

  /** Makes a record as it is given, by no rules: the server's own doing. */
  add(context: WriteContext, entity: string, values: RecordValues, followsUp = false): string {
    const target = this.schema.require(entity);
    const { def, blank } = target.model;
    const id = String(values['Id'] ?? makeId(def.keyPrefix, this.next(def.keyPrefix)));
    const record: Record<string, FieldValue> = { ...blank, ...values, Id: id };
    record['CreatedDate'] = context.time;
    record['CreatedById'] = context.userId;
    if (target.model.has('LastModifiedDate')) stamp(record, context);
    else record['SystemModstamp'] = context.time;
    context.unit.apply(target, 'CREATE', id, null, record, followsUp);
    return id;
  }

  private insert(context: WriteContext, entity: string, values: JsonValues): string {
    const target = this.schema.require(entity);
    const { model } = target;
    checkAbility(model.def, 'createable');
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
    if (model.def.kind === 'platformevent') {
      throw new SalesforceError(
        400,
        'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        `${model.def.name} is published, not stored`,
      );
    }
    if (model.has('OwnerId')) record['OwnerId'] ??= context.userId;
    fillDefaults(model.def, this.schema.world, record, given, context.userId);
    record['CreatedDate'] = context.time;
    record['CreatedById'] = context.userId;
    Object.assign(record, initialFor(model.def.name)?.(record));
    const id = makeId(model.def.keyPrefix, this.next(model.def.keyPrefix));
    record['Id'] = id;
    if (model.def.kind === 'custom') record['Name'] ??= id;
    for (const { name } of model.masters) context.unit.requireFree(String(record[name]));
    this.finish(target, { record, before: null, given }, context);
    for (const field of model.autoNumbers) {
      const number = this.next(`${model.def.name}.${field.name}`);
      record[field.name] = formatNumber(field.displayFormat ?? '{0}', number);
    }
    context.unit.apply(target, 'CREATE', id, null, record);
    this.followUp(context, target, record, null);
    return id;
  }

  private update(context: WriteContext, entity: string, anyId: string, values: JsonValues): string {
    const target = this.schema.require(entity);
    checkAbility(target.model.def, 'updateable');
    const id = requireId(anyId);
    const before = liveRecord(target, id);
    checkUnconverted(target, before);
    const given = readIncoming(this.schema, target.model, values, 'update');
    const record: Record<string, FieldValue> = { ...before, ...given };
    this.finish(target, { record, before, given }, context);
    context.unit.apply(target, 'UPDATE', id, before, record);
    this.followUp(context, target, record, before);
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

  /** Derived fields, required fields, unique fields and the audit fields of a new or changed record. */
  private finish(target: SchemaEntry, change: Change, context: WriteContext): void {
    const { record } = change;
    checkRequired(target.model, record);
    checkUnique(target, record);
    checkDuplicates(this.duplicateRules.values(), target, record, change.before, context);
    this.settle(target, change, context);
    const { def } = target.model;
    for (const check of this.checks.get(def.name) ?? []) check(record, change.before);
    const { world } = this.schema;
    checkRecordType(def, world, record, change.given);
    checkValidation(def, world, target.table.dress(record), change.before, context.userId);
  }

  /** What the server itself works out. */
  private settle(target: SchemaEntry, change: Change, context: WriteContext): void {
    const { record } = change;
    const derive = deriveFor(target.model.def.name);
    if (derive !== undefined) {
      const lookup = (entity: string, id: FieldValue | undefined): RecordValues | undefined =>
        this.schema.find(entity)?.table.get(String(id));
      const { time, userId } = context;
      Object.assign(record, derive({ ...change, time, userId, lookup }));
    }
    stamp(record, context);
  }

  private followUp(
    context: WriteContext,
    { model }: SchemaEntry,
    record: RecordValues,
    before: RecordValues | null,
  ): void {
    followUpOf(model.def.name)?.({
      record,
      before,
      time: context.time,
      find: (entity, field, value) =>
        this.schema
          .require(entity)
          .table.find(field, value)
          .filter((row) => row['IsDeleted'] !== true),
      add: (entity, values) => this.add(context, entity, values, true),
      set: (entity, id, values) => {
        const target = this.schema.require(entity);
        const old = liveRecord(target, String(id));
        const changed: Record<string, FieldValue> = { ...old, ...values };
        stamp(changed, context);
        context.unit.apply(target, 'UPDATE', String(id), old, changed, true);
      },
    });
  }

  private next(counter: string): number {
    const number = (this.counters.get(counter) ?? 0) + 1;
    this.counters.set(counter, number);
    return number;
  }
}

/** `O-{00000}` and 7 → `O-00007`. */
function formatNumber(format: string, number: number): string {
  return format.replace(/\{(0+)\}/, (_, zeros: string) =>
    String(number).padStart(zeros.length, '0'),
  );
}
