import { makeField } from '../org/field-spec.ts';
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, FieldType, FieldValue, ObjectDef, Org } from '../org/types.ts';
import { compile } from '../soql/condition.ts';
import { Context } from '../soql/context.ts';
import { Scope } from '../soql/scope.ts';
import type { Column } from '../soql/scope.ts';
import { parseSoql } from '../soql/syntax/parse.ts';
import type { Term } from '../soql/syntax/tree.ts';
import type { EventContent } from './event-reader.ts';
import type { ChangeEventHeader } from './header.ts';

/** The filter expression of a channel's member. */
export interface ChannelFilter {
  /** The record's fields in it, with which the channel's events are enriched. */
  readonly fields: readonly string[];
  passes(event: EventContent): boolean;
}

const HEADER = 'changeeventheader.';
/** Arrays can't be filtered by. */
const HEADER_FIELDS: Readonly<Record<string, readonly [keyof ChangeEventHeader, FieldType]>> = {
  entityname: ['entityName', 'string'],
  changetype: ['changeType', 'string'],
  changeorigin: ['changeOrigin', 'string'],
  transactionkey: ['transactionKey', 'string'],
  sequencenumber: ['sequenceNumber', 'double'],
  committimestamp: ['commitTimestamp', 'double'],
  commitnumber: ['commitNumber', 'double'],
  commituser: ['commitUser', 'string'],
};

/**
 * Reads an expression in SOQL's words, `Industry = 'Banking' AND ChangeEventHeader.changeType = 'UPDATE'`. Throws
 * SalesforceError where it is none, or asks for more than fields compared with values.
 */
export function readChannelFilter(org: Org, object: ObjectDef, expression: string): ChannelFilter {
  const soql = `SELECT Id FROM ${object.name} WHERE ${expression}`;
  const query = parseSoql(soql);
  const { where } = query;
  const more = [query.orderBy.length > 0, query.groupBy, query.limit, query.offset, query.having];
  if (where === undefined || more.some((each) => each !== undefined && each !== false)) {
    throw refused('it is more than a condition');
  }
  const [user] = org.users();
  if (user === undefined) throw new TypeError('An org has a user.');
  const context = new Context({ org, user, version: '' }, soql);
  const scope = new Scope(context, object, query);
  const fields = new Set<string>();
  const column = (term: Term): Column<EventContent> => {
    const found = columnOf(scope, term);
    if (found.own) fields.add(found.field.name);
    return found;
  };
  const join = (): never => {
    throw refused('semi-joins are not supported');
  };
  const { test } = compile<EventContent>(where, { context, column, join });
  return { fields: [...fields], passes: test };
}

function columnOf(scope: Scope, term: Term): Column<EventContent> {
  if (term.kind !== 'field') throw refused('functions are not supported');
  const { text } = term.name;
  if (text.toLowerCase().startsWith(HEADER)) return headerColumn(text.slice(HEADER.length));
  const { steps, field } = scope.resolve(term.name);
  if (steps.length > 0) throw refused(`the relationship ${text} is not supported`);
  checkType(field);
  return { field, own: true, get: ({ values }) => values[field.name] ?? null };
}

function checkType(field: FieldDef): void {
  const long = field.extraTypeInfo === 'plaintextarea' || field.extraTypeInfo === 'richtextarea';
  if (long || field.calculated) throw refused(`the field ${field.name} is not supported`);
}

function headerColumn(name: string): Column<EventContent> {
  const [key, type] = HEADER_FIELDS[name.toLowerCase()] ?? [];
  if (key === undefined || type === undefined) {
    throw refused(`the field ChangeEventHeader.${name} is not supported`);
  }
  const get = ({ header }: EventContent): FieldValue => {
    const value = header?.[key];
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  };
  return { field: makeField({ name: key, label: key, type }), own: false, get };
}

function refused(problem: string): SalesforceError {
  const message = `The filter expression is invalid: ${problem}.`;
  return new SalesforceError(400, 'INVALID_INPUT', message, ['filterExpression']);
}
