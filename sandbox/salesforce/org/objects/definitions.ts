/** EntityDefinition, FieldDefinition and EntityParticle: the schema, queried like records. */
import type { FieldDef, ObjectDef, RecordValues } from '../types.ts';
import { makeField } from '../field-spec.ts';
import { READ_ONLY, SETUP, standardObject } from './spec.ts';

const ABOUT = `
DurableId        | string(255) readonly required | Durable ID
QualifiedApiName | string(120) readonly required | Qualified API Name
NamespacePrefix  | string(15) readonly | Namespace Prefix
DeveloperName    | string(80) readonly | Developer Name
MasterLabel      | string(120) readonly | Master Label
Label            | string(120) readonly | Label`;

const ENTITY = `${ABOUT}
PluralLabel      | string(120) readonly | Plural Label
KeyPrefix        | string(3) readonly | Key Prefix
IsCustomizable   | boolean readonly | Is Customizable
IsApexTriggerable | boolean readonly | Apex Triggerable
IsWorkflowEnabled | boolean readonly | Workflow Enabled
IsCustomSetting  | boolean readonly | Is Custom Setting
IsDeprecatedAndHidden | boolean readonly | Deprecated And Hidden
IsReplicateable  | boolean readonly | Replicateable
IsRetrieveable   | boolean readonly | Retrieveable
IsSearchable     | boolean readonly | Searchable
IsTriggerable    | boolean readonly | Triggerable
IsEverCreatable  | boolean readonly | Ever Creatable
IsEverUpdatable  | boolean readonly | Ever Updatable
IsEverDeletable  | boolean readonly | Ever Deletable
IsQueryable      | boolean readonly | Queryable
IsLayoutable     | boolean readonly | Layoutable
IsMruEnabled     | boolean readonly | MRU Enabled
DeploymentStatus | picklist(40) readonly restricted | Deployment Status | Deployed; InDevelopment
ExternalSharingModel | picklist(40) readonly restricted | External Sharing Model | Private; Read; ReadWrite; ControlledByParent
InternalSharingModel | picklist(40) readonly restricted | Internal Sharing Model | Private; Read; ReadWrite; ControlledByParent`;

const FIELD = `${ABOUT}
Length           | int(9) readonly | Length
DataType         | string(255) readonly | Data Type
ExtraTypeInfo    | string(40) readonly | Extra Type Info
Precision        | int(9) readonly | Precision
Scale            | int(9) readonly | Scale
RelationshipName | string(80) readonly | Relationship Name
IsCalculated     | boolean readonly | Calculated
IsNameField      | boolean readonly | Is Name Field
IsNillable       | boolean readonly | Nillable
IsPolymorphicForeignKey | boolean readonly | Is Polymorphic Foreign Key`;

const FIELD_DEFINITION = `${FIELD}
ValueTypeId      | string(40) readonly | Value Type ID
IsIndexed        | boolean readonly | Is Indexed`;

const PARTICLE = `${FIELD}
FieldDefinitionId | string(255) readonly | Field Definition ID
IsAutonumber     | boolean readonly | Autonumber
IsUnique         | boolean readonly | Unique
IsCreatable      | boolean readonly | Creatable
IsUpdatable      | boolean readonly | Updatable
IsDefaultedOnCreate | boolean readonly | Defaulted On Create
IsComponent      | boolean readonly | Is Component
ReferenceTo      | string(255) readonly | Reference To`;

export const DEFINITIONS: readonly ObjectDef[] = [
  definition('EntityDefinition', 'Entity Definition', '4ie', ENTITY),
  definition('FieldDefinition', 'Field Definition', '4fe', FIELD_DEFINITION),
  definition('EntityParticle', 'Entity Particle', '06i', PARTICLE),
].map((def, i) => (i === 0 ? def : { ...def, fields: [...def.fields, ownerField()] }));

function definition(name: string, label: string, keyPrefix: string, fields: string): ObjectDef {
  const abilities = { ...SETUP, ...READ_ONLY };
  const labelPlural = `${label}s`;
  return standardObject(
    { name, label, labelPlural, keyPrefix, fields, abilities, changeEvents: false },
    new Set(),
  );
}

/** A name, though Salesforce calls it an id: `Account`. */
function ownerField(): FieldDef {
  return {
    ...makeField({
      name: 'EntityDefinitionId',
      label: 'Entity Definition ID',
      type: 'string',
      createable: false,
      updateable: false,
    }),
    referenceTo: ['EntityDefinition'],
    relationshipName: 'EntityDefinition',
  };
}

interface Rows {
  readonly EntityDefinition: readonly RecordValues[];
  readonly FieldDefinition: readonly RecordValues[];
  readonly EntityParticle: readonly RecordValues[];
}

/** By object, whose definition is another after each change. */
const known = new WeakMap<ObjectDef, Rows>();

/** The rows of one of the three about an object. */
export function definitionRows(entity: string, object: ObjectDef): readonly RecordValues[] {
  let rows = known.get(object);
  if (rows === undefined) {
    const whole = object.fields.filter((field) => field.compoundFieldName === null);
    rows = {
      EntityDefinition: [entityRow(object)],
      FieldDefinition: whole.map((field) => fieldRow(object, field)),
      EntityParticle: object.fields.map((field) => particleRow(object, field)),
    };
    known.set(object, rows);
  }
  return rows[entity as keyof Rows];
}

/** Whose rows are made of the schema. */
export function isDefinition(entity: string): boolean {
  return NAMES.has(entity);
}

const NAMES = new Set(DEFINITIONS.map(({ name }) => name));

function entityRow(object: ObjectDef): RecordValues {
  const { abilities = {}, kind, label } = object;
  const stored = kind !== 'platformevent';
  const sharing = object.sharing ?? 'ReadWrite';
  return {
    Id: object.name,
    ...names(object.name, label),
    DurableId: object.name,
    PluralLabel: object.labelPlural,
    KeyPrefix: object.keyPrefix,
    IsCustomizable: abilities.createable !== false,
    IsApexTriggerable: object.changeEvents,
    IsWorkflowEnabled: object.changeEvents,
    IsCustomSetting: kind === 'customsetting',
    IsDeprecatedAndHidden: false,
    IsReplicateable: stored,
    IsRetrieveable: stored,
    IsSearchable: stored && abilities.searchable !== false,
    IsTriggerable: object.changeEvents,
    IsEverCreatable: abilities.createable !== false,
    IsEverUpdatable: stored && abilities.updateable !== false,
    IsEverDeletable: stored && abilities.deletable !== false,
    IsQueryable: stored,
    IsLayoutable: stored,
    IsMruEnabled: stored,
    DeploymentStatus: kind === 'standard' ? null : 'Deployed',
    ExternalSharingModel: sharing,
    InternalSharingModel: sharing,
  };
}

function fieldRow(object: ObjectDef, field: FieldDef): RecordValues {
  return {
    ...shared(object, field),
    DataType: spelledType(field),
    ValueTypeId: field.type === 'id' || field.type === 'reference' ? 'id' : field.type,
    IsIndexed:
      field.externalId || field.unique || field.type === 'id' || field.type === 'reference',
  };
}

function particleRow(object: ObjectDef, field: FieldDef): RecordValues {
  return {
    ...shared(object, field),
    DataType: field.type,
    FieldDefinitionId: `${object.name}.${field.compoundFieldName ?? field.name}`,
    IsAutonumber: field.autoNumber,
    IsUnique: field.unique,
    IsCreatable: field.createable,
    IsUpdatable: field.updateable,
    IsDefaultedOnCreate: field.defaultedOnCreate,
    IsComponent: field.compoundFieldName !== null,
    ReferenceTo: field.referenceTo.length === 0 ? null : field.referenceTo.join(','),
  };
}

function shared(object: ObjectDef, field: FieldDef): RecordValues {
  return {
    Id: `${object.name}.${field.name}`,
    ...names(field.name, field.label),
    DurableId: `${object.name}.${field.name}`,
    EntityDefinitionId: object.name,
    Length: field.length,
    ExtraTypeInfo: field.extraTypeInfo,
    Precision: field.precision,
    Scale: field.scale,
    RelationshipName: field.relationshipName,
    IsCalculated: field.calculated,
    IsNameField: field.name === 'Name',
    IsNillable: field.nillable,
    IsPolymorphicForeignKey: field.referenceTo.length > 1,
  };
}

/** `Bike__c` is developed as `Bike`. */
function names(name: string, label: string): RecordValues {
  return {
    QualifiedApiName: name,
    NamespacePrefix: null,
    DeveloperName: name.replace(/__\w$/, ''),
    MasterLabel: label,
    Label: label,
  };
}

/** As Setup spells it: `Text(255)`, `Lookup(Account)`. */
function spelledType(field: FieldDef): string {
  const { precision, scale, length } = field;
  switch (field.type) {
    case 'reference':
      return `Lookup(${field.referenceTo.join(',')})`;
    case 'string':
      return field.autoNumber ? 'Auto Number' : `Text(${length})`;
    case 'textarea':
      return length > 255 ? `Long Text Area(${length})` : `Text Area(${length})`;
    case 'double':
      return `Number(${precision - scale}, ${scale})`;
    case 'int':
      return `Number(${precision}, 0)`;
    case 'currency':
      return `Currency(${precision - scale}, ${scale})`;
    case 'percent':
      return `Percent(${precision - scale}, ${scale})`;
    default:
      return SPELLED[field.type] ?? field.type;
  }
}

const SPELLED: Partial<Record<FieldDef['type'], string>> = {
  id: 'Lookup()',
  boolean: 'Checkbox',
  date: 'Date',
  datetime: 'Date/Time',
  time: 'Time',
  picklist: 'Picklist',
  multipicklist: 'Picklist (Multi-Select)',
  combobox: 'Picklist',
  email: 'Email',
  phone: 'Phone',
  url: 'URL',
  address: 'Address',
  location: 'Geolocation',
  encryptedstring: 'Text (Encrypted)',
  base64: 'Base64',
};
