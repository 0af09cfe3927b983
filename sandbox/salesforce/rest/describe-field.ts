import type { FieldDef, FieldType, ObjectDef } from '../org/types.ts';
import { permissionOf } from '../security/permissionable.ts';
import { isFilterable, isGroupable, isSortable } from '../soql/fields.ts';
import { nameFieldOf } from '../soql/name-object.ts';
import { valueToJson } from '../soql/record-json.ts';

const SOAP_TYPES: Record<FieldType, string> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  address: 'urn:address',
  location: 'urn:location',
  string: 'xsd:string',
  textarea: 'xsd:string',
  picklist: 'xsd:string',
  multipicklist: 'xsd:string',
  combobox: 'xsd:string',
  email: 'xsd:string',
  phone: 'xsd:string',
  url: 'xsd:string',
  encryptedstring: 'xsd:string',
  base64: 'xsd:base64Binary',
};
/** Functions whose text is HTML. */
const HTML = /\b(HYPERLINK|IMAGE|BR)\s*\(/i;
/** UTF-8 in Salesforce's database, bytes a character. */
const BYTES_PER_CHARACTER = 3;

/** A field with every key that Salesforce's describe has. */
export function describeField(object: ObjectDef, field: FieldDef): Record<string, unknown> {
  const reference = field.type === 'reference';
  return {
    aggregatable: isGroupable(field) || field.precision > 0 || field.type === 'datetime',
    aiPredictionField: false,
    autoNumber: field.autoNumber,
    byteLength: reference || field.type === 'id' ? 18 : field.length * BYTES_PER_CHARACTER,
    calculated: field.calculated,
    calculatedFormula: field.formula ?? null,
    cascadeDelete: field.onDelete === 'cascade',
    caseSensitive: false,
    compoundFieldName: field.compoundFieldName,
    controllerName: null,
    createable: field.createable,
    custom: field.custom,
    defaultValue: valueToJson(field, field.defaultValue),
    defaultValueFormula: field.defaultFormula ?? null,
    defaultedOnCreate: field.defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? field.precision || 9 : 0,
    displayLocationInDecimal: field.type === 'location',
    encrypted: field.type === 'encryptedstring',
    externalId: field.externalId,
    extraTypeInfo: shownTypeInfo(field),
    filterable: isFilterable(field),
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: field.blankAsZero === true,
    groupable: isGroupable(field),
    highScaleNumber: false,
    htmlFormatted: field.extraTypeInfo === 'richtextarea' || HTML.test(field.formula ?? ''),
    idLookup: field.type === 'id' || field.externalId,
    inlineHelpText: null,
    label: field.label,
    length: field.length,
    mask: field.mask?.char ?? null,
    maskType: field.mask?.type ?? null,
    name: field.name,
    nameField: field.name === nameFieldOf(object),
    namePointing: field.referenceTo.length > 1,
    nillable: field.nillable,
    permissionable: permissionOf(object, field) !== undefined,
    picklistValues: field.picklistValues.map((value) => ({
      active: true,
      defaultValue: value === field.defaultValue,
      label: value,
      validFor: null,
      value,
    })),
    polymorphicForeignKey: field.referenceTo.length > 1,
    precision: precisionOf(field),
    queryByDistance: field.type === 'location' || field.type === 'address',
    referenceTargetField: null,
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    relationshipOrder: field.onDelete === 'cascade' && !field.nillable && field.custom ? 0 : null,
    restrictedDelete: field.onDelete === 'restrict',
    restrictedPicklist: field.restrictedPicklist,
    scale: field.type === 'int' ? 0 : field.scale,
    searchPrefilterable: reference,
    soapType: SOAP_TYPES[field.type],
    sortable: isSortable(field),
    type: field.type,
    unique: field.unique,
    updateable: field.updateable,
    writeRequiresMasterRead: false,
  };
}

/** Integers have digits, all other numbers a precision. */
function precisionOf({ type, precision }: FieldDef): number {
  const number = type === 'double' || type === 'currency' || type === 'percent';
  return number ? precision || 18 : 0;
}

/** Short texts have none. */
function shownTypeInfo({ extraTypeInfo, type }: FieldDef): string | null {
  if (extraTypeInfo === null && type === 'textarea') return 'plaintextarea';
  return extraTypeInfo === 'switchablepersonname' ? null : extraTypeInfo;
}
