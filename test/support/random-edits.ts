/** Random edits of accounts and contacts, some of which fail, for tests that fold the events they make. */
import { makeField } from '../../sandbox/salesforce/org/field-spec.ts';
import type {
  Actor,
  FieldDef,
  JsonValues,
  Org,
  Write,
} from '../../sandbox/salesforce/org/types.ts';
import { seededRandom } from './random.ts';

export const EDITED_ENTITIES = ['Account', 'Contact'] as const;
export const random = seededRandom();

const custom = (name: string, type: FieldDef['type'], more: Partial<FieldDef> = {}): FieldDef =>
  makeField({ name, label: name, type, custom: true, ...more });

/** Added to Account, so that each type of field is changed. */
const CUSTOM = [
  custom('Opens__c', 'time'),
  custom('Seen__c', 'datetime'),
  custom('Day__c', 'date'),
  custom('Rate__c', 'double', { precision: 18, scale: 4 }),
  custom('Notes__c', 'textarea', { length: 32_000, extraTypeInfo: 'plaintextarea' }),
  custom('Active__c', 'boolean'),
];

const word = (): string => random.pick(['', 'Acme', 'Ünïcødé 🚲', '"quoted"\n\\', 'x'.repeat(200)]);
const digits = (): string => String(random.below(10)).padStart(2, '0');

/** A value as REST clients send it; null now and then. */
const VALUES: Readonly<Record<string, () => unknown>> = {
  Phone: word,
  BillingStreet: word,
  BillingCity: word,
  BillingLatitude: () => random.below(90),
  AnnualRevenue: () => random.below(1e9),
  NumberOfEmployees: () => random.below(1000),
  Opens__c: () => `${digits()}:15:${digits()}.000Z`,
  Seen__c: () => `2026-01-${String(1 + random.below(28)).padStart(2, '0')}T10:00:${digits()}.000Z`,
  Day__c: () => `19${random.below(10)}0-02-${String(1 + random.below(28)).padStart(2, '0')}`,
  Rate__c: () => random.pick([0, -1, 0.25, 119, 123456789.5]),
  Notes__c: () =>
    Array.from({ length: 60 }, (_, i) => `line ${i === 7 ? random.next() : i}`).join('\n') +
    '.'.repeat(900),
  Active__c: () => random.below(2) === 0,
};
const CONTACT_VALUES: Readonly<Record<string, () => unknown>> = {
  FirstName: word,
  MailingCity: word,
  MailingState: word,
  Birthdate: () => `1980-05-${String(1 + random.below(28)).padStart(2, '0')}`,
  DoNotCall: () => random.below(2) === 0,
};

function someValues(entity: string): JsonValues {
  const all = entity === 'Account' ? VALUES : CONTACT_VALUES;
  const booleans = ['Active__c', 'DoNotCall'];
  const entries = Object.entries(all).filter(() => random.below(3) === 0);
  return Object.fromEntries(
    entries.map(([name, make]) => {
      const empty = random.below(4) === 0 && !booleans.includes(name);
      return [name, empty ? null : make()];
    }),
  );
}

/** Ids of the records, live and deleted, as they were at the start of a round: some writes come too late, and fail. */
type Pool = ReadonlyMap<string, { readonly live: string[]; readonly deleted: string[] }>;

function poolOf(org: Org): Pool {
  return new Map(
    EDITED_ENTITIES.map((entity) => {
      const records = [...org.records(entity, true)];
      const [live, deleted] = [false, true].map((gone) =>
        records.filter((each) => each['IsDeleted'] === gone).map((each) => String(each['Id'])),
      );
      return [entity, { live: live ?? [], deleted: deleted ?? [] }];
    }),
  );
}

function someWrites(pool: Pool): Write[] {
  const someId = (of: string, state: 'live' | 'deleted'): string | undefined => {
    const ids = pool.get(of)?.[state] ?? [];
    return ids.length === 0 ? undefined : random.pick(ids);
  };
  const entity = random.pick(EDITED_ENTITIES);
  const live = someId(entity, 'live');
  const kind = live === undefined ? 0 : random.below(20);
  if (kind < 5) {
    const accountId = entity === 'Contact' ? someId('Account', 'live') : undefined;
    const names = entity === 'Account' ? { Name: 'Acme' } : { LastName: 'Doe' };
    const parent = accountId === undefined ? {} : { AccountId: accountId };
    return [{ op: 'insert', entity, values: { ...names, ...parent, ...someValues(entity) } }];
  }
  if (live === undefined) return [];
  if (kind < 13) return [{ op: 'update', entity, id: live, values: someValues(entity) }];
  if (kind < 15) return [{ op: 'delete', id: live }];
  if (kind < 17) {
    const gone = someId(entity, 'deleted');
    return gone === undefined ? [] : [{ op: 'undelete', id: gone }];
  }
  // The same change to several records is one event; a field that isn't there fails its write.
  const values = kind === 19 ? { None__c: 1 } : { Phone: word() };
  const others = Array.from({ length: 3 }, () => someId(entity, 'live') ?? live);
  return [...new Set([live, ...others])].map((id) => ({ op: 'update', entity, id, values }));
}

/** Adds the fields that edits use. */
export function prepareForEdits(org: Org): void {
  for (const field of CUSTOM) org.addField('Account', field);
}

/** So many transactions, a quarter of them all or none; gives the number of writes. */
export function editAtRandom(org: Org, actor: Actor, transactions: number): number {
  const pool = poolOf(org);
  let edits = 0;
  for (let i = 0; i < transactions; i++) {
    const writes = Array.from({ length: 1 + random.below(3) }, () => someWrites(pool)).flat();
    org.write(actor, writes, random.below(4) === 0);
    edits += writes.length;
  }
  return edits;
}
