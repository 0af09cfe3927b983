/**
 * Goal: public Salesforce DX projects load unchanged: objects, events and data, and all of it is served.
 * Method: each checkout in the folder that HEADWATER_PROJECTS names (`owner+name`) is started; jsforce, unmodified,
 * describes every object, queries all its fields and creates a record of each custom one. docs/evidence/projects.md gets
 * what was found.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import type { SandboxOrg } from '../../sandbox/salesforce/org/org.ts';
import { loadPlan } from '../../sandbox/salesforce/project/load-plan.ts';
import { allEvents } from '../support/change-events.ts';
import { PUBLIC_PROJECTS } from '../support/public-projects.ts';
import type { PublicProject } from '../support/public-projects.ts';

const checkouts = process.env['HEADWATER_PROJECTS'] ?? '';
const folderOf = ({ repository }: PublicProject): string =>
  join(checkouts, repository.replace('/', '+'));
const isThere = (project: PublicProject): boolean =>
  checkouts !== '' && existsSync(join(folderOf(project), 'sfdx-project.json'));

interface Finding {
  readonly project: PublicProject;
  readonly counts: readonly (string | number)[];
  readonly warnings: readonly string[];
}

const COLUMNS = [
  'repository',
  'custom objects',
  'settings',
  'metadata types (records)',
  'platform events',
  'custom fields',
  'formulas',
  'roll-ups',
  'rules',
  'record types',
  'records of plans',
  'change events',
  'warnings',
];
const findings: Finding[] = [];

describe.each(PUBLIC_PROJECTS)('$repository', (project) => {
  test.skipIf(!isThere(project))(
    'loads, and every object is described, queried and written',
    async () => {
      await using cleanup = new AsyncDisposableStack();
      const folder = folderOf(project);
      const warnings: string[] = [];
      const sandbox = await startSandbox({
        project: folder,
        onWarning: (warning) => warnings.push(warning.replaceAll(`${folder}/`, '')),
      });
      cleanup.defer(() => sandbox.close());
      const org = sandbox.org as SandboxOrg;
      let records = 0;
      for (const plan of project.plans ?? []) records += await loadPlan(org, join(folder, plan));
      const events = allEvents(sandbox.events).length;
      const counts = countsOf(org, records, events);
      const { http, accessToken } = sandbox;
      const conn = new jsforce.Connection({ instanceUrl: http, accessToken, version: '66.0' });
      expect(await tour(conn)).toEqual([]);
      findings.push({ project, counts, warnings });
    },
  );
});

afterAll(() => {
  if (findings.length > 0) writeFindings();
});

function countsOf(org: SandboxOrg, records: number, events: number): (string | number)[] {
  const objects = org.objects();
  const of = (kind: string): typeof objects => objects.filter((object) => object.kind === kind);
  const metadata = of('custommetadata');
  const rows = metadata.reduce((sum, { name }) => sum + [...org.records(name)].length, 0);
  const fields = objects.flatMap((object) => object.fields.filter((field) => field.custom));
  return [
    of('custom').length,
    of('customsetting').length,
    `${metadata.length} (${rows})`,
    of('platformevent').length,
    fields.length,
    fields.filter((field) => field.formula !== undefined).length,
    fields.filter((field) => field.summary !== undefined).length,
    objects.reduce((sum, object) => sum + (object.validationRules?.length ?? 0), 0),
    [...org.records('RecordType')].length,
    records,
    events,
  ];
}

/** What went wrong. */
async function tour(conn: Connection): Promise<string[]> {
  const wrong: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { errorCode = '', message } = error as Error & { errorCode?: string };
      if (!EXPECTED.has(errorCode)) wrong.push(`${what}: ${errorCode} ${message}`);
    }
  };
  const { sobjects } = await conn.describeGlobal();
  for (const { name, queryable, custom, createable } of sobjects) {
    await attempt(`describe ${name}`, () => conn.describe(name));
    if (queryable) {
      await attempt(`query ${name}`, async () =>
        conn.query(`SELECT FIELDS(ALL) FROM ${name} LIMIT 200`),
      );
    }
    if (/ChangeEvent$|__e$/.test(name)) {
      const schema = `/services/data/v66.0/sobjects/${name}/eventSchema`;
      await attempt(`schema of ${name}`, () => conn.request(schema));
    }
    if (custom && createable && name.endsWith('__c')) {
      await attempt(`create ${name}`, () => conn.sobject(name).create({}));
    }
  }
  return wrong;
}

/** A record without values may be refused for good reasons. */
const EXPECTED = new Set(['REQUIRED_FIELD_MISSING', 'FIELD_CUSTOM_VALIDATION_EXCEPTION']);

function writeFindings(): void {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    row(COLUMNS),
    row(COLUMNS.map(() => '---')),
    ...findings.map(({ project, counts, warnings }) =>
      row([project.repository, ...counts, warnings.length]),
    ),
  ];
  const chapters = findings.map(({ project, warnings }) => {
    const shown = warnings.slice(0, SHOWN).map((warning) => `- ${warning}`);
    const more =
      warnings.length > SHOWN ? [`- … and ${warnings.length - SHOWN} more like these`] : [];
    const plans = project.plans === undefined ? 'none' : project.plans.join(', ');
    const told = warnings.length === 0 ? ['No warnings.'] : [...shown, ...more];
    return [
      `## ${project.repository}`,
      `Commit ${project.commit}; plans: ${plans}.`,
      told.join('\n'),
    ].join('\n\n');
  });
  const text = ['# projects', INTRODUCTION, table.join('\n'), ...chapters].join('\n\n');
  writeFileSync(join(import.meta.dirname, '../../docs/evidence/projects.md'), `${text}\n`);
}

/** Warnings of one project that are written out. */
const SHOWN = 20;
const INTRODUCTION = `Public Salesforce DX projects were loaded as they are, with the plans of \`sf data import tree\` that they have. To pass, every object
is described, all its fields are queried, every event has a schema, and a record of every custom object is created, or
refused for a required field or by a rule of the project. Result: **passed** for all below.

To repeat: clone each repository into a folder as \`owner+name\`, check the commit out, and run
\`HEADWATER_PROJECTS=folder npm run test:long -- test/long/projects.test.ts\`. One by one, by hand:
\`npx headwater sandbox --project folder/owner+name --data folder/owner+name/data/plan.json\`.`;
