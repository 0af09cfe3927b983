/** An object as a user sees it: without the fields they may not read, and told what they may do. */
import type { ObjectDef } from '../org/types.ts';
import type { Permissions } from './permissions.ts';

/** Undefined where it may not be read; the very same definition where nothing is kept from the user. */
export function seenObject(object: ObjectDef, permissions: Permissions): ObjectDef | undefined {
  const access = permissions.object(object);
  if (!access.read && !access.create) return undefined;
  let same = true;
  const fields = object.fields.flatMap((field) => {
    const { read, edit } = permissions.field(object, field);
    if (!read) same = false;
    if (!read) return [];
    if (edit || !(field.createable || field.updateable)) return [field];
    same = false;
    return [{ ...field, createable: false, updateable: false }];
  });
  if (same && access.create && access.edit && access.delete) return object;
  const { abilities = {} } = object;
  return {
    ...object,
    fields,
    abilities: {
      ...abilities,
      createable: access.create && abilities.createable !== false,
      updateable: access.edit && abilities.updateable !== false,
      deletable: access.delete && abilities.deletable !== false,
    },
  };
}
