/** Permission sets and profiles of a DX project → records, as a deployment makes them. */
import { basename } from 'node:path';
import type { SandboxOrg } from '../org/org.ts';
import type { FieldValue, JsonValues } from '../org/types.ts';
import { readXml } from '../project/xml.ts';
import type { XmlElement } from '../project/xml.ts';
import { fieldOf } from '../soql/fields.ts';

type Report = (sentence: string) => void;

/** Profiles whose files have other names than they. */
const FILE_NAMES: Readonly<Record<string, string>> = {
  Admin: 'System Administrator',
  Standard: 'Standard User',
  ReadOnly: 'Read Only',
};
const OBJECT_PERMISSIONS: Readonly<Record<string, string>> = {
  allowCreate: 'PermissionsCreate',
  allowRead: 'PermissionsRead',
  allowEdit: 'PermissionsEdit',
  allowDelete: 'PermissionsDelete',
  viewAllRecords: 'PermissionsViewAllRecords',
  modifyAllRecords: 'PermissionsModifyAllRecords',
  viewAllFields: 'PermissionsViewAllFields',
};

/** A new PermissionSet for each file. What names an unknown object or field is left out, and told. */
export async function addPermissionSets(
  org: SandboxOrg,
  files: readonly string[],
  report: Report,
): Promise<void> {
  for (const file of files) {
    const element = await readXml(file, 'PermissionSet');
    const name = nameOf(file);
    const set = save(org, 'PermissionSet', {
      Name: name,
      Label: element.text('label') ?? name,
      Description: element.text('description')?.slice(0, 255) ?? null,
      ...systemPermissions(org, 'PermissionSet', element),
    });
    addPermissions(org, set, element, report);
  }
}

/** What a profile's file says goes before what the profile gives by itself; an unknown one is made, and gives nothing else. */
export async function addProfiles(
  org: SandboxOrg,
  files: readonly string[],
  report: Report,
): Promise<void> {
  for (const file of files) {
    const element = await readXml(file, 'Profile');
    const name = FILE_NAMES[nameOf(file)] ?? nameOf(file);
    const permissions = systemPermissions(org, 'Profile', element);
    const profile = org.findBy('Profile', 'Name', name)[0]?.['Id'];
    const id = profile ?? org.addProfile(name, permissions);
    const [own] = org.findBy('PermissionSet', 'ProfileId', id);
    addPermissions(org, String(own?.['Id']), element, report);
  }
}

/** `Least%20Access.profile-meta.xml` → `Least Access`. */
function nameOf(file: string): string {
  const stem = basename(file).replace(/\.(?:permissionset|profile)(?:-meta\.xml)?$/, '');
  try {
    return decodeURIComponent(stem);
  } catch {
    return stem;
  }
}

/** Those that the sandbox knows; the others change nothing here. */
function systemPermissions(
  org: SandboxOrg,
  entity: string,
  element: XmlElement,
): Record<string, FieldValue> {
  const object = org.object(entity);
  const named = element.children('userPermissions').flatMap((permission) => {
    const name = `Permissions${permission.text('name') ?? ''}`;
    const known = object !== undefined && fieldOf(object, name) !== undefined;
    return known ? [[name, permission.flag('enabled')] as const] : [];
  });
  return Object.fromEntries(named);
}

function addPermissions(
  org: SandboxOrg,
  ParentId: string,
  element: XmlElement,
  report: Report,
): void {
  for (const each of element.children('objectPermissions')) {
    const SobjectType = org.object(each.text('object') ?? '')?.name;
    if (SobjectType === undefined) {
      report(leftOut(each, `The object "${each.text('object') ?? ''}"`));
      continue;
    }
    const permissions = Object.entries(OBJECT_PERMISSIONS).map(([tag, name]) => [
      name,
      each.flag(tag),
    ]);
    const values = { ParentId, SobjectType, ...Object.fromEntries(permissions) } as JsonValues;
    save(org, 'ObjectPermissions', values);
  }
  for (const each of element.children('fieldPermissions')) {
    const [entity = '', name = ''] = (each.text('field') ?? '').split('.');
    const object = org.object(entity);
    const field = object === undefined ? undefined : fieldOf(object, name);
    if (object === undefined || field === undefined) {
      report(leftOut(each, `The field "${each.text('field') ?? ''}"`));
      continue;
    }
    save(org, 'FieldPermissions', {
      ParentId,
      SobjectType: object.name,
      Field: `${object.name}.${field.name}`,
      PermissionsRead: each.flag('readable') || each.flag('editable'),
      PermissionsEdit: each.flag('editable'),
    });
  }
}

function leftOut(element: XmlElement, what: string): string {
  return `${element.place()}: ${what} is unknown, so its permissions are left out.`;
}

function save(org: SandboxOrg, entity: string, values: JsonValues): string {
  const actor = { userId: org.admin.id, origin: '' };
  const [result] = org.write(actor, [{ op: 'insert', entity, values }], true);
  if (result?.id === undefined || result.id === null) {
    throw result?.errors[0] ?? new TypeError(`No ${entity} was written.`);
  }
  return result.id;
}
