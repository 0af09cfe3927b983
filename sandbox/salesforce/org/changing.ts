import type { ObservedMap } from '../observed-map.ts';
import type { WriteContext } from './rules.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import type { RecordValues, Write } from './types.ts';

/** What one delete did besides, for its way back. */
export interface Deletion {
  /** Records that went with it, parents before their children. */
  readonly ids: readonly string[];
  /** Lookups that were emptied. */
  readonly cleared: readonly (readonly [id: string, field: string, parentId: string])[];
}

/** By the id of the record that was deleted; only of those with something to bring back. */
export type Deletions = ObservedMap<string, Deletion>;

/** What operations on several records at once need. */
export interface Changing {
  readonly schema: Schema;
  readonly deletions: Deletions;
  /** One write as a caller would make it, with all that is checked then; gives the record's id. */
  readonly write: (context: WriteContext, write: Write) => string;
  /** An update by the server itself: what is derived follows, but nobody's permissions or rules are asked. */
  readonly change: (
    context: WriteContext,
    target: SchemaEntry,
    before: RecordValues,
    values: RecordValues,
  ) => void;
}
