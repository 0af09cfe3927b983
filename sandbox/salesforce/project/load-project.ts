import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { base62, makeId } from '../org/ids.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { FieldDef } from '../org/types.ts';
import { customField } from './custom-field.ts';
import { customObject, kindOf } from './custom-object.ts';
import { activeValues, readField } from './object-metadata.ts';
import type { ObjectMetadata, Report, ValueSets } from './object-metadata.ts';
import { findProjectFiles } from './project-files.ts';
import type { XmlElement } from './xml.ts';
import { readXml } from './xml.ts';

/**
 * Adds the objects, fields and platform events of a Salesforce DX project to the org. Gives a sentence for each
 * thing that is left out or not enforced. What is unknown is left out; the first malformed file or impossible field
 * ends it, with file and line.
 */
export async function loadProject(org: SandboxOrg, project: string): Promise<string[]> {
  const files = await findProjectFiles(project);
  const valueSets = await readValueSets(files.valueSetFiles);
  const objects = new Map<string, ObjectMetadata>();
  const warnings: string[] = [];
  const report: Report = (sentence) => warnings.push(sentence);
  for (const folder of files.objectFolders) {
    merge(objects, await readFolder(folder, valueSets, report));
  }
  for (const file of files.objectFiles) {
    merge(objects, await readObjectFile(file, valueSets, report));
  }
  return [...warnings, ...new ProjectInstaller(org).install([...objects.values()])];
}

async function readValueSets(files: readonly string[]): Promise<ValueSets> {
  const sets = new Map<string, readonly string[]>();
  for (const file of files) {
    const element = await readXml(file, 'GlobalValueSet');
    sets.set(basename(file).split('.')[0] ?? '', activeValues(element.children('customValue')));
  }
  return sets;
}

async function readFolder(
  folder: string,
  valueSets: ValueSets,
  report: Report,
): Promise<ObjectMetadata> {
  const name = basename(folder);
  const file = join(folder, `${name}.object-meta.xml`);
  const definition = existsSync(file) ? await readXml(file, 'CustomObject') : undefined;
  const fieldFolder = join(folder, 'fields');
  const fields: ObjectMetadata['fields'][number][] = [];
  const names = existsSync(fieldFolder) ? (await readdir(fieldFolder)).sort() : [];
  for (const each of names.filter((file) => file.endsWith('.field-meta.xml'))) {
    const field = readField(
      await readXml(join(fieldFolder, each), 'CustomField'),
      valueSets,
      report,
    );
    if (field !== undefined) fields.push(field);
  }
  for (const [kind, consequence] of NOT_DONE) {
    const rules = join(folder, kind);
    for (const rule of existsSync(rules) ? (await readdir(rules)).sort() : []) {
      report(`${join(rules, rule)}: ${consequence}`);
    }
  }
  return { name, definition, fields };
}

/** Metadata of an object that changes what its records may hold, and isn't carried out. */
const NOT_DONE: readonly (readonly [string, string])[] = [
  ['recordTypes', 'The record type is left out.'],
  ['validationRules', 'The validation rule is not enforced.'],
];

async function readObjectFile(
  file: string,
  valueSets: ValueSets,
  report: Report,
): Promise<ObjectMetadata> {
  const definition = await readXml(file, 'CustomObject');
  const fields = definition
    .children('fields')
    .map((element) => readField(element, valueSets, report))
    .filter((field) => field !== undefined);
  for (const [kind, consequence] of NOT_DONE) {
    for (const rule of definition.children(kind)) report(`${rule.place()}: ${consequence}`);
  }
  return { name: basename(file, '.object'), definition, fields };
}

const KINDS_NOT_HAD: Readonly<Record<string, string>> = {
  __b: 'a big object, which the sandbox does not support',
  __mdt: 'a custom metadata type, which the sandbox does not support',
  __x: 'an external object, which the sandbox does not support',
};

function kindNotHad(name: string): string {
  const suffix = /__[a-z]+$/.exec(name)?.[0] ?? '';
  return KINDS_NOT_HAD[suffix] ?? "of a kind that the sandbox doesn't have";
}

/** Several packages may each have a part of an object. */
function merge(objects: Map<string, ObjectMetadata>, object: ObjectMetadata): void {
  const known = objects.get(object.name);
  objects.set(object.name, {
    name: object.name,
    definition: known?.definition ?? object.definition,
    fields: [...(known?.fields ?? []), ...object.fields],
  });
}

class ProjectInstaller {
  private readonly org: SandboxOrg;
  private readonly warnings: string[] = [];
  private fieldIds = 0;
  private readonly prefixes = { a: 0, e: 0 };

  constructor(org: SandboxOrg) {
    this.org = org;
  }

  install(objects: readonly ObjectMetadata[]): string[] {
    for (const object of objects) {
      const { name, definition } = object;
      if (this.org.object(name) !== undefined) this.extend(object);
      else if (definition === undefined) this.warn(`${name} is not defined in the project`);
      else this.create(object, definition);
    }
    return this.warnings;
  }

  private extend(object: ObjectMetadata): void {
    for (const field of this.fields(object)) this.org.addField(object.name, field);
  }

  private create(object: ObjectMetadata, definition: XmlElement): void {
    const kind = kindOf(object.name, definition);
    if (kind === undefined) {
      this.warn(`${definition.place()}: ${object.name} is ${kindNotHad(object.name)}`);
      return;
    }
    const letter = kind === 'platformevent' ? 'e' : 'a';
    const prefix = letter + base62(this.prefixes[letter]++, 2);
    this.org.addObject(customObject(object.name, kind, prefix, definition, this.fields(object)));
  }

  private fields(object: ObjectMetadata): FieldDef[] {
    const taken = new Set(this.org.object(object.name)?.fields.map((field) => field.name));
    return object.fields.flatMap(({ metadata, element }) => {
      if (taken.has(metadata.name)) {
        throw element.problem(`${object.name} already has a field ${metadata.name}.`, 'fullName');
      }
      taken.add(metadata.name);
      if (metadata.formula === true || metadata.type === 'Summary') {
        const what = metadata.type === 'Summary' ? 'a roll-up' : 'a formula';
        this.warn(`${object.name}.${metadata.name} is ${what}, so its values stay empty`, '');
      }
      this.fieldIds++;
      return customField(metadata, makeId('00N', this.fieldIds).slice(0, 15));
    });
  }

  private warn(sentence: string, consequence: string = ', so it is left out'): void {
    this.warnings.push(`${sentence}${consequence}.`);
  }
}
