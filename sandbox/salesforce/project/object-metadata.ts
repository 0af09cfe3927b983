/** `CustomObject` and `CustomField` elements → what they say. */
import type { CustomFieldMetadata } from './custom-field.ts';
import { fieldProblem, isKnownType } from './custom-field.ts';
import type { XmlElement } from './xml.ts';

export interface ObjectMetadata {
  readonly name: string;
  /** Undefined where only fields were found: of a standard object, or another package's. */
  readonly definition: XmlElement | undefined;
  readonly fields: readonly {
    readonly metadata: CustomFieldMetadata;
    readonly element: XmlElement;
  }[];
}

/** Values of the global value sets, by name. */
export type ValueSets = ReadonlyMap<string, readonly string[]>;

/** Gets a sentence, with file and line, for each thing that the sandbox doesn't know and leaves out. */
export type Report = (sentence: string) => void;

/** Undefined for standard fields, whose metadata only sets what the sandbox doesn't have, and for unknown types. */
export function readField(
  element: XmlElement,
  valueSets: ValueSets,
  report: Report,
): ObjectMetadata['fields'][number] | undefined {
  const name = element.text('fullName') ?? '';
  if (name !== '' && !name.includes('__')) return undefined;
  const type = element.text('type');
  if (type === undefined) throw element.problem(`${name || 'The field'} has no <type>.`);
  if (!isKnownType(type)) {
    report(`${element.place('type')}: ${name} has the unknown type "${type}", so it is left out.`);
    return undefined;
  }
  const picklist = readPicklist(element, valueSets, report);
  const metadata: CustomFieldMetadata = {
    name,
    type,
    label: element.text('label'),
    length: element.number('length'),
    precision: element.number('precision'),
    scale: element.number('scale'),
    required: element.flag('required'),
    unique: element.flag('unique'),
    externalId: element.flag('externalId'),
    defaultValue: picklist?.defaultValue ?? element.text('defaultValue'),
    picklistValues: picklist?.values,
    restricted: picklist?.restricted,
    referenceTo: referenceTo(element),
    relationshipName: element.text('relationshipName'),
    deleteConstraint: element.text('deleteConstraint'),
    displayFormat: element.text('displayFormat'),
    formula: element.text('formula') !== undefined,
  };
  const problem = fieldProblem(metadata);
  if (problem !== undefined) throw element.problem(problem.message, problem.element);
  return { metadata, element };
}

function referenceTo(element: XmlElement): string[] | undefined {
  const targets = element.texts('referenceTo');
  return targets.length === 0 ? undefined : targets;
}

interface Picklist {
  readonly values: readonly string[];
  readonly restricted: boolean;
  readonly defaultValue: string | undefined;
}

function readPicklist(
  element: XmlElement,
  valueSets: ValueSets,
  report: Report,
): Picklist | undefined {
  const set = element.child('valueSet');
  const globalName = set?.text('valueSetName');
  if (set !== undefined && globalName !== undefined) {
    const values = valueSets.get(globalName);
    if (values !== undefined) return { values, restricted: true, defaultValue: undefined };
    report(
      `${set.place('valueSetName')}: The global value set "${globalName}" is not in the project, so ${element.text('fullName') ?? 'the field'} takes any value.`,
    );
    return { values: [], restricted: false, defaultValue: undefined };
  }
  const values =
    set?.child('valueSetDefinition')?.children('value') ??
    element.child('picklist')?.children('picklistValues');
  if (values === undefined) return undefined;
  return {
    values: activeValues(values),
    restricted: set?.flag('restricted') ?? false,
    defaultValue: values.find((value) => value.flag('default'))?.text('fullName'),
  };
}

export function activeValues(values: readonly XmlElement[]): string[] {
  return values
    .filter((value) => value.text('isActive')?.toLowerCase() !== 'false')
    .map((value) => value.text('fullName') ?? '');
}
