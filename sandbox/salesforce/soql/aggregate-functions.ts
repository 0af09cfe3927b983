import { makeField } from '../org/field-spec.ts';
import type { FieldDef, FieldValue, RecordValues } from '../org/types.ts';
import { fold } from './comparison.ts';
import { sum } from './decimal.ts';
import { invalidField, malformed } from './errors.ts';
import { domainOf, isFilterable } from './fields.ts';
import { soleField } from './functions.ts';
import type { Column, Scope } from './scope.ts';
import type { Call } from './syntax/tree.ts';

/** Rows with the same values of the fields in GROUP BY. */
export interface Group {
  /** Null for the fields that this group, a subtotal, isn't grouped by. */
  readonly keys: readonly FieldValue[];
  /** By which of the fields in GROUP BY it is grouped. */
  readonly by: readonly boolean[];
  readonly rows: readonly RecordValues[];
}

const AGGREGATES = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);

export function isAggregateCall({ name }: Call): boolean {
  return AGGREGATES.has(name);
}

export function aggregateColumn(call: Call, scope: Scope): Column<Group> {
  const { field, get } = scope.column(soleField(call));
  requireFitting(call.name, field);
  const values = ({ rows }: Group): FieldValue[] => rows.map(get).filter((each) => each !== null);
  const result = (type: FieldDef['type'], of: (values: FieldValue[]) => FieldValue) => ({
    field: type === field.type ? field : makeField({ name: field.name, label: field.label, type }),
    own: false,
    get: (group: Group) => of(values(group)),
  });
  switch (call.name) {
    case 'COUNT':
      return result('int', (all) => all.length);
    case 'COUNT_DISTINCT':
      return result('int', (all) => new Set(all.map((each) => fold(field, each))).size);
    case 'SUM':
      return result(field.type, (all) => (all.length === 0 ? null : sum(all.map(Number))));
    case 'AVG':
      return result('double', (all) =>
        all.length === 0 ? null : sum(all.map(Number)) / all.length,
      );
    case 'MIN':
      return result(field.type, (all) => extreme(field, all, (a, b) => a < b));
    case 'MAX':
      return result(field.type, (all) => extreme(field, all, (a, b) => a > b));
    default:
      throw malformed(`unexpected token: '${call.name}'`);
  }
}

function requireFitting(name: string, field: FieldDef): void {
  const domain = domainOf(field);
  const counting = name === 'COUNT' || name === 'COUNT_DISTINCT';
  const adding = name === 'SUM' || name === 'AVG';
  const ordered = domain !== 'boolean' && domain !== 'id' && field.type !== 'multipicklist';
  const fits = counting || (adding ? domain === 'number' : ordered);
  if (fits && isFilterable(field)) return;
  throw invalidField(`field ${field.name} does not support aggregate operator ${name}`);
}

type NotNull = Exclude<FieldValue, null>;

/** Texts by the order in which they compare. */
function extreme(
  field: FieldDef,
  values: readonly FieldValue[],
  wins: (a: NotNull, b: NotNull) => boolean,
): FieldValue {
  let best: FieldValue = null;
  let folded: FieldValue = null;
  for (const value of values) {
    const own = fold(field, value);
    if (own !== null && (folded === null || wins(own, folded))) [best, folded] = [value, own];
  }
  return best;
}
