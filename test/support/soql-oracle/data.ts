/** One set of records twice: in an org, and in DuckDB's tables. */
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeField } from '../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../sandbox/salesforce/org/org.ts';
import type { FieldValue, JsonValues } from '../../../sandbox/salesforce/org/types.ts';
import type { Random } from '../random.ts';
import { ENTITIES } from './entities.ts';
import type { Kind } from './model.ts';

const COUNTS = { Account: 120, Contact: 260, Opportunity: 200, Task: 80 };
const WORDS = [
  'Acme',
  'acme',
  'Bolt & Nut',
  'Zürich AG',
  "O'Neil",
  '50% off',
  'under_score',
  'back\\slash',
  'Éclair',
  'x',
  'Bolt',
  'ACME corp',
];
const DAY_MS = 86_400_000;

/** A leap year's end is near, and a quarter's. */
export const NOW = Date.parse('2028-02-29T10:30:00Z');

export function seedOrg(random: Random): SandboxOrg {
  let time = NOW;
  const org = createOrg({ seed: 9, clock: { now: () => time, advance: () => {} } });
  const custom = { custom: true, label: 'x' };
  org.addField('Account', makeField({ ...custom, name: 'Since__c', type: 'date' }));
  org.addField('Account', makeField({ ...custom, name: 'Active__c', type: 'boolean' }));
  org.addField('Account', makeField({ ...custom, name: 'Tags__c', type: 'multipicklist' }));
  org.addField(
    'Account',
    makeField({ ...custom, name: 'Ext__c', type: 'string', externalId: true }),
  );
  const actor = { userId: org.admin.id, origin: '' };
  const insert = (entity: string, values: JsonValues): string => {
    time = random.next() < 0.5 ? NOW - random.below(20 * DAY_MS) : NOW - random.below(900 * DAY_MS);
    const [result] = org.write(actor, [{ op: 'insert', entity, values }], true);
    if (typeof result?.id !== 'string') throw result?.errors[0] ?? new Error('not written');
    return result.id;
  };
  org.write(
    actor,
    [{ op: 'update', entity: 'User', id: org.admin.id, values: { TimeZoneSidKey: 'GMT' } }],
    true,
  );
  const owners = [
    org.admin.id,
    ...['ann', 'Bea'].map((alias) =>
      insert('User', {
        Username: `${alias}@example.com`,
        LastName: alias,
        Email: `${alias}@example.com`,
        Alias: alias,
        IsActive: alias === 'ann',
      }),
    ),
  ];
  const accounts: string[] = [];
  const maybe = <T>(value: T): T | null => (random.next() < 0.2 ? null : value);
  const word = (): string => random.pick(WORDS);
  const day = (): string =>
    new Date(NOW + (random.below(900) - 600) * DAY_MS).toISOString().slice(0, 10);
  const owner = (): string => random.pick(owners);
  const account = (): string | null => maybe(accounts.length === 0 ? null : random.pick(accounts));
  for (let i = 0; i < COUNTS.Account; i++) {
    accounts.push(
      insert('Account', {
        Name: word(),
        Industry: maybe(random.pick(['Energy', 'energy', 'Retail'])),
        BillingCity: maybe(word()),
        AnnualRevenue: maybe(random.below(100_000) / 100),
        NumberOfEmployees: maybe(random.below(20)),
        Since__c: maybe(day()),
        Active__c: random.next() < 0.5,
        Tags__c: maybe(['a', 'B', 'c', 'd e'].filter(() => random.next() < 0.4).join(';')),
        Ext__c: maybe(`e-${random.below(30)}`),
        ParentId: account(),
        OwnerId: owner(),
        BillingLatitude: maybe(random.below(18_000) / 100 - 90),
        BillingLongitude: maybe(random.below(36_000) / 100 - 180),
      }),
    );
  }
  for (let i = 0; i < COUNTS.Contact; i++) {
    insert('Contact', {
      LastName: word(),
      FirstName: maybe(word()),
      Email: maybe(`c${random.below(20)}@example.com`),
      Birthdate: maybe(day()),
      AccountId: account(),
      OwnerId: owner(),
    });
  }
  const deals = Array.from({ length: COUNTS.Opportunity }, () =>
    insert('Opportunity', {
      Name: word(),
      StageName: random.pick(['Prospecting', 'Closed Won', 'Closed Lost']),
      Amount: maybe((random.below(2000) - 500) / 10),
      CloseDate: day(),
      AccountId: account(),
      OwnerId: owner(),
    }),
  );
  for (let i = 0; i < COUNTS.Task; i++) {
    insert('Task', {
      Subject: maybe(word()),
      ActivityDate: maybe(day()),
      WhatId: maybe(random.pick([...accounts, ...deals])),
    });
  }
  time = NOW;
  const gone = [...accounts.slice(0, 8), ...deals.slice(0, 8)];
  for (const id of gone) org.write(actor, [{ op: 'delete', id }], true);
  return org;
}

const TYPES: Record<Kind, string> = {
  text: 'VARCHAR',
  multi: 'VARCHAR',
  id: 'VARCHAR',
  number: 'DECIMAL(18, 2)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'TIMESTAMP',
};
/** Of every table besides the fields that are asked for. */
const ALWAYS: Readonly<Record<string, Kind>> = { IsDeleted: 'boolean' };

export async function copyToDuckDb(org: SandboxOrg): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run('SET threads = 1');
  for (const { name, fields } of Object.values(ENTITIES)) {
    if (name === 'Name') continue;
    const columns = Object.entries({ ...ALWAYS, ...fields });
    const places = name === 'Account' ? ['BillingLatitude', 'BillingLongitude'] : [];
    const ddl = [
      ...columns.map(([field, kind]) => `"${field}" ${TYPES[kind]}`),
      ...places.map((field) => `"${field}" DOUBLE`),
    ];
    await connection.run(`CREATE TABLE "${name}" (${ddl.join(', ')})`);
    const rows = [...org.records(name, true)].map((record) => [
      ...columns.map(([field, kind]) =>
        sqlValue(kind, field === 'IsDeleted' ? (record[field] ?? false) : (record[field] ?? null)),
      ),
      ...places.map((field) => sqlValue('number', record[field] ?? null)),
    ]);
    await connection.run(
      `INSERT INTO "${name}" VALUES ${rows.map((row) => `(${row.join(', ')})`).join(',\n')}`,
    );
  }
  const named = ['Account', 'Opportunity'].map(
    (name) => `SELECT "Id", "Name", '${name}' AS "Type", "IsDeleted" FROM "${name}"`,
  );
  await connection.run(`CREATE VIEW "Name" AS ${named.join(' UNION ALL ')}`);
  return connection;
}

function sqlValue(kind: Kind, value: FieldValue): string {
  if (value === null) return 'NULL';
  switch (kind) {
    case 'number':
    case 'boolean':
      return String(value);
    case 'datetime':
      return `TIMESTAMP '${new Date(Number(value)).toISOString().slice(0, 19).replace('T', ' ')}'`;
    case 'date':
      return `DATE '${String(value)}'`;
    default:
      return `'${String(value).replaceAll("'", "''")}'`;
  }
}
