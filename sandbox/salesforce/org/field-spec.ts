/**
 * The table format in which objects are written down. One field a line, columns divided by `|`:
 *
 *     Name     | string(255) required         | Account Name
 *     Type     | picklist(255)                | Account Type | Prospect; Customer - Direct
 *     ParentId | reference(Account)           | Parent Account ID
 *
 * Types: the describe types with `(length)`, `(precision,scale)` or `(Target,Target)`; `address` and
 * `personname` bring their components along; `system` is the audit fields. Flags: `required`, `readonly`,
 * `createonly`, `unique`, `externalid`, `restricted`, `auto`, `calculated`, `leftout` (of events), `cascade`,
 * `restrict`, `part=COMPOUND`, `unnamed` (a reference that queries can't follow), `default=VALUE`, `format=NUMBER`, `@Feature` (only in orgs with that feature). A picklist value with `*` is the default.
 */
import type { FieldDef, FieldType, FieldValue } from './types.ts';

const BLANK: Omit<FieldDef, 'name' | 'label' | 'type'> = {
  length: 0,
  precision: 0,
  scale: 0,
  nillable: true,
  createable: true,
  updateable: true,
  defaultedOnCreate: false,
  custom: false,
  externalId: false,
  unique: false,
  calculated: false,
  autoNumber: false,
  referenceTo: [],
  relationshipName: null,
  picklistValues: [],
  restrictedPicklist: false,
  defaultValue: null,
  compoundFieldName: null,
  extraTypeInfo: null,
};

/** A field of `type` with everything else as describe has it by default. */
export function makeField(
  field: Pick<FieldDef, 'name' | 'label' | 'type'> & Partial<FieldDef>,
): FieldDef {
  const checkbox = field.type === 'boolean';
  return {
    ...BLANK,
    length: DEFAULT_LENGTH[field.type] ?? 0,
    ...(checkbox ? { nillable: false, defaultedOnCreate: true, defaultValue: false } : {}),
    ...field,
  };
}

const DEFAULT_LENGTH: Partial<Record<FieldType, number>> = {
  id: 18,
  reference: 18,
  string: 255,
  textarea: 255,
  picklist: 255,
  multipicklist: 4099,
  combobox: 255,
  email: 80,
  phone: 40,
  url: 255,
  encryptedstring: 175,
};

/** Address parts in the order of the event's record `Address`. */
const ADDRESS_PARTS = [
  'Street | textarea(255) | Street',
  'City | string(40) | City',
  'State | string(80) | State/Province',
  'PostalCode | string(20) | Zip/Postal Code',
  'Country | string(80) | Country',
  'Latitude | double(18,15) | Latitude',
  'Longitude | double(18,15) | Longitude',
  'GeocodeAccuracy | picklist(40) restricted | Geocode Accuracy | Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown',
];

const SYSTEM = `
CreatedDate      | datetime readonly required        | Created Date
CreatedById      | reference(User) readonly required | Created By ID
LastModifiedDate | datetime readonly required        | Last Modified Date
LastModifiedById | reference(User) readonly required | Last Modified By ID
SystemModstamp   | datetime readonly required leftout | System Modstamp`;

const FIRST = `
Id        | id readonly required leftout      | ID
IsDeleted | boolean readonly required leftout | Deleted`;

/** All fields of a table: Id and (with a recycle bin) IsDeleted first, then the table's own in order. */
export function parseFields(
  table: string,
  features: ReadonlySet<string>,
  deletedFlag = true,
): FieldDef[] {
  const first = lines(FIRST).slice(0, deletedFlag ? 2 : 1);
  return [...first, ...lines(table)].flatMap((line) => parseLine(line, features));
}

function lines(table: string): string[] {
  return table.split('\n').filter((line) => line.trim() !== '');
}

function parseLine(line: string, features: ReadonlySet<string>): FieldDef[] {
  const [name = '', spec = '', label = name, values = ''] = line.split('|').map((c) => c.trim());
  if (name === 'system') return lines(SYSTEM).flatMap((each) => parseLine(each, features));
  const [typeSpec = '', ...flags] = spec.split(/\s+/);
  for (const flag of flags) if (flag.startsWith('@') && !features.has(flag.slice(1))) return [];
  const [, type = '', args = ''] = /^(\w+)(?:\((.*)\))?$/.exec(typeSpec) ?? [];
  if (type === 'address') return addressFields(name, label, flags, features);
  if (type === 'personname') return personNameFields(name, label, args, features);
  return [simpleField(name, label, type as FieldType, args, flags, values)];
}

function simpleField(
  name: string,
  label: string,
  type: FieldType,
  args: string,
  flags: readonly string[],
  values: string,
): FieldDef {
  const has = (flag: string): boolean => flags.includes(flag);
  const choices = values === '' ? [] : values.split(';').map((value) => value.trim());
  const written =
    flags.find((flag) => flag.startsWith('default='))?.slice('default='.length) ??
    choices.find((choice) => choice.endsWith('*'))?.slice(0, -1);
  const derived = has('readonly') || has('auto') || has('calculated');
  const required = has('required') || type === 'boolean';
  const base = makeField({
    name,
    label,
    type,
    ...sizes(type, args),
    nillable: !required,
    createable: !derived,
    updateable: !derived && !has('createonly'),
    defaultedOnCreate: derived || type === 'boolean' || written !== undefined,
    externalId: has('externalid'),
    unique: has('unique'),
    calculated: has('calculated'),
    autoNumber: has('auto'),
    restrictedPicklist: has('restricted'),
    picklistValues: choices.map((choice) => choice.replace(/\*$/, '')),
    defaultValue: defaultOf(type, written),
    extraTypeInfo: has('switchable')
      ? 'switchablepersonname'
      : type === 'textarea' && Number(args) > 255
        ? 'plaintextarea'
        : null,
  });
  const whole = flags.find((flag) => flag.startsWith('part='))?.slice('part='.length);
  const format = flags.find((flag) => flag.startsWith('format='))?.slice('format='.length);
  return {
    ...base,
    ...(type === 'reference' ? reference(name, args) : {}),
    ...(has('unnamed') ? { relationshipName: null } : {}),
    ...(format === undefined ? {} : { displayFormat: format }),
    ...(whole === undefined ? {} : { compoundFieldName: whole }),
    ...(has('leftout') ? { leftOutOfEvents: true } : {}),
    ...(has('cascade') ? { onDelete: 'cascade' } : {}),
    ...(has('restrict') ? { onDelete: 'restrict' } : {}),
  };
}

function sizes(type: FieldType, args: string): Partial<FieldDef> {
  if (args === '' || type === 'reference') return {};
  const [first = 0, second = 0] = args.split(',').map(Number);
  const numeric = type === 'double' || type === 'currency' || type === 'percent' || type === 'int';
  return numeric ? { precision: first, scale: second } : { length: first };
}

function reference(name: string, args: string): Partial<FieldDef> {
  return {
    referenceTo: args.split(','),
    relationshipName: name.replace(/Id$/, ''),
  };
}

function defaultOf(type: FieldType, written: string | undefined): FieldValue {
  if (type === 'boolean') return written === 'true';
  if (written === undefined) return null;
  const numeric = type === 'int' || type === 'double' || type === 'currency' || type === 'percent';
  return numeric ? Number(written) : written;
}

function addressFields(
  name: string,
  label: string,
  flags: readonly string[],
  features: ReadonlySet<string>,
): FieldDef[] {
  const prefix = name.replace(/Address$/, '');
  const compound = makeField({
    name,
    label: `${label} Address`.trim(),
    type: 'address',
    createable: false,
    updateable: false,
    ...(flags.includes('leftout') ? { leftOutOfEvents: true } : {}),
  });
  const parts = ADDRESS_PARTS.flatMap((part) => parseLine(part, features)).map((part) => ({
    ...part,
    name: prefix + part.name,
    label: `${label} ${part.label}`.trim(),
    compoundFieldName: name,
  }));
  return [compound, ...parts];
}

function personNameFields(
  name: string,
  label: string,
  args: string,
  features: ReadonlySet<string>,
): FieldDef[] {
  const salutation = 'Salutation | picklist(40) | Salutation | Mr.; Ms.; Mrs.; Dr.; Prof.; Mx.';
  const parts = [
    ...(args === 'short' ? [] : [salutation]),
    'FirstName | string(40) | First Name',
    'LastName | string(80) required | Last Name',
  ].flatMap((part) => parseLine(part, features));
  const compound = makeField({
    name,
    label,
    type: 'string',
    length: 121,
    nillable: false,
    createable: false,
    updateable: false,
    extraTypeInfo: 'personname',
  });
  return [compound, ...parts.map((part) => ({ ...part, compoundFieldName: name }))];
}
