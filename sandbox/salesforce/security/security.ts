import type { Org, Transaction, User } from '../org/types.ts';
import { grantsOf } from './grants.ts';
import { permissionOf } from './permissionable.ts';
import { Permissions } from './permissions.ts';
import { userView } from './user-view.ts';

/** Records of these change what users may do. */
const DECIDING = new Set([
  'User',
  'PermissionSet',
  'PermissionSetAssignment',
  'ObjectPermissions',
  'FieldPermissions',
  'GroupMember',
]);

interface Known {
  /** With what permission sets add to it. */
  readonly user: User;
  readonly org: Org;
  /** When a permission set's assignment ends, epoch ms. */
  readonly until: number;
}

/** What each user may do in an org, worked out at the first question and again after anything that decides it changed. */
export class Security {
  readonly #org: Org;
  #known = new WeakMap<User, Known>();

  constructor(org: Org) {
    this.#org = org;
    org.onSchemaChange(() => this.forget());
  }

  follow({ changes }: Transaction): void {
    if (changes.some(({ entity }) => DECIDING.has(entity))) this.forget();
  }

  forget(): void {
    this.#known = new WeakMap();
  }

  /** The user with what permission sets give, and hide by not giving. */
  effective(user: User): User {
    return this.knownOf(user).user;
  }

  /** The org itself for those from whom nothing is kept, at no cost. */
  view(user: User): Org {
    return this.knownOf(user).org;
  }

  private knownOf(user: User): Known {
    const known = this.#known.get(user);
    if (known !== undefined && known.until > this.#org.clock.now()) return known;
    const { grants, until } = grantsOf(this.#org, user);
    const permissions = new Permissions(user, grants);
    const effective = this.withPermissions(user, permissions);
    const org = permissions.unlimited ? this.#org : userView(this.#org, effective, permissions);
    const found = { user: effective, org, until };
    this.#known.set(user, found);
    this.#known.set(effective, found);
    return found;
  }

  private withPermissions(user: User, permissions: Permissions): User {
    const { viewAllData, modifyAllData, apiEnabled, bulkApiHardDelete } = permissions;
    const flags = { viewAllData, modifyAllData, apiEnabled };
    const hard = bulkApiHardDelete ? { bulkApiHardDelete } : {};
    if (permissions.unlimited) return { ...user, ...flags, ...hard };
    const objects = this.#org.objects();
    const readable = objects.filter((object) => permissions.object(object).read);
    const hiddenFields = readable
      .filter((object) => object.changeEvents)
      .flatMap((object) =>
        object.fields
          .filter((field) => !permissions.granted(object, field).read)
          .map((field) => permissionOf(object, field) ?? `${object.name}.${field.name}`),
      );
    return {
      ...user,
      ...flags,
      ...hard,
      hiddenObjects: objects.filter((object) => !readable.includes(object)).map(({ name }) => name),
      hiddenFields: [...new Set([...(user.hiddenFields ?? []), ...hiddenFields])],
      viewAllObjects: readable
        .filter((object) => permissions.grantsViewAll(object))
        .map(({ name }) => name),
    };
  }
}
