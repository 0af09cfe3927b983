/** What of a project's formulas, roll-ups and rules the sandbox can't do: said once, when all objects are there. */
import { FormulaError } from '../formula/errors.ts';
import { compileFieldFormula } from '../org/calculated.ts';
import { compileDefault } from '../org/defaults.ts';
import type { SandboxOrg } from '../org/org.ts';
import { FILTER_OPERATIONS } from '../org/roll-up-filter.ts';
import type { FieldDef, ObjectDef, Summary, ValidationRule } from '../org/types.ts';
import { compileRule } from '../org/validation.ts';
import { labelsIn } from './labels.ts';
import type { Labels } from './labels.ts';
import type { ObjectMetadata, Report } from './object-metadata.ts';
import type { XmlElement } from './xml.ts';

export function checkFormulas(org: SandboxOrg, metadata: ObjectMetadata, report: Report): void {
  const object = org.object(metadata.name);
  if (object === undefined) return;
  for (const { element, metadata: field } of metadata.fields) {
    const def = object.fields.find((each) => each.name === field.name);
    if (def === undefined) continue;
    checkDefault(org, object, def, element, report);
    if (def.formula === undefined) continue;
    const problem = problemOf(() => compileFieldFormula(object, def, org.memory.schema.world));
    if (problem === undefined) continue;
    report(
      `${element.place('formula')}: The formula of ${object.name}.${def.name} can't be worked out, so its values stay empty: ${problem}.`,
    );
  }
}

function checkDefault(
  org: SandboxOrg,
  object: ObjectDef,
  def: FieldDef,
  element: XmlElement,
  report: Report,
): void {
  if (def.defaultFormula === undefined) return;
  const problem = problemOf(() => compileDefault(object, def, org.memory.schema.world));
  if (problem === undefined) return;
  report(
    `${element.place('defaultValue')}: The default value of ${object.name}.${def.name} can't be worked out, so there is none: ${problem}.`,
  );
}

/** The object's active rules, in order of their names, without those that can't be enforced. */
export function readRules(
  org: SandboxOrg,
  { name, validationRules }: ObjectMetadata,
  labels: Labels,
  report: Report,
): ValidationRule[] {
  const object = org.object(name);
  if (object === undefined) return [];
  const rules = validationRules
    .filter((element) => element.flag('active'))
    .flatMap((element) => {
      const rule = readRule(element, labels);
      const problem = problemOf(() => compileRule(object, rule, org.memory.schema.world));
      if (problem === undefined) return [rule];
      report(
        `${element.place('errorConditionFormula')}: The validation rule ${name}.${rule.name} is not enforced: ${problem}.`,
      );
      return [];
    });
  return rules.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readRule(element: XmlElement, labels: Labels): ValidationRule {
  const formula = element.text('errorConditionFormula') ?? '';
  return {
    name: element.text('fullName') ?? '',
    formula,
    message: element.text('errorMessage') ?? '',
    field: element.text('errorDisplayField'),
    labels: labelsIn(formula, labels),
  };
}

function problemOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (error instanceof FormulaError) return error.message;
    throw error;
  }
}

const OPERATIONS: ReadonlySet<string> = new Set(['count', 'sum', 'min', 'max']);

/** Why a roll-up can't be summed up; undefined where it can. */
export function summaryProblem(
  org: SandboxOrg,
  parent: ObjectDef,
  summary: Summary,
): string | undefined {
  const { operation, child, reference, field, filters } = summary;
  if (!OPERATIONS.has(operation)) return `it has the operation "${operation}"`;
  const object = org.object(child);
  if (object === undefined) return `the org has no object ${child}`;
  const has = (name: string): boolean => object.fields.some((each) => each.name === name);
  const link = object.fields.find((each) => each.name === reference);
  if (link?.referenceTo.includes(parent.name) !== true) {
    return `${child} has no field ${reference} that refers to ${parent.name}`;
  }
  if (operation !== 'count' && !has(field ?? '')) return `${child} has no field ${field ?? ''}`;
  const filtered = filters.find((filter) => !has(filter.field));
  if (filtered !== undefined) return `${child} has no field ${filtered.field}`;
  const unknown = filters.find((filter) => !FILTER_OPERATIONS.includes(filter.operation));
  return unknown === undefined ? undefined : `its filter has the operation "${unknown.operation}"`;
}
