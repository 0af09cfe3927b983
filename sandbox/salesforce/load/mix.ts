/** How often each kind of edit comes, relative to the others. */
export interface EditMix {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly undelete: number;
}

export type EditKind = keyof EditMix;

export const EDIT_KINDS: readonly EditKind[] = ['create', 'update', 'delete', 'undelete'];

/** Keeps the number of live records nearly as it is: they grow by 2 of 100 edits. */
export const DEFAULT_MIX: EditMix = { create: 10, update: 78, delete: 10, undelete: 2 };

/** Of some kinds, the rest of which don't come; undefined where none does. */
export function mixOf(weights: Partial<EditMix>): EditMix | undefined {
  const mix = { create: 0, update: 0, delete: 0, undelete: 0, ...weights };
  return Object.values(mix).some((weight) => weight > 0) ? mix : undefined;
}
