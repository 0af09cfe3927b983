/** Formula fields: not stored, but worked out where a record is read. */
import { FormulaError } from '../formula/errors.ts';
import { compileFormula } from '../formula/evaluate.ts';
import { toField } from '../formula/value.ts';
import type { Evaluate, World } from '../formula/world.ts';
import type { FieldDef, FieldValue, ObjectDef, RecordValues } from './types.ts';

/**
 * What the records of an object inherit: a getter for each formula field, hidden from loops. Null for objects without
 * formulas, which costs their records nothing.
 */
export function calculatedFields(def: ObjectDef, world: World): object | null {
  const formulas = def.fields.filter((field) => field.formula !== undefined);
  if (formulas.length === 0) return null;
  const prototype = {};
  for (const field of formulas) {
    const calculate = calculation(def, field, world);
    Object.defineProperty(prototype, field.name, {
      get(this: RecordValues): FieldValue {
        return calculate(this);
      },
    });
  }
  return prototype;
}

/** Read for the first time when all objects are there. */
function calculation(
  def: ObjectDef,
  field: FieldDef,
  world: World,
): (record: RecordValues) => FieldValue {
  let evaluate: Evaluate | undefined;
  return (record) => {
    evaluate ??= compiled(def, field, world);
    try {
      const frame = { record, before: null, userId: undefined, now: world.now() };
      return toField(field, evaluate(frame));
    } catch (error) {
      if (error instanceof FormulaError) return toField(field, null);
      throw error;
    }
  };
}

/** What isn't supported was told when the project was loaded, and has no value. */
function compiled(def: ObjectDef, field: FieldDef, world: World): Evaluate {
  try {
    return compileFieldFormula(def, field, world);
  } catch (error) {
    if (error instanceof FormulaError) return () => null;
    throw error;
  }
}

/** Throws FormulaError where the field's formula can't be worked out. */
export function compileFieldFormula(def: ObjectDef, field: FieldDef, world: World): Evaluate {
  const blankAsZero = field.blankAsZero === true;
  const options = { world, entity: def.name, blankAsZero, hasUser: false, labels: field.labels };
  return compileFormula(field.formula ?? '', options);
}
