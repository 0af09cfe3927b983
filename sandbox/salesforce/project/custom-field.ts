/** A custom field as Metadata API describes it → the field as describe shows it. */
import { makeField } from '../org/field-spec.ts';
import type { FieldDef, FieldType, FieldValue, Summary } from '../org/types.ts';

/** The elements of `CustomField` that mean something here, already read from XML or JSON. */
export interface CustomFieldMetadata {
  readonly name: string;
  readonly type: string;
  readonly label?: string | undefined;
  readonly length?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly required?: boolean | undefined;
  readonly unique?: boolean | undefined;
  readonly externalId?: boolean | undefined;
  readonly defaultValue?: string | undefined;
  readonly picklistValues?: readonly string[] | undefined;
  readonly restricted?: boolean | undefined;
  readonly referenceTo?: readonly string[] | undefined;
  /** What the parent calls its children, without `__r`. */
  readonly relationshipName?: string | undefined;
  readonly deleteConstraint?: string | undefined;
  readonly displayFormat?: string | undefined;
  readonly formula?: string | undefined;
  readonly blankAsZero?: boolean | undefined;
  /** Of a roll-up; its type is the summed up field's. */
  readonly summary?: Summary | undefined;
  /** Of a master-detail: a child may get another parent. */
  readonly reparentable?: boolean | undefined;
  readonly mask?: FieldDef['mask'];
  /** Custom labels that the formula or the default value names. */
  readonly labels?: FieldDef['labels'];
}

const TYPES: Readonly<Record<string, FieldType>> = {
  Text: 'string',
  TextArea: 'textarea',
  LongTextArea: 'textarea',
  Html: 'textarea',
  Number: 'double',
  Currency: 'currency',
  Percent: 'percent',
  Checkbox: 'boolean',
  Date: 'date',
  DateTime: 'datetime',
  Time: 'time',
  Picklist: 'picklist',
  MultiselectPicklist: 'multipicklist',
  Email: 'email',
  Phone: 'phone',
  Url: 'url',
  Lookup: 'reference',
  Hierarchy: 'reference',
  MasterDetail: 'reference',
  MetadataRelationship: 'reference',
  ExternalLookup: 'reference',
  IndirectLookup: 'reference',
  AutoNumber: 'string',
  EncryptedText: 'encryptedstring',
  Location: 'location',
  Summary: 'double',
};
/** Types that a field can't do without these for. */
const NEEDS: Readonly<Record<string, readonly (keyof CustomFieldMetadata)[]>> = {
  Text: ['length'],
  LongTextArea: ['length'],
  EncryptedText: ['length'],
  Number: ['precision', 'scale'],
  Currency: ['precision', 'scale'],
  Percent: ['precision', 'scale'],
  Lookup: ['referenceTo'],
  MasterDetail: ['referenceTo'],
};
const LONG_TEXT_MAX = 131_072;
const TEXT_MAX = 255;
/** Characters that describe gives a formula's text. */
const FORMULA_TEXT = 1300;

export const METADATA_TYPES: readonly string[] = Object.keys(TYPES);

export function isKnownType(type: string): boolean {
  return TYPES[type] !== undefined;
}

export interface FieldProblem {
  /** The element it is about; what to look for in the file. */
  readonly element: string;
  readonly message: string;
}

/** What makes the field impossible; undefined where nothing does. */
export function fieldProblem(field: CustomFieldMetadata): FieldProblem | undefined {
  const { name, type, length, precision = 18, scale = 0 } = field;
  if (!/^[A-Za-z]\w*__(c|pc)$/.test(name)) {
    const message = `A custom field's name is a letter, letters, digits and "_", then "__c"; "${name}" is not.`;
    return { element: 'fullName', message };
  }
  if (!isKnownType(type)) {
    const message = `${name} has the type "${type}", which is none of ${METADATA_TYPES.join(', ')}.`;
    return { element: 'type', message };
  }
  const needed = field.formula !== undefined ? [] : (NEEDS[type] ?? []);
  const missing = needed.find((key) => field[key] === undefined);
  if (missing !== undefined) {
    return { element: 'type', message: `${name} (${type}) needs <${missing}>.` };
  }
  const max = type === 'Text' ? TEXT_MAX : LONG_TEXT_MAX;
  if (length !== undefined && !(length >= 1 && length <= max)) {
    const message = `${name} (${type}) has the length ${length}; it must be 1 to ${max}.`;
    return { element: 'length', message };
  }
  if (!(precision >= 1 && precision <= 18 && scale >= 0 && scale <= precision)) {
    const message = `${name} has precision ${precision} and scale ${scale}; 1 to 18 digits are possible, and no more decimals than digits.`;
    return { element: 'precision', message };
  }
  return undefined;
}

/** The field; ask `fieldProblem` first. */
export function customField(meta: CustomFieldMetadata, fieldId: string): FieldDef[] {
  const type = TYPES[meta.type] ?? 'string';
  const calculated = meta.formula !== undefined || meta.type === 'Summary';
  const auto = meta.type === 'AutoNumber';
  const required = (meta.required === true || meta.type === 'MasterDetail') && !calculated;
  const defaultValue = calculated ? null : defaultOf(type, meta.defaultValue);
  const formula = calculated || defaultValue !== null ? undefined : defaultFormula(type, meta);
  const field = makeField({
    name: meta.name,
    label: meta.label ?? labelOf(meta.name),
    type,
    custom: true,
    fieldId,
    ...(meta.length === undefined ? lengthOf(meta) : { length: meta.length }),
    precision: meta.precision ?? (type === 'location' ? 18 : 0),
    scale: meta.scale ?? 0,
    nillable: !required && type !== 'boolean' && !auto,
    createable: !calculated && !auto && type !== 'location',
    updateable: !calculated && !auto && type !== 'location' && !isFixedParent(meta),
    defaultedOnCreate: type === 'boolean' || auto || defaultValue !== null || formula !== undefined,
    externalId: meta.externalId === true,
    unique: meta.unique === true,
    calculated,
    autoNumber: auto,
    picklistValues: meta.picklistValues ?? [],
    restrictedPicklist: meta.restricted === true,
    defaultValue,
    extraTypeInfo: meta.formula === undefined ? textKind(meta.type) : null,
    ...(meta.formula === undefined
      ? {}
      : { formula: meta.formula, blankAsZero: meta.blankAsZero === true }),
    ...(meta.summary === undefined ? {} : { summary: meta.summary }),
    ...(meta.mask === undefined ? {} : { mask: meta.mask }),
    ...(meta.labels === undefined ? {} : { labels: meta.labels }),
    ...(formula === undefined ? {} : { defaultFormula: formula }),
    ...(type === 'reference' ? reference(meta) : {}),
    ...(auto ? { displayFormat: meta.displayFormat ?? '{0}' } : {}),
  });
  return type === 'location' ? [field, ...coordinates(field)] : [field];
}

function reference(meta: CustomFieldMetadata): Partial<FieldDef> {
  const onDelete =
    meta.type === 'MasterDetail' || meta.deleteConstraint === 'Cascade'
      ? 'cascade'
      : meta.deleteConstraint === 'Restrict'
        ? 'restrict'
        : undefined;
  return {
    length: 18,
    referenceTo: meta.referenceTo ?? [],
    relationshipName: meta.name.replace(/__p?c$/, '__r'),
    ...(meta.relationshipName === undefined
      ? {}
      : { childRelationshipName: `${meta.relationshipName}__r` }),
    ...(onDelete === undefined ? {} : { onDelete }),
  };
}

/** `Place__c` is the compound; `Place__Latitude__s` and `Place__Longitude__s` are what is stored. */
function coordinates(location: FieldDef): FieldDef[] {
  const stem = location.name.replace(/__c$/, '');
  return ['Latitude', 'Longitude'].map((part) =>
    makeField({
      name: `${stem}__${part}__s`,
      label: `${location.label} (${part})`,
      type: 'double',
      precision: 18,
      scale: 15,
      custom: true,
      nillable: location.nillable,
      compoundFieldName: location.name,
    }),
  );
}

function textKind(type: string): FieldDef['extraTypeInfo'] {
  if (type === 'LongTextArea') return 'plaintextarea';
  return type === 'Html' ? 'richtextarea' : null;
}

/** A detail stays with its master unless its field says otherwise. */
function isFixedParent({ type, reparentable }: CustomFieldMetadata): boolean {
  return type === 'MasterDetail' && reparentable !== true;
}

function lengthOf({ type, formula }: CustomFieldMetadata): Partial<FieldDef> {
  if (formula !== undefined && type === 'Text') return { length: FORMULA_TEXT };
  if (type === 'Html') return { length: 32_768 };
  return type === 'AutoNumber' ? { length: 30 } : {};
}

/** A default is a formula in general; this is what it says where it is no constant. */
function defaultFormula(
  type: FieldType,
  { defaultValue }: CustomFieldMetadata,
): string | undefined {
  if (defaultValue === undefined || defaultValue.trim() === '') return undefined;
  return CONSTANTS.has(type) ? undefined : defaultValue;
}

/** Types whose default is always a constant. */
const CONSTANTS: ReadonlySet<FieldType> = new Set(['boolean', 'picklist', 'multipicklist']);

function defaultOf(type: FieldType, written: string | undefined): FieldValue {
  if (type === 'boolean') return written?.toLowerCase() === 'true';
  if (written === undefined || written === '') return null;
  if (type === 'double' || type === 'currency' || type === 'percent') {
    return Number.isNaN(Number(written)) ? null : Number(written);
  }
  if (type === 'picklist' || type === 'multipicklist') return written;
  return /^(["'])(.*)\1$/s.exec(written)?.[2] ?? null;
}

function labelOf(name: string): string {
  return name.replace(/__p?c$/, '').replaceAll('_', ' ');
}
