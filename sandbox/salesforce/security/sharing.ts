/** Which records a user sees and may change, by owner and by the org-wide defaults. */
import type { FieldDef, ObjectDef, Org, RecordValues, User } from '../org/types.ts';
import type { Permissions } from './permissions.ts';

/** `full` is the owner's: delete, transfer. */
export type Level = 'none' | 'read' | 'edit' | 'full';

/** How far up a record's access is looked for. */
const MAX_PARENTS = 5;

export class Sharing {
  readonly #org: Org;
  readonly #permissions: Permissions;
  /** Users and the groups and queues that this one is in. */
  readonly #owners: ReadonlySet<string>;
  readonly #open = new Map<ObjectDef, boolean>();

  constructor(org: Org, user: User, permissions: Permissions) {
    this.#org = org;
    this.#permissions = permissions;
    const groups = org.findBy('GroupMember', 'UserOrGroupId', user.id);
    this.#owners = new Set([user.id, ...groups.map(({ GroupId }) => String(GroupId))]);
  }

  /** Whether all records of the object can be seen, so that none has to be looked at. */
  isOpen(object: ObjectDef): boolean {
    let open = this.#open.get(object);
    if (open === undefined) {
      open = this.seesAll(object);
      this.#open.set(object, open);
    }
    return open;
  }

  level(object: ObjectDef, record: RecordValues, depth = 0): Level {
    const { modifyAll, viewAll } = this.#permissions.object(object);
    if (modifyAll) return 'full';
    const owner = record['OwnerId'];
    if (typeof owner === 'string' && this.#owners.has(owner)) return 'full';
    const shared = this.sharedLevel(object, record, depth);
    return shared === 'none' && viewAll ? 'read' : shared;
  }

  private sharedLevel(object: ObjectDef, record: RecordValues, depth: number): Level {
    const parent = controllingField(object);
    if (parent !== undefined) return this.parentLevel(parent, record, depth);
    if (!object.fields.some(({ name }) => name === 'OwnerId')) return 'full';
    switch (object.sharing) {
      case 'Private':
      case 'ControlledByParent':
        return 'none';
      case 'Read':
        return 'read';
      default:
        return 'edit';
    }
  }

  /** A parent that may be changed lets details be changed and deleted. */
  private parentLevel(field: FieldDef, record: RecordValues, depth: number): Level {
    const id = record[field.name];
    const parent = this.#org.objectByPrefix(String(id).slice(0, 3));
    const found =
      parent === undefined ? undefined : this.#org.record(parent.name, String(id), true);
    if (parent === undefined || found === undefined || depth >= MAX_PARENTS) {
      return field.nillable ? 'none' : 'full';
    }
    const level = this.level(parent, found, depth + 1);
    return level === 'edit' ? 'full' : level;
  }

  private seesAll(object: ObjectDef, depth = 0): boolean {
    if (this.#permissions.object(object).viewAll || depth >= MAX_PARENTS) return true;
    const parent = controllingField(object);
    if (parent === undefined) return object.sharing !== 'Private';
    return parent.referenceTo.every((name) => {
      const target = this.#org.object(name);
      return target === undefined || this.seesAll(target, depth + 1);
    });
  }
}

/** The reference to the record whose access counts: a detail's parent, or a contact's account where that is set so. */
function controllingField(object: ObjectDef): FieldDef | undefined {
  if (object.name === 'Contact') {
    if (object.sharing !== 'ControlledByParent') return undefined;
    return object.fields.find(({ name }) => name === 'AccountId');
  }
  return object.fields.find(
    ({ type, onDelete, nillable, name }) =>
      type === 'reference' && onDelete === 'cascade' && !nillable && name !== 'AccountId',
  );
}
