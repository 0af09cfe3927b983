/** The rules of semi-joins and anti-joins. */
import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import type { Inside } from './condition.ts';
import { malformed } from './errors.ts';
import { domainOf } from './fields.ts';
import type { Column } from './scope.ts';
import type { Condition, Name, Query } from './syntax/tree.ts';

/** Salesforce's bound for one WHERE. */
const MAX_JOINS = 2;

/** What can be said before the names are known. */
export function checkJoins(where: Condition): void {
  const queries = queriesIn(where);
  if (queries.length > MAX_JOINS) {
    throw malformed(`Maximum ${MAX_JOINS} semi join sub-selects are allowed.`);
  }
  for (const query of queries) {
    if (query.where !== undefined && queriesIn(query.where).length > 0) {
      throw malformed('Nesting of semi join sub-selects is not supported');
    }
  }
}

function queriesIn(condition: Condition): readonly Query[] {
  switch (condition.kind) {
    case 'comparing':
      return [];
    case 'joining':
      return [condition.query];
    case 'not':
      return queriesIn(condition.of);
    case 'and':
    case 'or':
      return condition.of.flatMap(queriesIn);
  }
}

export function checkPlace(inside: Inside): void {
  switch (inside) {
    case 'top':
    case 'and':
      return;
    case 'or':
      throw malformed("Semi join sub-selects are not allowed with the 'OR' operator");
    case 'not':
      throw malformed("Semi join sub-selects are not allowed with the 'NOT' operator");
    case 'nested':
      throw malformed(
        'Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.',
      );
  }
}

/** The one field that the inner SELECT shows. */
export function innerField(query: Query): Name {
  const [item, ...more] = query.select;
  if (item?.kind !== 'field' || more.length > 0) {
    throw malformed('Semi join sub-selects must have exactly one field');
  }
  if (query.orderBy.length > 0 || query.limit !== undefined || query.groupBy !== undefined) {
    throw malformed('Semi join sub-selects cannot have GROUP BY, ORDER BY or LIMIT');
  }
  return item.name;
}

export interface InnerField {
  readonly field: FieldDef;
  /** The object in FROM. */
  readonly object: ObjectDef;
  /** The object whose field it is. */
  readonly owner: ObjectDef;
  /** As written. */
  readonly name: string;
}

/** Both sides are ids, of objects of one type. */
export function checkSides(
  outer: Column<RecordValues>,
  outerObject: ObjectDef,
  inner: InnerField,
): void {
  if (domainOf(outer.field) !== 'id') {
    throw malformed(
      `The left operand field in the where expression for outer query should be an id field, cannot use: '${outer.field.name}'`,
    );
  }
  if (!outer.own) {
    throw malformed(
      `The left operand '${outer.field.name}' cannot have more than one level of relationships`,
    );
  }
  if (inner.object.name === outerObject.name) {
    throw malformed('The inner and outer selects should not be on the same object type');
  }
  const types = targetsOf(outer.field, outerObject);
  if (targetsOf(inner.field, inner.owner).some((type) => types.includes(type))) return;
  throw malformed(
    `The selected field '${inner.name}' in the subquery and the left operand field in the where expression in the outer query '${outer.field.name}' should point to the same object type`,
  );
}

/** None where the field is no id. */
function targetsOf(field: FieldDef, object: ObjectDef): readonly string[] {
  return field.type === 'id' ? [object.name] : field.referenceTo;
}
