import type { FieldType as SelectedField, Query } from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, ObjectDef, Org, RecordValues, User } from '../org/types.ts';
import { compile } from '../soql/condition.ts';
import { toExpression } from '../soql/expression.ts';
import type { Expression } from '../soql/expression.ts';
import { fieldOf } from '../soql/fields.ts';
import { parseSoql } from '../soql/parse.ts';
import { Scope } from '../soql/scope.ts';

/** The query of a PushTopic: one object, plain fields, Id among them. */
export interface TopicQuery {
  readonly object: ObjectDef;
  readonly selected: readonly FieldDef[];
  /** Names of the fields in WHERE. */
  readonly filtered: ReadonlySet<string>;
  /** Whether WHERE lets the record through, now. */
  matches(record: RecordValues): boolean;
}

/** Throws SalesforceError in words for whoever saves the PushTopic. */
export function readTopicQuery(org: Org, user: User, soql: string): TopicQuery {
  const query = parseSoql(soql);
  const clause = REFUSED.find((name) => query[name] !== undefined);
  if (clause !== undefined) throw refused(`${clause} isn't supported in PushTopic queries`);
  const object = org.object(query.sObject ?? '');
  if (object === undefined || !object.changeEvents) {
    throw refused(`${query.sObject ?? ''} can't be used in PushTopic queries`, 'INVALID_TYPE');
  }
  const selected = (query.fields ?? []).map((field) => plainField(object, field));
  if (!selected.some((field) => field.type === 'id')) {
    throw refused('the SELECT clause must include Id');
  }
  const scope = new Scope({ org, user, version: '' }, object, soql, query.sObjectAlias);
  const where = query.where === undefined ? undefined : toExpression(query.where);
  const filtered = new Set<string>();
  if (where !== undefined) checkWhere(where, scope, filtered);
  return {
    object,
    selected,
    filtered,
    matches: (record) =>
      where === undefined ||
      compile(where, {
        now: org.clock.now(),
        column: (leaf) => scope.column('field' in leaf ? leaf.field : ''),
        subquery: () => ({ test: () => false }),
      }).test(record),
  };
}

const REFUSED = [
  'groupBy',
  'having',
  'orderBy',
  'limit',
  'offset',
  'for',
  'update',
] as const satisfies readonly (keyof Query)[];

function plainField(object: ObjectDef, selected: SelectedField): FieldDef {
  const name = selected.type === 'Field' ? selected.field : undefined;
  if (name === undefined) {
    throw refused('relationships, functions and sub-queries are not supported in SELECT');
  }
  const field = fieldOf(object, name);
  if (field === undefined) throw refused(`no such column '${name}' on entity '${object.name}'`);
  const long = field.extraTypeInfo === 'plaintextarea' || field.extraTypeInfo === 'richtextarea';
  if (long || field.type === 'address' || field.type === 'location') {
    throw refused(`${field.name} can't be used in PushTopic queries`);
  }
  return field;
}

/** Names the fields, or throws where there is more than fields compared with values. */
function checkWhere(where: Expression, scope: Scope, names: Set<string>): void {
  if (where.kind === 'not') return checkWhere(where.of, scope, names);
  if (where.kind !== 'leaf') {
    for (const part of where.of) checkWhere(part, scope, names);
    return;
  }
  const { leaf } = where;
  if ('valueQuery' in leaf) throw refused('semi-joins and anti-joins are not supported');
  if (!('field' in leaf)) throw refused('functions are not supported in WHERE');
  const { field, own } = scope.column(leaf.field);
  if (!own) throw refused(`the relationship ${leaf.field} is not supported in WHERE`);
  names.add(field.name);
}

function refused(problem: string, code = 'INVALID_FIELD'): SalesforceError {
  return new SalesforceError(400, code, `Invalid PushTopic query: ${problem}`, ['Query']);
}
