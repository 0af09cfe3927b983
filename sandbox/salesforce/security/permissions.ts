/** What a user's grants add up to, less what is hidden from them. */
import type { FieldDef, ObjectDef, User } from '../org/types.ts';
import type { Grant } from './grants.ts';
import { governedBy, isSetup, permissionOf } from './permissionable.ts';

/** What may be done with an object's records, as far as sharing lets the user see them. */
export interface ObjectAccess {
  readonly create: boolean;
  readonly read: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  /** Whoever owns the records. */
  readonly viewAll: boolean;
  readonly modifyAll: boolean;
}

export interface FieldAccess {
  readonly read: boolean;
  readonly edit: boolean;
}

type SystemPermission =
  | 'ApiEnabled'
  | 'BulkApiHardDelete'
  | 'ViewAllData'
  | 'ModifyAllData'
  | 'ManageUsers';

const NONE: FieldAccess = { read: false, edit: false };
const FULL: FieldAccess = { read: true, edit: true };

export class Permissions {
  readonly viewAllData: boolean;
  readonly modifyAllData: boolean;
  readonly apiEnabled: boolean;
  readonly bulkApiHardDelete: boolean;
  /** Whether users, groups and permissions may be written. */
  readonly manageUsers: boolean;
  readonly #grants: readonly Grant[];
  readonly #hiddenObjects: ReadonlySet<string>;
  readonly #hiddenFields: ReadonlySet<string>;
  readonly #objects = new Map<string, ObjectAccess>();

  /** The user's own settings count with the permission sets; the profile's permissions are among them already. */
  constructor(user: User, grants: readonly Grant[]) {
    this.#grants = grants;
    this.#hiddenObjects = new Set(user.hiddenObjects);
    this.#hiddenFields = new Set(user.hiddenFields);
    const sets = grants.slice(1);
    const has = (permission: SystemPermission, of: readonly Grant[]): boolean =>
      of.some(({ set }) => set?.[`Permissions${permission}`] === true);
    this.modifyAllData = user.modifyAllData || has('ModifyAllData', sets);
    this.viewAllData = user.viewAllData || has('ViewAllData', sets) || has('ModifyAllData', sets);
    this.apiEnabled = user.apiEnabled || has('ApiEnabled', sets);
    this.bulkApiHardDelete = user.bulkApiHardDelete === true || has('BulkApiHardDelete', sets);
    this.manageUsers = this.modifyAllData || has('ManageUsers', grants);
  }

  /** Whether no object, field or record is kept from the user. */
  get unlimited(): boolean {
    const [profile] = this.#grants;
    return (
      this.modifyAllData &&
      profile?.otherwise === 'all' &&
      profile.objects.size + profile.fields.size === 0 &&
      this.#hiddenObjects.size + this.#hiddenFields.size === 0
    );
  }

  object(object: ObjectDef): ObjectAccess {
    const known = this.#objects.get(object.name);
    if (known !== undefined) return known;
    const access = this.accessTo(object);
    this.#objects.set(object.name, access);
    return access;
  }

  field(object: ObjectDef, field: FieldDef): FieldAccess {
    return this.isHidden(object, field) ? NONE : this.granted(object, field);
  }

  /** What profile and permission sets say, whatever is hidden besides. */
  granted(object: ObjectDef, field: FieldDef): FieldAccess {
    const name = permissionOf(object, field);
    if (name === undefined) return FULL;
    const all = this.#grants.map((grant) => fieldIn(grant, name));
    return { read: all.some(({ read }) => read), edit: all.some(({ edit }) => edit) };
  }

  /** Whether a permission says so of this very object. */
  grantsViewAll(object: ObjectDef): boolean {
    const governor = governedBy(object);
    if (governor === undefined) return false;
    return this.#grants
      .map((grant) => objectIn(grant, governor))
      .some(({ viewAll, modifyAll }) => viewAll || modifyAll);
  }

  private accessTo(object: ObjectDef): ObjectAccess {
    if (this.#hiddenObjects.has(object.name)) return objectAccess('none');
    const governor = governedBy(object);
    if (governor === undefined) {
      const access = objectAccess(isSetup(object) && !this.manageUsers ? 'read' : 'all');
      return { ...access, viewAll: this.viewAllData, modifyAll: this.modifyAllData };
    }
    const all = this.#grants.map((grant) => objectIn(grant, governor));
    const any = (of: keyof ObjectAccess): boolean => all.some((each) => each[of]);
    const modifyAll = this.modifyAllData || any('modifyAll');
    const viewAll = modifyAll || this.viewAllData || any('viewAll');
    return {
      create: this.modifyAllData || any('create'),
      read: viewAll || any('read'),
      edit: modifyAll || any('edit'),
      delete: modifyAll || any('delete'),
      viewAll,
      modifyAll,
    };
  }

  private isHidden({ name }: ObjectDef, field: FieldDef): boolean {
    if (this.#hiddenFields.size === 0) return false;
    const { compoundFieldName: whole } = field;
    if (whole !== null && this.#hiddenFields.has(`${name}.${whole}`)) return true;
    return this.#hiddenFields.has(`${name}.${field.name}`);
  }
}

function objectAccess(level: Grant['otherwise']): ObjectAccess {
  const write = level === 'all';
  const read = level !== 'none';
  return { create: write, read, edit: write, delete: write, viewAll: false, modifyAll: false };
}

function objectIn({ objects, otherwise }: Grant, name: string): ObjectAccess {
  const row = objects.get(name);
  if (row === undefined) return objectAccess(otherwise);
  const may = (what: string): boolean => row[`Permissions${what}`] === true;
  return {
    create: may('Create'),
    read: may('Read'),
    edit: may('Edit'),
    delete: may('Delete'),
    viewAll: may('ViewAllRecords'),
    modifyAll: may('ModifyAllRecords'),
  };
}

function fieldIn({ objects, fields, otherwise }: Grant, name: string): FieldAccess {
  const row = fields.get(name);
  if (row !== undefined) {
    const edit = row['PermissionsEdit'] === true;
    return { read: edit || row['PermissionsRead'] === true, edit };
  }
  const object = objects.get(name.split('.')[0] ?? '');
  if (object?.['PermissionsViewAllFields'] === true) return { read: true, edit: false };
  return { read: otherwise !== 'none', edit: otherwise === 'all' };
}
