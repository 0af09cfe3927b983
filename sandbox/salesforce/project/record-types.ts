/** Record types: rows of RecordType, the field that names them, and the picklist values that they leave. */
import type { SandboxOrg } from '../org/org.ts';
import { makeField } from '../org/field-spec.ts';
import type { FieldDef, ObjectDef } from '../org/types.ts';
import type { ObjectMetadata, Report } from './object-metadata.ts';
import { readXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** `Account.Business` for each record type that the administrators' profile has as its default. */
export async function readDefaults(profileFiles: readonly string[]): Promise<ReadonlySet<string>> {
  const defaults = new Set<string>();
  for (const file of profileFiles) {
    const profile = await readXml(file, 'Profile');
    for (const each of profile.children('recordTypeVisibilities')) {
      if (each.flag('default')) defaults.add(each.text('recordType') ?? '');
    }
  }
  return defaults;
}

/** A new record has the profile's default, else the first active record type by name. */
export function addRecordTypes(
  org: SandboxOrg,
  { name, recordTypes }: ObjectMetadata,
  defaults: ReadonlySet<string>,
  report: Report,
): void {
  const object = org.object(name);
  if (object === undefined || recordTypes.length === 0) return;
  const values: Record<string, Record<string, readonly string[]>> = {};
  let chosen: { id: string; byProfile: boolean } | undefined;
  for (const element of recordTypes) {
    const developerName = element.text('fullName') ?? '';
    if (developerName === '') {
      report(`${element.place()}: The record type has no <fullName>, so it is left out.`);
      continue;
    }
    const id = addRow(org, object, developerName, element);
    values[id] = picklistsOf(element);
    const byProfile = defaults.has(`${name}.${developerName}`);
    const better = chosen === undefined || (byProfile && !chosen.byProfile);
    if (element.flag('active') && better) chosen = { id, byProfile };
  }
  const fields = withRecordTypeField(object.fields, chosen?.id ?? null);
  org.redefineObject({ ...object, fields, recordTypeValues: values });
}

function addRow(
  org: SandboxOrg,
  { name }: ObjectDef,
  developerName: string,
  element: XmlElement,
): string {
  org.addRows([
    {
      entity: 'RecordType',
      values: {
        Name: element.text('label') ?? developerName,
        DeveloperName: developerName,
        SobjectType: name,
        Description: element.text('description') ?? null,
        IsActive: element.flag('active'),
      },
    },
  ]);
  const rows = org.findBy('RecordType', 'DeveloperName', developerName);
  return String(rows.find((row) => row['SobjectType'] === name)?.['Id']);
}

function withRecordTypeField(fields: readonly FieldDef[], defaultValue: string | null): FieldDef[] {
  const present = fields.some((field) => field.name === 'RecordTypeId');
  if (present) {
    return fields.map((field) =>
      field.name === 'RecordTypeId' ? { ...field, defaultValue } : field,
    );
  }
  const field = makeField({
    name: 'RecordTypeId',
    label: 'Record Type ID',
    type: 'reference',
    referenceTo: ['RecordType'],
    relationshipName: 'RecordType',
    defaultedOnCreate: true,
    defaultValue,
  });
  const at = fields.findIndex((each) => each.name === 'CreatedDate');
  return at < 0 ? [...fields, field] : fields.toSpliced(at, 0, field);
}

/** Names are written like parts of an address: `A%2FB`. */
function picklistsOf(element: XmlElement): Record<string, readonly string[]> {
  const lists = element
    .children('picklistValues')
    .map((list): [string, readonly string[]] => [
      list.text('picklist') ?? '',
      list.children('values').map((value) => decoded(value.text('fullName') ?? '')),
    ]);
  return Object.fromEntries(lists);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
