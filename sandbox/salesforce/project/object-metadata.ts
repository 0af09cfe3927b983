/** `CustomObject` and `CustomField` elements → what they say. */
import type { FieldDef, Summary, SummaryFilter } from '../org/types.ts';
import type { CustomFieldMetadata } from './custom-field.ts';
import { fieldProblem, isKnownType } from './custom-field.ts';
import { labelsIn } from './labels.ts';
import type { Labels } from './labels.ts';
import type { XmlElement } from './xml.ts';

export interface ObjectMetadata {
  readonly name: string;
  /** Undefined where only fields were found: of a standard object, or another package's. */
  readonly definition: XmlElement | undefined;
  readonly fields: readonly {
    readonly metadata: CustomFieldMetadata;
    readonly element: XmlElement;
  }[];
  readonly validationRules: readonly XmlElement[];
  readonly recordTypes: readonly XmlElement[];
}

/** Values of the global value sets, by name. */
export type ValueSets = ReadonlyMap<string, readonly string[]>;

/** What fields name that stands elsewhere in the project. */
export interface Shared {
  readonly valueSets: ValueSets;
  readonly labels: Labels;
}

/** Gets a sentence, with file and line, for each thing that the sandbox doesn't know and leaves out. */
export type Report = (sentence: string) => void;

/** Undefined for standard fields, whose metadata only sets what the sandbox doesn't have, and for unknown types. */
export function readField(
  element: XmlElement,
  { valueSets, labels }: Shared,
  report: Report,
): ObjectMetadata['fields'][number] | undefined {
  const name = element.text('fullName') ?? '';
  if (name !== '' && !name.includes('__')) return undefined;
  const type = element.text('type');
  if (type === undefined && isManaged(name)) {
    report(`${element.place()}: ${name} is a managed package's field, so it is left out.`);
    return undefined;
  }
  if (type === undefined) throw element.problem(`${name || 'The field'} has no <type>.`);
  if (!isKnownType(type)) {
    report(`${element.place('type')}: ${name} has the unknown type "${type}", so it is left out.`);
    return undefined;
  }
  const external = EXTERNAL[type];
  if (external !== undefined) {
    report(
      `${element.place('type')}: ${name} is ${external}, which the sandbox does not support, so it is left out.`,
    );
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
    formula: element.text('formula'),
    blankAsZero: element.text('formulaTreatBlanksAs') !== 'BlankAsBlank',
    summary: readSummary(element),
    reparentable: element.flag('reparentableMasterDetail'),
    mask: readMask(element),
    labels: labelsIn(element.text('formula') ?? element.text('defaultValue'), labels),
  };
  const problem = fieldProblem(metadata);
  if (problem !== undefined) throw element.problem(problem.message, problem.element);
  return { metadata, element };
}

/** `npsp__Level__c`: of such a field a project only has what it changed. */
function isManaged(name: string): boolean {
  return /^\w+?__\w+__\w+$/.test(name);
}

const EXTERNAL: Readonly<Record<string, string>> = {
  ExternalLookup: 'an external lookup',
  IndirectLookup: 'an indirect lookup',
};

/** `Line__c.Price__c` → the object and its field. */
function splitName(name: string): readonly [string, string] {
  const [object = '', ...field] = name.split('.');
  return [object, field.join('.')];
}

function readSummary(element: XmlElement): Summary | undefined {
  const operation = element.text('summaryOperation');
  const key = element.text('summaryForeignKey');
  if (operation === undefined || key === undefined) return undefined;
  const [child, reference] = splitName(key);
  const summarized = element.text('summarizedField');
  const filters = element.children('summaryFilterItems').map((item): SummaryFilter => {
    const valueField = item.text('valueField');
    return {
      field: splitName(item.text('field') ?? '')[1],
      operation: item.text('operation') ?? '',
      value: item.only('value'),
      ...(valueField === undefined ? {} : { valueField: splitName(valueField)[1] }),
    };
  });
  return {
    operation: operation as Summary['operation'],
    child,
    reference,
    filters,
    ...(summarized === undefined ? {} : { field: splitName(summarized)[1] }),
  };
}

function readMask(element: XmlElement): FieldDef['mask'] {
  if (element.text('type') !== 'EncryptedText') return undefined;
  const char = element.text('maskChar') === 'X' ? 'X' : '*';
  return { char, type: element.text('maskType') ?? 'all' };
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
