import type { World } from '../formula/world.ts';
import { calculatedFields } from './calculated.ts';
import { initialValue, isStored, ObjectModel } from './object-model.ts';
import { retype } from './retype.ts';
import { Table } from './table.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue, ObjectDef, RecordValues, Summary } from './types.ts';

export interface SchemaEntry {
  model: ObjectModel;
  readonly table: Table;
}

/** A field by which records of `child` point at a parent. */
export interface Reference {
  readonly child: SchemaEntry;
  readonly field: FieldDef;
}

/** A roll-up summary field, and the object that has it. */
export interface SummaryField {
  readonly parent: SchemaEntry;
  readonly field: FieldDef;
  readonly summary: Summary;
}

/** The objects of the org, each with its table, and the changes that an administrator can make to them. */
export class Schema {
  private readonly byName = new Map<string, SchemaEntry>();
  private readonly byPrefix = new Map<string, string>();
  private readonly listeners = new Set<(entity: string) => void>();
  /** By the parent's name; undefined when fields have changed since. */
  private references: Map<string, Reference[]> | undefined;
  /** By the name of the children's object. */
  private summaries: ReadonlyMap<string, readonly SummaryField[]> | undefined;
  /** What formulas see. */
  readonly world: World;

  /** `now`: epoch ms, for formulas. */
  constructor(now: () => number) {
    this.world = {
      object: (name) => this.find(name)?.model.def,
      field: (def, name) => this.find(def.name)?.model.field(name),
      record: (entity, id) => this.find(entity)?.table.get(id),
      objectOfId: (id) => this.ofId(id)?.model.def,
      records: (entity) => this.liveRecords(entity),
      now,
    };
  }

  addObject(def: ObjectDef): void {
    this.references = undefined;
    const entry = { model: new ObjectModel(def), table: new Table() };
    this.byName.set(def.name.toLowerCase(), entry);
    this.byPrefix.set(def.keyPrefix, def.name);
    this.calculate(entry);
  }

  /** Another definition: rules, record types, picklist values. Records get a field that is new with its default. */
  redefineObject(def: ObjectDef): void {
    const { model } = this.require(def.name);
    this.redefine(def, conversion(model, new ObjectModel(def)) ?? copy);
  }

  /** Fields of parents that depend on the records of this object. */
  summariesOf(child: string): readonly SummaryField[] {
    return this.allSummaries().get(child) ?? [];
  }

  hasSummaries(): boolean {
    return this.allSummaries().size > 0;
  }

  private allSummaries(): ReadonlyMap<string, readonly SummaryField[]> {
    this.summaries ??= Map.groupBy(
      this.entries().flatMap((parent) =>
        parent.model.def.fields.flatMap((field) =>
          field.summary === undefined ? [] : [{ parent, field, summary: field.summary }],
        ),
      ),
      ({ summary }) => summary.child,
    );
    return this.summaries;
  }

  entries(): SchemaEntry[] {
    return [...this.byName.values()];
  }

  find(entity: string): SchemaEntry | undefined {
    return this.byName.get(entity) ?? this.byName.get(entity.toLowerCase());
  }

  /** Of the object, or Salesforce's NOT_FOUND. */
  require(entity: string): SchemaEntry {
    const found = this.find(entity);
    if (found !== undefined) return found;
    throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
  }

  /** Of the object an id belongs to by its first three characters. */
  ofId(id: string): SchemaEntry | undefined {
    const name = this.byPrefix.get(id.slice(0, 3));
    return name === undefined ? undefined : this.find(name);
  }

  /** The fields of all objects that may point at records of this one. */
  referencesTo(entity: string): readonly Reference[] {
    this.references ??= this.readReferences();
    return this.references.get(entity) ?? [];
  }

  private readReferences(): Map<string, Reference[]> {
    const references = new Map<string, Reference[]>();
    for (const child of this.byName.values()) {
      for (const field of child.model.def.fields) {
        for (const parent of field.referenceTo) {
          const known = references.get(parent);
          if (known === undefined) references.set(parent, [{ child, field }]);
          else known.push({ child, field });
        }
      }
    }
    return references;
  }

  addField(entity: string, field: FieldDef): void {
    const { model } = this.require(entity);
    if (model.has(field.name.toLowerCase())) {
      throw new SalesforceError(
        400,
        'DUPLICATE_DEVELOPER_NAME',
        `There is already a field named ${field.name} on ${model.def.name}.`,
        [field.name],
      );
    }
    const blank = isStored(field) ? { [field.name]: initialValue(field) } : {};
    const fields = [...model.def.fields, field];
    this.redefine({ ...model.def, fields }, (record) => ({ ...record, ...blank }));
  }

  dropField(entity: string, name: string): void {
    const { model } = this.require(entity);
    const field = model.requireField(name);
    if (!field.custom) {
      throw new SalesforceError(
        400,
        'FIELD_INTEGRITY_EXCEPTION',
        `${field.name} is a standard field.`,
      );
    }
    const gone = model.def.fields.filter(
      (each) => each === field || each.compoundFieldName === field.name,
    );
    const fields = model.def.fields.filter((each) => !gone.includes(each));
    this.redefine({ ...model.def, fields }, (record) => {
      const rest: Record<string, FieldValue> = { ...record };
      for (const each of gone) delete rest[each.name];
      return rest;
    });
  }

  retypeField(entity: string, name: string, changed: (field: FieldDef) => RetypedField): void {
    const { model } = this.require(entity);
    const old = model.requireField(name);
    if (old.formula !== undefined) {
      throw new SalesforceError(
        400,
        'FIELD_INTEGRITY_EXCEPTION',
        `${old.name} is a formula; its type can't be changed.`,
        [old.name],
      );
    }
    const { field, convert } = changed(old);
    const fields = model.def.fields.map((each) => (each === old ? field : each));
    this.redefine({ ...model.def, fields }, (record) => ({
      ...record,
      [old.name]: convert(record[old.name] ?? null),
    }));
  }

  /** The object takes this form; values of fields with another type are converted. Nobody is told. */
  restore(def: ObjectDef): void {
    const entry = this.find(def.name);
    if (entry === undefined) {
      this.addObject(def);
      return;
    }
    const { model, table } = entry;
    entry.model = new ObjectModel(def);
    this.calculate(entry);
    const convert = conversion(model, entry.model);
    if (convert !== undefined || table.inherited !== null) table.rewrite(convert ?? copy);
  }

  /** All objects with their records, as they are now. */
  contents(): Contents {
    return new Map(
      this.entries().map(({ model, table }) => [
        model.def.name,
        { def: model.def, rows: new Map(table.rows) },
      ]),
    );
  }

  /** Objects and records become those; an object that isn't among them loses its records. */
  replace(contents: Contents): void {
    for (const entry of this.entries()) {
      const { def, rows } = contents.get(entry.model.def.name) ?? {
        def: entry.model.def,
        rows: new Map<string, RecordValues>(),
      };
      if (def !== entry.model.def) this.restore(def);
      entry.table.replace(rows);
    }
    for (const { model } of this.entries()) {
      for (const listener of this.listeners) listener(model.def.name);
    }
  }

  onChange(listener: (entity: string) => void): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => this.listeners.delete(listener) };
  }

  private *liveRecords(entity: string): Iterable<RecordValues> {
    for (const record of this.find(entity)?.table.rows.values() ?? []) {
      if (record['IsDeleted'] !== true) yield record;
    }
  }

  private calculate({ model, table }: SchemaEntry): void {
    table.inherited = calculatedFields(model.def, this.world);
    this.summaries = undefined;
    this.references = undefined;
  }

  private redefine(def: ObjectDef, rewrite: (record: RecordValues) => RecordValues): void {
    const entry = this.require(def.name);
    entry.model = new ObjectModel(def);
    this.calculate(entry);
    entry.table.rewrite(rewrite);
    for (const listener of this.listeners) listener(entry.model.def.name);
  }
}

/** By the object's name. */
export type Contents = ReadonlyMap<
  string,
  { readonly def: ObjectDef; readonly rows: ReadonlyMap<string, RecordValues> }
>;

export interface RetypedField {
  readonly field: FieldDef;
  /** The old value as the new type has it; null where it can't be. */
  readonly convert: (value: FieldValue) => FieldValue;
}

const copy = (record: RecordValues): RecordValues => ({ ...record });

/** How records of the old form get the new one; undefined where they have it. */
function conversion(
  old: ObjectModel,
  now: ObjectModel,
): ((record: RecordValues) => RecordValues) | undefined {
  const retyped = now.def.fields.flatMap((field) => {
    const before = old.field(field.name);
    if (before === undefined || !isStored(field)) return [];
    if (before.type === field.type && before.length === field.length) return [];
    return [{ name: field.name, convert: retype(before, field.type, field.length).convert }];
  });
  const names = Object.keys(now.blank);
  const same = names.join() === Object.keys(old.blank).join();
  if (same && retyped.length === 0) return undefined;
  return (record) => {
    const next: Record<string, FieldValue> = {};
    for (const name of names) next[name] = (name in record ? record : now.blank)[name] ?? null;
    for (const { name, convert } of retyped) next[name] = convert(record[name] ?? null);
    return next;
  };
}
