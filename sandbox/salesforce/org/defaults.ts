/** Default values that are formulas: `TODAY() + 7`. */
import { FormulaError } from '../formula/errors.ts';
import { compileFormula } from '../formula/evaluate.ts';
import { toField } from '../formula/value.ts';
import type { Evaluate, World } from '../formula/world.ts';
import type { FieldDef, FieldValue, ObjectDef, RecordValues } from './types.ts';

const COMPILED = new WeakMap<ObjectDef, readonly (readonly [FieldDef, Evaluate])[]>();

/** Fills in what wasn't given; a field that was given as empty stays so. */
export function fillDefaults(
  def: ObjectDef,
  world: World,
  record: Record<string, FieldValue>,
  given: RecordValues,
  userId: string,
): void {
  const frame = { record, before: null, userId, now: world.now() };
  for (const [field, evaluate] of compiledDefaults(def, world)) {
    if (field.name in given) continue;
    try {
      record[field.name] = toField(field, evaluate(frame));
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
    }
  }
}

function compiledDefaults(
  def: ObjectDef,
  world: World,
): readonly (readonly [FieldDef, Evaluate])[] {
  let compiled = COMPILED.get(def);
  if (compiled === undefined) {
    compiled = def.fields.flatMap((field) => {
      if (field.defaultFormula === undefined) return [];
      try {
        return [[field, compileDefault(def, field, world)] as const];
      } catch (error) {
        if (error instanceof FormulaError) return [];
        throw error;
      }
    });
    COMPILED.set(def, compiled);
  }
  return compiled;
}

/** Throws FormulaError where the default can't be worked out; such a field is empty by default. */
export function compileDefault(def: ObjectDef, field: FieldDef, world: World): Evaluate {
  const { defaultFormula = '', labels } = field;
  const options = { world, entity: def.name, blankAsZero: false, hasUser: true, labels };
  return compileFormula(defaultFormula, options);
}
