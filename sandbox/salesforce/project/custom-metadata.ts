/** Records of custom metadata types: `customMetadata/Type.Record.md`. */
import { basename } from 'node:path';
import { SalesforceError } from '../org/types.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { FieldDef, FieldValue, ObjectDef } from '../org/types.ts';
import { toFieldValue } from '../org/values.ts';
import type { Report } from './object-metadata.ts';
import { readXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** Adds the records, those that refer to others last. */
export async function addCustomMetadata(
  org: SandboxOrg,
  files: readonly string[],
  report: Report,
): Promise<number> {
  let count = 0;
  const missing = new Map<string, number>();
  for (const file of files) {
    const [type = '', name = ''] = basename(file).split('.');
    const object = org.object(`${type}__mdt`);
    if (object === undefined) {
      missing.set(`${type}__mdt`, (missing.get(`${type}__mdt`) ?? 0) + 1);
      continue;
    }
    const element = await readXml(file, 'CustomMetadata');
    const values = { ...own(name, element), ...readValues(org, object, element, report) };
    org.addRows([{ entity: object.name, values }]);
    count++;
  }
  for (const [type, number] of missing) {
    report(`${type} is not defined in the project, so its ${number} records are left out.`);
  }
  return count;
}

function own(name: string, element: XmlElement): Record<string, FieldValue> {
  const label = element.text('label') ?? name;
  return { DeveloperName: name, QualifiedApiName: name, MasterLabel: label, Label: label };
}

function readValues(
  org: SandboxOrg,
  object: ObjectDef,
  element: XmlElement,
  report: Report,
): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  for (const each of element.children('values')) {
    const name = each.text('field') ?? '';
    const field = object.fields.find((one) => one.name === name);
    if (field === undefined) {
      report(`${each.place()}: ${object.name} has no field ${name}, so its value is left out.`);
      continue;
    }
    try {
      values[field.name] = readValue(org, field, each.only('value') ?? '');
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      report(`${each.place()}: ${error.message}, so the value of ${name} is left out.`);
    }
  }
  return values;
}

/** Other records are named by their developer name. */
function readValue(org: SandboxOrg, field: FieldDef, text: string): FieldValue {
  if (text === '') return field.defaultValue;
  const [target = ''] = field.referenceTo;
  if (field.type !== 'reference') return toFieldValue(field, text);
  const [record] = org.findBy(target, 'DeveloperName', text);
  return record?.['Id'] ?? null;
}
