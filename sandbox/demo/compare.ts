import type { OrgClient } from './org-client.ts';
import type { WorkerClient } from './worker-client.ts';

const TABLES: readonly (readonly [object: string, table: string])[] = [
  ['Account', 'shop_Account'],
  ['Bike__c', 'shop_Bike__c'],
  ['Bike_Order__c', 'shop_Bike_Order__c'],
];

export interface Comparison {
  readonly rows: number;
  /** What differs, one sentence each. */
  readonly differences: readonly string[];
}

/** The warehouse against the org, record by record and field by field; and the deliveries against the orders. */
export async function compare(org: OrgClient, worker: WorkerClient): Promise<Comparison> {
  const { rows, differences } = await compareTables(org, worker, TABLES);
  return { rows, differences: [...differences, ...(await deliveries(org))] };
}

/** Tables against their objects; only those records that `concerns` lets through. */
export async function compareTables(
  org: OrgClient,
  worker: WorkerClient,
  tables: readonly (readonly [object: string, table: string])[],
  concerns: (id: string) => boolean = () => true,
): Promise<Comparison> {
  const differences: string[] = [];
  let rows = 0;
  for (const [object, table] of tables) {
    const all = await worker.query(`SELECT * FROM "${table}" WHERE NOT _deleted`);
    if (all === undefined) return { rows, differences: [`Table ${table} can't be read.`] };
    const found = all.filter((row) => concerns(String(row['Id'])));
    rows += found.length;
    const known = new Set(await org.fields(object));
    const fields = Object.keys(found[0] ?? {}).filter((name) => known.has(name));
    const expected = await org.query(`SELECT ${fields.join(', ')} FROM ${object}`);
    const concerned = expected.filter((record) => concerns(String(record['Id'])));
    differences.push(...differ(object, fields, concerned, found));
  }
  return { rows, differences };
}

function differ(
  object: string,
  fields: readonly string[],
  expected: readonly Record<string, unknown>[],
  found: readonly Record<string, unknown>[],
): readonly string[] {
  const differences: string[] = [];
  const byId = new Map(found.map((row) => [row['Id'], row]));
  for (const record of expected) {
    const row = byId.get(record['Id']);
    byId.delete(record['Id']);
    if (row === undefined) {
      differences.push(`${object} ${String(record['Id'])} is not in the warehouse.`);
      continue;
    }
    for (const field of fields) {
      const [want, have] = [plain(record[field]), plain(row[field])];
      if (want !== have) {
        differences.push(`${object} ${String(row['Id'])}.${field} is ${have}, should be ${want}.`);
      }
    }
  }
  const extra = [...byId.keys()].map((id) => `${object} ${String(id)} is only in the warehouse.`);
  return [...differences, ...extra];
}

/** Each order has its delivery, written back by the SalesforceSink, and no delivery is left over. */
async function deliveries(org: OrgClient): Promise<readonly string[]> {
  const orders = await org.query(
    'SELECT Id, Status__c, Quantity__c, Promised__c FROM Bike_Order__c',
  );
  const found = await org.query('SELECT Order_Id__c, Stage__c, Units__c, Due__c FROM Delivery__c');
  const key = (...values: unknown[]): string => values.map(plain).join(' | ');
  const want = new Set(
    orders.map((o) => key(o['Id'], o['Status__c'], o['Quantity__c'], o['Promised__c'])),
  );
  const have = new Set(
    found.map((d) => key(d['Order_Id__c'], d['Stage__c'], d['Units__c'], d['Due__c'])),
  );
  return [
    ...[...want].filter((k) => !have.has(k)).map((k) => `No delivery says ${k}.`),
    ...[...have].filter((k) => !want.has(k)).map((k) => `A delivery says ${k}, no order does.`),
  ];
}

/** Both sides' way of writing an instant, a number, nothing: one. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value)) {
    const iso = value.replace(' ', 'T').replace('+0000', '');
    return new Date(iso.endsWith('Z') ? iso : `${iso}Z`).toISOString();
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
