/** `TYPEOF What WHEN Account THEN Phone, Owner.Name ELSE Name END`. */
import type { ObjectDef } from '../org/types.ts';
import { malformed } from './errors.ts';
import { queryable, Scope } from './scope.ts';
import type { ParentStep } from './scope.ts';
import { Shape } from './shape.ts';
import type { Name, TypeOf } from './syntax/tree.ts';

/** Parents of none of the types are shown by ELSE, and without it are null. */
export function addTypeOf({ name, cases, otherwise }: TypeOf, scope: Scope, root: Shape): void {
  const { before, step } = polymorphicStep(name, scope);
  const shapes = new Map<string, Shape>();
  for (const { type, fields } of cases) {
    const object = queryable(scope.context, type);
    requireTarget(step, object, type, scope);
    shapes.set(object.name, shapeOf(new Scope(scope.context, object), object, fields));
  }
  const rest = otherwise.length === 0 ? undefined : Shape.ofName(scope);
  for (const each of otherwise) {
    const path = { text: `${name.text}.${each.text}`, index: each.index };
    rest?.addField(scope.resolve(path).field);
  }
  root.at(before).add(step.field.relationshipName ?? name.text, (record) => {
    const parent = scope.parent(record, step);
    if (parent === undefined) return null;
    const { org } = scope.context.reader;
    const type = org.objectByPrefix(String(parent['Id']).slice(0, 3))?.name ?? '';
    return (shapes.get(type) ?? rest)?.read(parent) ?? null;
  });
}

/** The last step of the path, and those before it. */
function polymorphicStep(
  name: Name,
  scope: Scope,
): { readonly before: readonly ParentStep[]; readonly step: ParentStep } {
  const { steps } = scope.resolve({ text: `${name.text}.Id`, index: name.index });
  const step = steps.at(-1);
  if (step?.polymorphic === true) return { before: steps.slice(0, -1), step };
  return scope.pointing(name.index, () => {
    throw malformed(`TYPEOF takes a polymorphic relationship, which ${name.text} is not`);
  });
}

function requireTarget(step: ParentStep, object: ObjectDef, type: Name, scope: Scope): void {
  if (step.targets.includes(object)) return;
  scope.pointing(type.index, () => {
    throw malformed(`${step.field.relationshipName ?? ''} is never of type ${object.name}`);
  });
}

function shapeOf(scope: Scope, object: ObjectDef, fields: readonly Name[]): Shape {
  const shape = Shape.ofObject(scope, object);
  for (const name of fields) {
    const { steps, field } = scope.resolve(name);
    shape.at(steps).addField(field);
  }
  return shape;
}
