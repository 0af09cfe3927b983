import { makeField, parseFields } from '../org/field-spec.ts';
import type { FieldDef, ObjectDef } from '../org/types.ts';
import type { XmlElement } from './xml.ts';

/** How an object's name says what it is. */
export function kindOf(name: string, definition: XmlElement): ObjectDef['kind'] | undefined {
  if (name.endsWith('__e')) return 'platformevent';
  if (!name.endsWith('__c')) return undefined;
  return definition.text('customSettingsType') === undefined ? 'custom' : 'customsetting';
}

export function customObject(
  name: string,
  kind: ObjectDef['kind'],
  keyPrefix: string,
  definition: XmlElement,
  fields: readonly FieldDef[],
): ObjectDef {
  const label = definition.text('label') ?? name.replace(/__\w$/, '').replaceAll('_', ' ');
  const own = kind === 'platformevent' ? eventFields() : recordFields(kind, definition, fields);
  return {
    name,
    label,
    labelPlural: definition.text('pluralLabel') ?? `${label}s`,
    keyPrefix,
    kind,
    fields: [...own, ...fields],
    changeEvents: kind === 'custom',
  };
}

/** A detail record has no owner of its own. */
function recordFields(
  kind: ObjectDef['kind'],
  definition: XmlElement,
  fields: readonly FieldDef[],
): FieldDef[] {
  if (kind === 'customsetting') return parseFields(SETTING_FIELDS, new Set());
  const detail = fields.some((field) => field.onDelete === 'cascade' && !field.nillable);
  return [...parseFields(detail ? '' : OWNER, new Set()), ...nameAndAudit(definition)];
}

const OWNER = 'OwnerId | reference(User,Group) required | Owner ID';
const SETTING_FIELDS = `
Name         | string(38) | Name
SetupOwnerId | reference(User) createonly | Location
system`;

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
