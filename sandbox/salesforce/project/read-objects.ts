/** Files of a project → what they say of objects, in either format. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readField } from './object-metadata.ts';
import type { ObjectMetadata, Report, Shared } from './object-metadata.ts';
import type { ProjectFiles } from './project-files.ts';
import { readXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** By name; several packages may each have a part of an object. */
export async function readObjects(
  files: ProjectFiles,
  shared: Shared,
  report: Report,
): Promise<ObjectMetadata[]> {
  const objects = new Map<string, ObjectMetadata>();
  for (const folder of files.objectFolders) {
    merge(objects, await readFolder(folder, shared, report));
  }
  for (const file of files.objectFiles) {
    merge(objects, await readObjectFile(file, shared, report));
  }
  return [...objects.values()];
}

async function readFolder(folder: string, shared: Shared, report: Report): Promise<ObjectMetadata> {
  const name = basename(folder);
  const file = join(folder, `${name}.object-meta.xml`);
  const definition = existsSync(file) ? await readXml(file, 'CustomObject') : undefined;
  const fields = await readParts(folder, 'fields', 'field', 'CustomField');
  const rules = await readParts(folder, 'validationRules', 'validationRule', 'ValidationRule');
  const types = await readParts(folder, 'recordTypes', 'recordType', 'RecordType');
  const inside = (kind: string): XmlElement[] => definition?.children(kind) ?? [];
  return {
    name,
    definition,
    fields: [...inside('fields'), ...fields].flatMap(
      (element) => readField(element, shared, report) ?? [],
    ),
    validationRules: [...inside('validationRules'), ...rules],
    recordTypes: [...inside('recordTypes'), ...types],
  };
}

async function readParts(
  folder: string,
  kind: string,
  suffix: string,
  root: string,
): Promise<XmlElement[]> {
  const parts = join(folder, kind);
  const names = existsSync(parts) ? (await readdir(parts)).sort() : [];
  const files = names.filter((each) => each.endsWith(`.${suffix}-meta.xml`));
  return Promise.all(files.map((name) => readXml(join(parts, name), root)));
}

async function readObjectFile(
  file: string,
  shared: Shared,
  report: Report,
): Promise<ObjectMetadata> {
  const definition = await readXml(file, 'CustomObject');
  const fields = definition.children('fields');
  return {
    name: basename(file).split('.')[0] ?? '',
    definition,
    fields: fields.flatMap((element) => readField(element, shared, report) ?? []),
    validationRules: definition.children('validationRules'),
    recordTypes: definition.children('recordTypes'),
  };
}

function merge(objects: Map<string, ObjectMetadata>, object: ObjectMetadata): void {
  const known = objects.get(object.name);
  objects.set(object.name, {
    name: object.name,
    definition: known?.definition ?? object.definition,
    fields: [...(known?.fields ?? []), ...object.fields],
    validationRules: [...(known?.validationRules ?? []), ...object.validationRules],
    recordTypes: [...(known?.recordTypes ?? []), ...object.recordTypes],
  });
}
