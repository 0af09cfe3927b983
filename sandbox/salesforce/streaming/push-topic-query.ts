import { SalesforceError } from '../org/types.ts';
import type { FieldDef, ObjectDef, Org, RecordValues, User } from '../org/types.ts';
import { compile } from '../soql/condition.ts';
import { Context } from '../soql/context.ts';
import { Scope } from '../soql/scope.ts';
import { parseSoql } from '../soql/syntax/parse.ts';
import type { Condition, Name, Query, SelectItem, Term } from '../soql/syntax/tree.ts';

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
  const clause = unsupportedClause(query);
  if (clause !== undefined) throw refused(`${clause} is not supported`);
  const object = org.object(query.from.text);
  if (object?.changeEvents !== true) {
    throw refused(`${query.from.text} is not supported`, 'INVALID_TYPE');
  }
  const scopeNow = (): Scope =>
    new Scope(new Context({ org, user, version: '' }, soql), object, query);
  const selected = query.select.map((item) => selectedField(scopeNow(), item));
  if (!selected.some((field) => field.type === 'id')) {
    throw refused('the SELECT clause must include Id');
  }
  const filtered = new Set(filteredFields(query.where, scopeNow()));
  const { where } = query;
  const matches = (record: RecordValues): boolean =>
    where === undefined || test(where, scopeNow())(record);
  if (where !== undefined) test(where, scopeNow());
  return { object, selected, filtered, matches };
}

function test(where: Condition, scope: Scope): (record: RecordValues) => boolean {
  const meaning = {
    context: scope.context,
    column: (term: Term) => scope.column(nameOf(term)),
    join: () => {
      throw semiJoin();
    },
  };
  return compile(where, meaning).test;
}

function unsupportedClause(query: Query): string | undefined {
  if (query.groupBy !== undefined || query.having !== undefined) return 'GROUP BY';
  if (query.orderBy.length > 0) return 'ORDER BY';
  if (query.limit !== undefined) return 'LIMIT';
  if (query.offset !== undefined) return 'OFFSET';
  if (query.scope !== undefined) return 'USING SCOPE';
  return query.joins.length > 0 ? 'a relationship in FROM' : undefined;
}

function selectedField(scope: Scope, item: SelectItem): FieldDef {
  if (item.kind !== 'field') throw refused('SELECT takes fields alone');
  const field = ownField(scope, item.name);
  const long = field.extraTypeInfo === 'plaintextarea' || field.extraTypeInfo === 'richtextarea';
  const compound = field.type === 'address' || field.type === 'location';
  if (long || compound) throw refused(`the field ${field.name} is not supported`);
  return field;
}

/** Throws where there is more in WHERE than fields compared with values. */
function filteredFields(where: Condition | undefined, scope: Scope): string[] {
  switch (where?.kind) {
    case undefined:
      return [];
    case 'comparing':
      return [ownField(scope, nameOf(where.term)).name];
    case 'joining':
      throw semiJoin();
    case 'not':
      return filteredFields(where.of, scope);
    case 'and':
    case 'or':
      return where.of.flatMap((part) => filteredFields(part, scope));
  }
}

function nameOf(term: Term): Name {
  if (term.kind === 'field') return term.name;
  throw refused('functions are not supported');
}

function ownField(scope: Scope, name: Name): FieldDef {
  const { steps, field } = scope.resolve(name);
  if (steps.length > 0) throw refused(`the relationship ${name.text} is not supported`);
  return field;
}

function semiJoin(): SalesforceError {
  return refused('semi-joins and anti-joins are not supported');
}

function refused(problem: string, code = 'INVALID_FIELD'): SalesforceError {
  return new SalesforceError(400, code, `Invalid PushTopic query: ${problem}`, ['Query']);
}
