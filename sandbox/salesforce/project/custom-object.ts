import { makeField, parseFields } from '../org/field-spec.ts';
import type { FieldDef, ObjectDef } from '../org/types.ts';
import type { XmlElement } from './xml.ts';

/** How an object's name says what it is. */
export function kindOf(name: string, definition: XmlElement): ObjectDef['kind'] | undefined {
  if (name.endsWith('__e')) return 'platformevent';
  if (name.endsWith('__mdt')) return 'custommetadata';
  if (!name.endsWith('__c')) return undefined;
  return definition.text('customSettingsType') === undefined ? 'custom' : 'customsetting';
}

export function customObject(
  name: string,
  kind: ObjectDef['kind'],
  keyPrefix: string,
  definition: XmlElement,
  fields: readonly FieldDef[],
  orgId: string,
): ObjectDef {
  const label = definition.text('label') ?? name.replace(/__\w+$/, '').replaceAll('_', ' ');
  const own = ownFields(kind, definition, fields, orgId);
  return {
    name,
    label,
    labelPlural: definition.text('pluralLabel') ?? `${label}s`,
    keyPrefix,
    kind,
    fields: [...own, ...fields],
    changeEvents: kind === 'custom',
    ...(kind === 'custommetadata' ? { abilities: READ_ONLY } : {}),
  };
}

/** Deployed, not written. */
const READ_ONLY = {
  createable: false,
  updateable: false,
  deletable: false,
  undeletable: false,
  searchable: false,
};

function ownFields(
  kind: ObjectDef['kind'],
  definition: XmlElement,
  fields: readonly FieldDef[],
  orgId: string,
): FieldDef[] {
  switch (kind) {
    case 'platformevent':
      return eventFields();
    case 'custommetadata':
      return metadataFields();
    case 'customsetting':
      return settingFields(definition, orgId);
    default:
      return recordFields(definition, fields);
  }
}

/** A detail record has no owner of its own. */
function recordFields(definition: XmlElement, fields: readonly FieldDef[]): FieldDef[] {
  const detail = fields.some((field) => field.onDelete === 'cascade' && !field.nillable);
  return [...parseFields(detail ? '' : OWNER, new Set()), ...nameAndAudit(definition)];
}

const OWNER = 'OwnerId | reference(User,Group) required | Owner ID';

/** Of a list the name is the key; of a hierarchy whom it is for, by default all of the org. */
function settingFields(definition: XmlElement, orgId: string): FieldDef[] {
  const list = definition.text('customSettingsType') === 'List';
  const fields = parseFields(SETTING_FIELDS, new Set());
  return fields.map((field) =>
    field.name === 'SetupOwnerId' && !list
      ? { ...field, defaultValue: orgId, defaultedOnCreate: true }
      : field,
  );
}

const SETTING_FIELDS = `
Name         | string(38) | Name
SetupOwnerId | reference(Organization,Profile,User) createonly | Location
system`;

function metadataFields(): FieldDef[] {
  const fields = parseFields(
    `
DeveloperName    | string(40) readonly required  | Custom Metadata Record Name
MasterLabel      | string(40) readonly required  | Label
Language         | picklist(40) readonly required | Master Language | en_US*
NamespacePrefix  | string(15) readonly           | Namespace Prefix
Label            | string(40) readonly           | Label
QualifiedApiName | string(70) readonly required  | Qualified API Name
SystemModstamp   | datetime readonly required leftout | System Modstamp`,
    new Set(),
  );
  return fields.filter((field) => field.name !== 'IsDeleted');
}

function nameAndAudit(definition: XmlElement): FieldDef[] {
  const nameField = definition.child('nameField');
  const auto = nameField?.text('type') === 'AutoNumber';
  const name = makeField({
    name: 'Name',
    label: nameField?.text('label') ?? 'Name',
    type: 'string',
    length: 80,
    nillable: !auto,
    createable: !auto,
    updateable: !auto,
    defaultedOnCreate: true,
    autoNumber: auto,
    ...(auto ? { displayFormat: nameField?.text('displayFormat') ?? '{0}' } : {}),
  });
  return [name, ...parseFields('system', new Set()).slice(2)];
}

function eventFields(): FieldDef[] {
  const fields = parseFields(
    `
ReplayId    | string(1000) readonly leftout       | Replay ID
EventUuid   | string(36) readonly leftout         | Event UUID
CreatedDate | datetime readonly required          | Created Date
CreatedById | reference(User) readonly required   | Created By ID`,
    new Set(),
  );
  return fields.slice(2);
}
