/** Validation rules: a record for which a rule's formula is true isn't saved. */
import { FormulaError } from '../formula/errors.ts';
import { compileFormula } from '../formula/evaluate.ts';
import type { Evaluate, World } from '../formula/world.ts';
import { SalesforceError } from './types.ts';
import type { ObjectDef, RecordValues, ValidationRule } from './types.ts';

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly evaluate: Evaluate;
}

const COMPILED = new WeakMap<ObjectDef, readonly CompiledRule[]>();

/** Throws FIELD_CUSTOM_VALIDATION_EXCEPTION, once for each rule that doesn't hold, in order of their names. */
export function checkValidation(
  def: ObjectDef,
  world: World,
  record: RecordValues,
  before: RecordValues | null,
  userId: string,
): void {
  if (def.validationRules === undefined) return;
  const frame = { record, before, userId, now: world.now() };
  const [first, ...others] = compiledRules(def, def.validationRules, world)
    .filter(({ evaluate }) => evaluate(frame) === true)
    .map(({ rule }) => refusalOf(rule));
  if (first === undefined) return;
  first.others = others;
  throw first;
}

function refusalOf({ message, field }: ValidationRule): SalesforceError {
  const fields = field === undefined ? [] : [field];
  return new SalesforceError(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message, fields);
}

function compiledRules(
  def: ObjectDef,
  rules: readonly ValidationRule[],
  world: World,
): readonly CompiledRule[] {
  let compiled = COMPILED.get(def);
  if (compiled === undefined) {
    compiled = rules.flatMap((rule) => {
      try {
        return [{ rule, evaluate: compileRule(def, rule, world) }];
      } catch (error) {
        if (error instanceof FormulaError) return [];
        throw error;
      }
    });
    COMPILED.set(def, compiled);
  }
  return compiled;
}

/** Throws FormulaError where the rule's formula can't be worked out; such a rule isn't enforced. */
export function compileRule(def: ObjectDef, rule: ValidationRule, world: World): Evaluate {
  const { labels } = rule;
  const options = { world, entity: def.name, blankAsZero: false, hasUser: true, labels };
  return compileFormula(rule.formula, options);
}
