import type { ObjectModel } from './object-model.ts';
import type { FieldDef, FieldValue, RecordValues, SummaryFilter } from './types.ts';

type Test = (value: FieldValue, wanted: FieldValue) => boolean;

const text = (value: FieldValue): string => String(value ?? '').toLowerCase();
const ordered =
  (test: (order: number) => boolean): Test =>
  (value, wanted) =>
    value !== null && wanted !== null && test(value < wanted ? -1 : value > wanted ? 1 : 0);
const chosen: Test = (value, wanted) => text(value).split(';').includes(text(wanted));

/** By the name in metadata; those of one value against each of several. */
const ANY: Readonly<Record<string, Test>> = {
  equals: (value, wanted) => text(value) === text(wanted),
  contains: (value, wanted) => text(value).includes(text(wanted)),
  startsWith: (value, wanted) => text(value).startsWith(text(wanted)),
  includes: chosen,
  lessThan: ordered((order) => order < 0),
  lessOrEqual: ordered((order) => order <= 0),
  greaterThan: ordered((order) => order > 0),
  greaterOrEqual: ordered((order) => order >= 0),
};
/** Those that none of the values may meet. */
const NONE: Readonly<Record<string, string>> = {
  notEqual: 'equals',
  notContain: 'contains',
  excludes: 'includes',
};

export const FILTER_OPERATIONS: readonly string[] = [...Object.keys(ANY), ...Object.keys(NONE)];

/** Whether a child counts. `a, b` are several values, each of which will do. */
export function matchesFilter(
  model: ObjectModel,
  filter: SummaryFilter,
  record: RecordValues,
): boolean {
  const field = model.field(filter.field);
  if (field === undefined) return false;
  const value = record[field.name] ?? null;
  const wanted =
    filter.valueField === undefined
      ? wantedValues(field, filter.value ?? '')
      : [record[filter.valueField] ?? null];
  const negated = NONE[filter.operation];
  const test = ANY[negated ?? filter.operation];
  const matches = wanted.some((each) => test?.(value, each) === true);
  return negated === undefined ? matches : !matches;
}

function wantedValues(field: FieldDef, written: string): FieldValue[] {
  const values = written.split(',').map((each) => each.trim().replaceAll(/^"|"$/g, ''));
  return values.map((value) => wantedValue(field, value));
}

function wantedValue({ type }: FieldDef, value: string): FieldValue {
  if (value === '') return null;
  if (type === 'boolean') return /^(true|1)$/i.test(value);
  if (['int', 'double', 'currency', 'percent'].includes(type)) return Number(value);
  return type === 'datetime' ? Date.parse(value) : value;
}
