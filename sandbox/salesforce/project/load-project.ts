import type { SandboxOrg } from '../org/org.ts';
import { addPermissionSets, addProfiles } from '../security/metadata.ts';
import { shareAsDefined } from '../security/org-wide-defaults.ts';
import { checkFormulas, readRules } from './checks.ts';
import { addCustomMetadata } from './custom-metadata.ts';
import { ProjectInstaller } from './installer.ts';
import { readLabels } from './labels.ts';
import type { Labels } from './labels.ts';
import type { ObjectMetadata, Report } from './object-metadata.ts';
import { findProjectFiles } from './project-files.ts';
import { readObjects } from './read-objects.ts';
import { addRecordTypes, readDefaults } from './record-types.ts';
import { applyStandardValueSets, readValueSets } from './value-sets.ts';

/**
 * Adds the objects, fields, rules, record types, platform events and custom metadata of a Salesforce DX project to the
 * org. Gives a sentence for each thing that is left out or not enforced. What is unknown is left out; the first
 * malformed file or impossible field ends it, with file and line.
 */
export async function loadProject(org: SandboxOrg, project: string): Promise<string[]> {
  const files = await findProjectFiles(project);
  const warnings: string[] = [];
  const report: Report = (sentence) => warnings.push(sentence);
  const valueSets = await readValueSets(files.valueSetFiles);
  const labels = await readLabels(files.labelFiles);
  const objects = await readObjects(files, { valueSets, labels }, report);
  new ProjectInstaller(org, report).install(objects);
  await applyStandardValueSets(org, files.standardValueSetFiles, report);
  const defaults = await readDefaults(files.adminProfileFiles);
  for (const object of objects) addRecordTypes(org, object, defaults, report);
  await addCustomMetadata(org, files.customMetadataFiles, report);
  for (const object of objects) shareAsDefined(org, object);
  await addProfiles(org, files.profileFiles, report);
  await addPermissionSets(org, files.permissionSetFiles, report);
  for (const object of objects) addRules(org, object, labels, report);
  for (const object of objects) checkFormulas(org, object, report);
  return warnings;
}

function addRules(org: SandboxOrg, metadata: ObjectMetadata, labels: Labels, report: Report): void {
  const validationRules = readRules(org, metadata, labels, report);
  const object = org.object(metadata.name);
  if (object !== undefined && validationRules.length > 0) {
    org.redefineObject({ ...object, validationRules });
  }
}
