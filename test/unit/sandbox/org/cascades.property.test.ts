import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { RecordValues, Write } from '../../../../sandbox/salesforce/org/types.ts';

const ENTITIES = ['Campaign', 'Lead', 'CampaignMember', 'Opportunity', 'Quote'];

interface Edit {
  readonly kind: 'insert' | 'update' | 'delete' | 'undelete';
  readonly entity: string;
  readonly pick: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'update', 'delete', 'undelete'),
  entity: fc.constantFrom(...ENTITIES),
  pick: fc.nat(1000),
});

/** The id of one record that ever was, live or not. */
function idOf(org: SandboxOrg, entity: string, pick: number): string {
  const all = [...org.records(entity, true)];
  return String(all[pick % Math.max(all.length, 1)]?.['Id'] ?? '001000000000000AAA');
}

function insertOf(org: SandboxOrg, entity: string, pick: number): Write {
  const values = {
    Campaign: { Name: 'Spring' },
    Lead: { LastName: 'Doe', Company: 'Acme' },
    CampaignMember: { CampaignId: idOf(org, 'Campaign', pick), LeadId: idOf(org, 'Lead', pick) },
    Opportunity: { Name: 'Fleet', StageName: 'Prospecting', CloseDate: '2030-01-31' },
    Quote: { Name: 'First', OpportunityId: idOf(org, 'Opportunity', pick) },
  }[entity];
  return { op: 'insert', entity, values: values ?? {} };
}

function writeOf(org: SandboxOrg, { kind, entity, pick }: Edit): Write {
  if (kind === 'insert') return insertOf(org, entity, pick);
  const id = idOf(org, entity, pick);
  return kind === 'update' ? { op: 'update', entity, id, values: {} } : { op: kind, id };
}

/** Live details whose required parent isn't. */
function orphans(org: SandboxOrg): RecordValues[] {
  const lives = (entity: string, id: unknown): boolean =>
    org.record(entity, String(id)) !== undefined;
  return [
    ...[...org.records('CampaignMember')].filter((row) => !lives('Campaign', row['CampaignId'])),
    ...[...org.records('Quote')].filter((row) => !lives('Opportunity', row['OpportunityId'])),
  ];
}

test('whatever is deleted and undeleted, no detail lives without its parent and the changes fold to the org', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean()), {
        minLength: 15,
        maxLength: 40,
        size: 'max',
      }),
      (transactions) => {
        const org = createOrg({ seed: 1 });
        const folded = new Map<string, RecordValues>();
        org.onCommit(({ changes }) => {
          for (const { id, type, after } of changes) {
            if (type === 'DELETE' || after === null) folded.delete(id);
            else folded.set(id, after);
          }
        });
        for (const [edits, allOrNone] of transactions) {
          const writes = edits.map((each) => writeOf(org, each));
          org.write({ userId: org.admin.id, origin: '' }, writes, allOrNone);
          expect(orphans(org)).toEqual([]);
        }
        const live = [...ENTITIES, 'OpportunityHistory'].flatMap((entity) => [
          ...org.records(entity),
        ]);
        expect(new Set(folded.values())).toEqual(new Set(live));
      },
    ),
    { numRuns: 60 },
  );
});

test('a detail is not undeleted while its parent is in the recycle bin', () => {
  const org = createOrg({ seed: 1 });
  const write = (each: Write): ReturnType<SandboxOrg['write']>[number] | undefined =>
    org.write({ userId: org.admin.id, origin: '' }, [each], true)[0];
  const opportunity = write(insertOf(org, 'Opportunity', 0))?.id ?? '';
  const quote = write(insertOf(org, 'Quote', 0))?.id ?? '';
  write({ op: 'delete', id: opportunity });
  expect(write({ op: 'undelete', id: quote })?.errors[0]).toMatchObject({
    errorCode: 'UNDELETE_FAILED',
  });
  write({ op: 'undelete', id: opportunity });
  expect(org.record('Quote', quote)).toMatchObject({ IsDeleted: false });
});
