import { makeField } from '../org/field-spec.ts';
import type { FieldDef, FieldValue, RecordValues } from '../org/types.ts';
import { fold } from './comparison.ts';
import { invalidField, malformed } from './errors.ts';
import { domainOf } from './fields.ts';
import type { Column, FunctionCall, Scope } from './scope.ts';

/** Rows with the same values of the fields in GROUP BY. */
export interface Group {
  readonly keys: readonly FieldValue[];
  readonly rows: readonly RecordValues[];
}

const AGGREGATES = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);

export function isAggregateCall(item: { readonly functionName?: string } | object): boolean {
  return 'functionName' in item && AGGREGATES.has(String(item.functionName).toUpperCase());
}

export function aggregateColumn(call: FunctionCall, scope: Scope): Column<Group> {
  const name = call.functionName?.toUpperCase() ?? '';
  const [parameter] = call.parameters ?? [];
  if (typeof parameter !== 'string') {
    throw malformed(`The function ${call.rawValue ?? name} is not supported in this place`);
  }
  const { field, get } = scope.column(parameter);
  const values = ({ rows }: Group): FieldValue[] => rows.map(get).filter((each) => each !== null);
  const numeric = domainOf(field) === 'number';
  if ((name === 'SUM' || name === 'AVG') && !numeric) {
    throw invalidField(`field ${field.name} does not support aggregate operator ${name}`);
  }
  const result = (type: FieldDef['type'], of: (values: FieldValue[]) => FieldValue) => ({
    field: type === field.type ? field : makeField({ name: field.name, label: field.label, type }),
    own: false,
    get: (group: Group) => of(values(group)),
  });
  switch (name) {
    case 'COUNT':
      return result('int', (all) => all.length);
    case 'COUNT_DISTINCT':
      return result('int', (all) => new Set(all.map((each) => fold(field, each))).size);
    case 'SUM':
      return result(field.type, (all) => (all.length === 0 ? null : sum(all)));
    case 'AVG':
      return result('double', (all) => (all.length === 0 ? null : sum(all) / all.length));
    case 'MIN':
      return result(field.type, (all) => extreme(all, (a, b) => a < b));
    default:
      return result(field.type, (all) => extreme(all, (a, b) => a > b));
  }
}

function sum(values: readonly FieldValue[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}

type NotNull = Exclude<FieldValue, null>;

function extreme(
  values: readonly FieldValue[],
  wins: (a: NotNull, b: NotNull) => boolean,
): FieldValue {
  let best: FieldValue = null;
  for (const value of values) {
    if (value !== null && (best === null || wins(value, best))) best = value;
  }
  return best;
}
