import type { FieldValue, RecordValues } from '../org/types.ts';
import { PERSON_NAME } from './columns.ts';
import type { Column, SimpleColumn } from './columns.ts';
import { FieldSet } from './field-set.ts';
import { textDiff } from './text-diff.ts';

/** What an update's event says. */
export interface Update {
  /** Only what changed, by the record's field names; long texts as diffs. */
  readonly values: RecordValues;
  readonly changed: FieldSet;
  readonly nulled: FieldSet;
  readonly diffed: FieldSet;
}

/** In events, ChangeEventHeader is the field before the columns. */
const FIRST_COLUMN = 1;
/** Named as changed by every update but a lead's conversion, whether its whole second moved or not. */
const ALWAYS = 'LastModifiedDate';

/** The difference of two states of a record, by the columns of its events. */
export function updateOf(
  columns: readonly Column[],
  before: RecordValues,
  after: RecordValues,
  textDiffs: boolean,
): Update {
  const values: Record<string, FieldValue> = {};
  const [changed, nulled, diffed] = [new FieldSet(), new FieldSet(), new FieldSet()];
  const converted = before['IsConverted'] === false && after['IsConverted'] === true;
  const visit = (column: SimpleColumn, field: number, part?: number): void => {
    const old = before[column.field] ?? null;
    const now = after[column.field] ?? null;
    if (old === now && (column.field !== ALWAYS || converted)) return;
    changed.add(field, part);
    if (now === null) nulled.add(field, part);
    const diff = textDiffs && column.longText ? diffOf(old, now) : undefined;
    if (diff !== undefined) diffed.add(field, part);
    values[column.field] = diff ?? now;
    if (column.switchable && after['IsPersonAccount'] === true) {
      values['IsPersonAccount'] = true;
      for (const name of PERSON_NAME) values[name] = after[name] ?? null;
    }
  };
  columns.forEach((column, index) => {
    const field = FIRST_COLUMN + index;
    if (column.kind !== 'compound') visit(column, field);
    else column.parts.forEach((part, at) => visit(part, field, at));
  });
  return { values, changed, nulled, diffed };
}

function diffOf(old: FieldValue, now: FieldValue): string | undefined {
  return typeof old === 'string' && typeof now === 'string' ? textDiff(old, now) : undefined;
}
