import { SalesforceError } from '../org/types.ts';
import type { FieldDef, ObjectDef, Org, RecordValues, User } from '../org/types.ts';
import { compile } from '../soql/condition.ts';
import { Context } from '../soql/context.ts';
import { fieldOf } from '../soql/fields.ts';
import { Scope } from '../soql/scope.ts';
import { parseSoql } from '../soql/syntax/parse.ts';
import type { Condition, Query, SelectItem } from '../soql/syntax/tree.ts';

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
  const clause = REFUSED.find((name) => isGiven(query[name]));
  if (clause !== undefined) throw refused(`${clause} isn't supported in PushTopic queries`);
  const object = org.object(query.from.text);
  if (object === undefined || !object.changeEvents) {
    throw refused(`${query.from.text} can't be used in PushTopic queries`, 'INVALID_TYPE');
  }
  const selected = query.select.map((item) => plainField(object, item));
  if (!selected.some((field) => field.type === 'id')) {
    throw refused('the SELECT clause must include Id');
  }
  const context = (): Context => new Context({ org, user, version: '' }, soql);
  const scope = new Scope(context(), object, query);
  const { where } = query;
  const filtered = new Set<string>();
  if (where !== undefined) checkWhere(where, scope, filtered);
  return {
    object,
    selected,
    filtered,
    matches: (record) =>
      where === undefined ||
      compile(where, {
        context: context(),
        column: (term) => scope.columnOf(term),
        join: () => ({ test: () => false }),
      }).test(record),
  };
}

const REFUSED = [
  'joins',
  'scope',
  'groupBy',
  'having',
  'orderBy',
  'limit',
  'offset',
  'viewed',
] as const satisfies readonly (keyof Query)[];

function isGiven(clause: Query[(typeof REFUSED)[number]]): boolean {
  return Array.isArray(clause) ? clause.length > 0 : clause !== undefined && clause !== false;
}

function plainField(object: ObjectDef, selected: SelectItem): FieldDef {
  const name = selected.kind === 'field' ? selected.name.text : undefined;
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
function checkWhere(where: Condition, scope: Scope, names: Set<string>): void {
  switch (where.kind) {
    case 'not':
      return checkWhere(where.of, scope, names);
    case 'and':
    case 'or':
      for (const part of where.of) checkWhere(part, scope, names);
      return;
    case 'joining':
      throw refused('semi-joins and anti-joins are not supported');
    case 'comparing': {
      const { term } = where;
      if (term.kind === 'call') throw refused('functions are not supported in WHERE');
      const { field, own } = scope.column(term.name);
      if (!own) throw refused(`the relationship ${term.name.text} is not supported in WHERE`);
      names.add(field.name);
    }
  }
}

function refused(problem: string, code = 'INVALID_FIELD'): SalesforceError {
  return new SalesforceError(400, code, `Invalid PushTopic query: ${problem}`, ['Query']);
}
