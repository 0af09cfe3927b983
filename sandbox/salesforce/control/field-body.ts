import { customField, fieldProblem, METADATA_TYPES } from '../project/custom-field.ts';
import type { CustomFieldMetadata } from '../project/custom-field.ts';
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, FieldType } from '../org/types.ts';

/** Metadata type → describe type, and back, so that bodies may use either name. */
const DESCRIBE: Readonly<Record<string, string>> = {
  string: 'Text',
  textarea: 'TextArea',
  boolean: 'Checkbox',
  int: 'Number',
  double: 'Number',
  currency: 'Currency',
  percent: 'Percent',
  date: 'Date',
  datetime: 'DateTime',
  time: 'Time',
  picklist: 'Picklist',
  multipicklist: 'MultiselectPicklist',
  email: 'Email',
  phone: 'Phone',
  url: 'Url',
  reference: 'Lookup',
  encryptedstring: 'EncryptedText',
  location: 'Location',
};

export interface FieldBody extends Omit<CustomFieldMetadata, 'referenceTo'> {
  readonly entity: string;
  readonly referenceTo?: string | readonly string[];
}

export function fieldsOf(body: FieldBody, fieldId: string): FieldDef[] {
  const type = metadataType(body.type);
  const numeric = ['Number', 'Currency', 'Percent'].includes(type);
  const { referenceTo } = body;
  const metadata: CustomFieldMetadata = {
    ...body,
    type: type === 'TextArea' && (body.length ?? 0) > 255 ? 'LongTextArea' : type,
    length: body.length ?? (type === 'Text' ? 255 : type === 'LongTextArea' ? 32_768 : undefined),
    precision: body.precision ?? (numeric ? 18 : undefined),
    scale: body.scale ?? (numeric ? (body.type === 'int' ? 0 : 2) : undefined),
    referenceTo: typeof referenceTo === 'string' ? [referenceTo] : referenceTo,
  };
  const problem = fieldProblem(metadata);
  if (problem !== undefined) throw new SalesforceError(400, 'INVALID_INPUT', problem.message);
  return customField(metadata, fieldId);
}

/** The describe type that a body's type means. */
export function describeType(type: string): FieldType {
  const metadata = metadataType(type);
  const [sample] = customField({ name: 'X__c', type: metadata }, '');
  return sample?.type ?? 'string';
}

function metadataType(type: string): string {
  const known = DESCRIBE[type] ?? type;
  if (METADATA_TYPES.includes(known)) return known;
  const names = [...Object.keys(DESCRIBE), ...METADATA_TYPES].join(', ');
  throw new SalesforceError(
    400,
    'INVALID_INPUT',
    `"${type}" is no field type; these are: ${names}.`,
  );
}
