/** A DX project with one object of about 60 fields, written into a folder: what the benchmarks load. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const OBJECT = 'Load__c';
const TEXTS = 44;
const NUMBERS = 8;

const NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

export function writeProject(folder: string): void {
  const objects = join(folder, 'force-app', 'main', 'default', 'objects', OBJECT);
  mkdirSync(join(objects, 'fields'), { recursive: true });
  const project = { packageDirectories: [{ path: 'force-app', default: true }] };
  writeFileSync(join(folder, 'sfdx-project.json'), JSON.stringify(project));
  writeFileSync(
    join(objects, `${OBJECT}.object-meta.xml`),
    `<CustomObject ${NAMESPACE}><label>Load</label><pluralLabel>Loads</pluralLabel><nameField><label>Name</label><type>Text</type></nameField></CustomObject>`,
  );
  const field = (name: string, body: string): void =>
    writeFileSync(
      join(objects, 'fields', `${name}.field-meta.xml`),
      `<CustomField ${NAMESPACE}><fullName>${name}</fullName><label>${name}</label>${body}</CustomField>`,
    );
  for (let i = 0; i < TEXTS; i++) field(`T${i}__c`, '<type>Text</type><length>80</length>');
  for (let i = 0; i < NUMBERS; i++) {
    field(`N${i}__c`, '<type>Number</type><precision>16</precision><scale>2</scale>');
  }
}

export function values(i: number): Record<string, string | number | null> {
  const all: Record<string, string | number | null> = { Name: `Load ${i}` };
  for (let k = 0; k < TEXTS; k++) all[`T${k}__c`] = k % 5 === 4 ? null : `value ${i % 97} ${k}`;
  for (let k = 0; k < NUMBERS; k++) all[`N${k}__c`] = i + k / 4;
  return all;
}
