/**
 * The columns of an event, from an object's fields: which there are, in which order, what each is in Avro, and
 * what its `doc` says. Everything else (schema, encoding, bitmaps) follows from these.
 */
import type { FieldDef, FieldType, ObjectDef } from '../org/types.ts';

/** How a value is written; `date` is a `YYYY-MM-DD` written as a long. */
export type ColumnKind = 'string' | 'boolean' | 'int' | 'double' | 'long' | 'date';

export interface SimpleColumn {
  readonly kind: ColumnKind;
  /** As in the event's schema. */
  readonly name: string;
  /** The record's field, by its REST name. */
  readonly field: string;
  readonly doc: string;
  /** Without a null branch: the two audit fields of platform events. */
  readonly required: boolean;
  /** May be sent as a text diff. */
  readonly longText: boolean;
  /** Account.Name: a string, in orgs with person accounts also a record. */
  readonly switchable: boolean;
}

export interface CompoundColumn {
  readonly kind: 'compound';
  readonly name: string;
  readonly doc: string;
  readonly record: 'Address' | 'Location' | 'PersonName';
  /** Named as inside the record: `Street`, whose field is `BillingStreet`. */
  readonly parts: readonly SimpleColumn[];
}

export type Column = SimpleColumn | CompoundColumn;

/** The name of a person account, as `Switchable_PersonName` has it. */
export const PERSON_NAME = ['Salutation', 'FirstName', 'LastName'] as const;

/** `Account` → `AccountChangeEvent`, `Bike__c` → `Bike__ChangeEvent`; a platform event is its own. */
export function eventNameOf(object: ObjectDef): string {
  if (object.kind === 'platformevent') return object.name;
  return `${object.name.replace(/__c$/, '__')}ChangeEvent`;
}

/** In the order of the schema, ChangeEventHeader not among them. */
export function columnsOf(object: ObjectDef): readonly Column[] {
  return object.fields
    .filter((field) => field.leftOutOfEvents !== true && field.compoundFieldName === null)
    .map((field) => columnOf(object, field));
}

function columnOf(object: ObjectDef, field: FieldDef): Column {
  const parts = object.fields.filter((each) => each.compoundFieldName === field.name);
  if (parts.length === 0 || field.extraTypeInfo === 'switchablepersonname') {
    return simpleColumn(object, field, field.name);
  }
  const record = RECORDS[field.type] ?? 'PersonName';
  return {
    kind: 'compound',
    name: field.name,
    doc: withFieldId(`Data:${record}`, field),
    record,
    parts: parts.map((part) => simpleColumn(object, part, partName(field, part))),
  };
}

const RECORDS: Partial<Record<FieldType, CompoundColumn['record']>> = {
  address: 'Address',
  location: 'Location',
};

/** `BillingStreet` in `BillingAddress` → `Street`; `Place__Latitude__s` in `Place__c` → `Latitude`. */
function partName(compound: FieldDef, part: FieldDef): string {
  if (compound.type === 'location') return part.name.replace(/^.*__(\w+)__s$/, '$1');
  if (compound.type !== 'address') return part.name;
  return part.name.slice(compound.name.replace(/Address$/, '').length);
}

function simpleColumn(object: ObjectDef, field: FieldDef, name: string): SimpleColumn {
  const audit = object.kind === 'platformevent' && AUDIT_DOCS[field.name] !== undefined;
  const longText =
    field.extraTypeInfo === 'plaintextarea' || field.extraTypeInfo === 'richtextarea';
  return {
    kind: KINDS[field.type],
    name,
    field: field.name,
    doc: audit ? (AUDIT_DOCS[field.name] ?? '') : withFieldId(docOf(field), field),
    required: audit,
    longText,
    switchable: field.extraTypeInfo === 'switchablepersonname',
  };
}

const KINDS: Record<FieldType, ColumnKind> = {
  id: 'string',
  string: 'string',
  textarea: 'string',
  boolean: 'boolean',
  int: 'int',
  double: 'double',
  currency: 'double',
  percent: 'double',
  date: 'date',
  datetime: 'long',
  time: 'long',
  picklist: 'string',
  multipicklist: 'string',
  combobox: 'string',
  reference: 'string',
  email: 'string',
  phone: 'string',
  url: 'string',
  address: 'string',
  location: 'string',
  encryptedstring: 'string',
  base64: 'string',
};

const AUDIT_DOCS: Readonly<Record<string, string>> = {
  CreatedDate: 'CreatedDate:DateTime',
  CreatedById: 'CreatedBy:EntityId',
};

const DOCS: Record<FieldType, string> = {
  id: 'Data:EntityId',
  string: 'Data:Text',
  textarea: 'Data:Text',
  boolean: 'Data:Boolean',
  int: 'Data:Integer',
  double: 'Data:Double',
  currency: 'Data:Currency',
  percent: 'Data:Percent',
  date: 'Data:DateOnly',
  datetime: 'Data:DateTime',
  time: 'Data:TimeOnly',
  picklist: 'Data:DynamicEnum',
  multipicklist: 'Data:MultiEnum',
  combobox: 'Data:Text',
  reference: 'ForeignKey:EntityId',
  email: 'Data:Email',
  phone: 'Data:Phone',
  url: 'Data:Url',
  address: 'Data:Address',
  location: 'Data:Location',
  encryptedstring: 'Data:EncryptedText',
  base64: 'Data:Text',
};

/** Ids of another company's database: `JigsawCompanyId`, `JigsawContactId`. */
const EXTERNAL_KEY = /^Jigsaw\w+Id$/;

function docOf(field: FieldDef): string {
  if (field.name === 'CreatedDate') return 'CreatedDate:DateTime';
  if (field.extraTypeInfo === 'plaintextarea') return 'Data:StringPlusClob';
  if (field.extraTypeInfo === 'richtextarea') return 'Data:HtmlStringPlusClob';
  if (field.extraTypeInfo === 'switchablepersonname') return 'Data:Switchable_PersonName';
  if (field.type === 'string' && EXTERNAL_KEY.test(field.name)) {
    return 'ExternalForeignKey:ExternalId';
  }
  const fixed = field.type === 'picklist' && field.restrictedPicklist && !field.custom;
  return fixed ? 'Data:StaticEnum' : DOCS[field.type];
}

function withFieldId(doc: string, field: FieldDef): string {
  return field.fieldId === undefined ? doc : `${doc}:${field.fieldId.slice(0, 15)}`;
}
