/**
 * Goal: a sink that writes into the org its source watches doesn't chase its own writes, and still takes people's.
 * Method: accounts are copied to other accounts of the same org by an external id; the org's own log of commits, told
 * apart by client name, is counted until it has been quiet for five seconds (HEADWATER_QUIET_MS). Once more in an org whose collections
 * don't carry the client name, where the sink has to write row by row.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientOf, clientToken } from '../../../connectors/salesforce/sink/origin.ts';
import type { Transaction } from '../../../sandbox/index.ts';
import { eventually } from '../../support/eventually.ts';
import { Line, type LineParts } from '../../support/line.ts';

const QUIET_MS = Number(process.env['HEADWATER_QUIET_MS'] ?? 5_000);
const PEOPLE = 12;
const COPIED = ['Name', 'Phone'];

test.each([
  ['whose collections carry the client name', false],
  ['whose collections drop it', true],
])('each edit is copied once in an org %s', { timeout: 120_000 }, async (_org, ignored) => {
  await using line = await Line.open(copies, { project: projectWithCopyOf() });
  const set = await fetch(`${line.sandbox.http}/__sandbox/v1/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ collectionsIgnoreCallOptions: ignored }),
  });
  expect(set.ok).toBe(true);
  // The sink tries out collections on a record of the object, if there is one.
  await line.org.create('Account', { Name: 'Before' });
  const commits = new Commits();
  using _listening = line.sandbox.org.onCommit((transaction) => commits.note(transaction));
  line.start();
  await line.running();

  const people: string[] = [];
  for (let i = 0; i < PEOPLE; i++) {
    people.push(await line.org.create('Account', { Name: `Rider ${i}`, Phone: '1' }));
  }
  await eventually(
    () => commits.written.size,
    (copied) => copied >= PEOPLE,
  );
  const first = people[0] ?? '';
  const copy = await copyOf(line, first);
  // A person edits an original, and another one the copy itself: both go through.
  await line.org.update('Account', first, { Phone: '2' });
  await line.org.update('Account', copy, { Name: 'Edited by hand' });
  await eventually(
    () => commits.total(),
    (total) => total >= 2 * (PEOPLE + 2),
  );
  await quiet(commits);

  expect(commits.byPeople).toBe(PEOPLE + 2);
  expect([...commits.written.values()].toSorted((a, b) => a - b)).toEqual([
    // The twelve copies and the copy's copy, each once; the first one's edit besides.
    ...Array.from({ length: PEOPLE }, () => 1),
    2,
  ]);
  expect(line.sandbox.org.record('Account', copy)).toMatchObject({
    Name: 'Edited by hand',
    Phone: '2',
    Copy_Of__c: first,
  });
});

/** What was committed to copied fields, told apart by who wrote: the sink's test write touches none of them. */
class Commits {
  /** Record → how often the sink created or changed it. */
  readonly written = new Map<string, number>();
  /** Changes without the sink's name: people's. */
  byPeople = 0;

  note({ origin, changes }: Transaction): void {
    for (const { id, before, after } of changes) {
      if (COPIED.every((field) => before?.[field] === after?.[field])) continue;
      if (clientOf(origin) !== clientToken('copies')) this.byPeople++;
      else this.written.set(id, (this.written.get(id) ?? 0) + 1);
    }
  }

  total(): number {
    return [...this.written.values()].reduce((sum, n) => sum + n, this.byPeople);
  }
}

async function quiet(commits: Commits): Promise<void> {
  let total = commits.total();
  let since = performance.now();
  await eventually(
    () => {
      if (commits.total() !== total) [total, since] = [commits.total(), performance.now()];
      return performance.now() - since;
    },
    (calm) => calm >= QUIET_MS,
    QUIET_MS + 30_000,
  );
}

async function copyOf(line: Line, id: string): Promise<string> {
  const found = await line.org.query(`SELECT Id FROM Account WHERE Copy_Of__c = '${id}'`);
  return String(found[0]?.['Id']);
}

function copies({ connection, prefix, group }: LineParts): Record<string, Record<string, string>> {
  return {
    accounts: {
      'connector.class': 'SalesforcePubSubSource',
      ...connection,
      'salesforce.channels': '/data/AccountChangeEvent',
      'topic.prefix': prefix,
    },
    copies: {
      'connector.class': 'SalesforceSink',
      ...connection,
      topics: `${prefix}.Account`,
      'salesforce.object': 'Account',
      'salesforce.sink.object.operation': 'upsert',
      'salesforce.custom.id.field.name': 'Copy_Of__c',
      fields: 'Id:Copy_Of__c,Name,Phone',
      ...group('copies'),
    },
  };
}

/** A project whose Account has the external id that copies are found by. */
function projectWithCopyOf(): string {
  const project = mkdtempSync(join(tmpdir(), 'headwater-project-'));
  const fields = join(project, 'force-app/main/default/objects/Account/fields');
  mkdirSync(fields, { recursive: true });
  writeFileSync(
    join(project, 'sfdx-project.json'),
    JSON.stringify({ packageDirectories: [{ path: 'force-app', default: true }] }),
  );
  writeFileSync(
    join(fields, 'Copy_Of__c.field-meta.xml'),
    `<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>Copy_Of__c</fullName>
    <externalId>true</externalId>
    <label>Copy of</label>
    <length>18</length>
    <type>Text</type>
    <unique>true</unique>
</CustomField>
`,
  );
  return project;
}
