import { emptySummary } from './empty-summary.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue, ObjectDef, RecordValues } from './types.ts';

/** An object's definition with what writing its records needs, computed once per change of its fields. */
export class ObjectModel {
  readonly def: ObjectDef;
  /** A record with every stored field: defaults where there are any, else null. */
  readonly blank: RecordValues;
  /** Must have a value: not nillable, and not filled in by the server. */
  readonly required: readonly string[];
  readonly autoNumbers: readonly FieldDef[];
  readonly uniques: readonly FieldDef[];
  /** References to records without which one of this object can't be. */
  readonly masters: readonly FieldDef[];
  private readonly byName = new Map<string, FieldDef>();

  constructor(def: ObjectDef) {
    this.def = def;
    const blank: Record<string, FieldValue> = {};
    const required: string[] = [];
    for (const field of def.fields) {
      this.byName.set(field.name, field);
      this.byName.set(field.name.toLowerCase(), field);
      if (isStored(field)) blank[field.name] = initialValue(field);
      if (mustBeGiven(field)) required.push(field.name);
    }
    this.blank = shaped(blank);
    this.required = required;
    this.autoNumbers = def.fields.filter((field) => field.autoNumber);
    this.masters = def.fields.filter((field) => field.onDelete === 'cascade' && !field.nillable);
    this.uniques = def.fields.filter((field) => field.unique);
  }

  /** Case-insensitive. */
  field(name: string): FieldDef | undefined {
    return this.byName.get(name) ?? this.byName.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  requireField(name: string): FieldDef {
    const field = this.field(name);
    if (field !== undefined) return field;
    throw new SalesforceError(
      400,
      'INVALID_FIELD',
      `No such column '${name}' on sobject of type ${this.def.name}`,
    );
  }
}

/**
 * JSON.parse gives the record a shape that its copies share; copies of one that was filled key by key are hash tables
 * first, and take twice as long.
 */
function shaped(record: RecordValues): RecordValues {
  return JSON.parse(JSON.stringify(record)) as RecordValues;
}

/** Address and location compounds are shown but not stored, and so are formulas. */
export function isStored(field: FieldDef): boolean {
  return field.type !== 'address' && field.type !== 'location' && field.formula === undefined;
}

/** Of a new record. */
export function initialValue({ summary, defaultValue }: FieldDef): FieldValue {
  return summary === undefined ? defaultValue : emptySummary(summary);
}

function mustBeGiven(field: FieldDef): boolean {
  const filledIn =
    field.autoNumber ||
    field.calculated ||
    field.type === 'boolean' ||
    field.extraTypeInfo === 'personname' ||
    !field.createable;
  return !field.nillable && !filledIn && isStored(field);
}
