/**
 * Goal: an operator can replay any position, at either end, and the target ends equal.
 * Method: a real worker; its connectors are stopped, their offsets altered by Connect's REST API, and resumed. What
 * comes again on the topic is counted; that the warehouse applied it again shows in its epoch.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareTables, type Comparison } from '../../../sandbox/demo/compare.ts';
import { eventually } from '../../support/eventually.ts';
import { Line, type LineParts, type OnTopic } from '../../support/line.ts';

const PEOPLE = 12;
const CHANGES = PEOPLE + PEOPLE / 2 + 1;
const CHANNEL = '/data/AccountChangeEvent';

let line: Line;

beforeAll(async () => {
  line = await Line.open(connectors);
  line.start();
  await line.running();
  const ids: string[] = [];
  for (let i = 0; i < PEOPLE; i++) {
    ids.push(await line.org.create('Account', { Name: `Rider ${i}`, BillingCity: 'Aarhus' }));
  }
  for (const id of ids.slice(0, PEOPLE / 2)) {
    await line.org.update('Account', id, { BillingCity: null, Phone: '1' });
  }
  await line.org.remove('Account', ids.at(-1) ?? '');
  await until(async () => (await rows('_deleted')) === 1);
  await equal();
});
afterAll(() => line[Symbol.asyncDispose]());

test("a source's altered position brings what came after it again, in order", async () => {
  const before = await line.read('Account');
  expect(before).toHaveLength(CHANGES);
  const from = 5;
  await stopped('accounts');
  await line.call('PATCH', '/connectors/accounts/offsets', {
    offsets: [
      {
        partition: { org: line.sandbox.orgId, channel: CHANNEL },
        offset: { replayId: source(before[from])['replayId'] },
      },
    ],
  });
  await line.call('PUT', '/connectors/accounts/resume');
  await line.running();
  const expected = [...before, ...before.slice(from + 1)];
  const after = await eventually(
    () => line.read('Account'),
    (records) => records.length >= expected.length,
  );
  expect(after.map(identity)).toEqual(expected.map(identity));
  await equal();
});

test("a sink's offsets altered to 0 write every row again, and the table ends equal", async () => {
  expect(await rows('_epoch = 0')).toBe(PEOPLE);
  const partitions = await offsets('warehouse');
  expect(partitions.length).toBeGreaterThan(0);
  await stopped('warehouse');
  await line.call('PATCH', '/connectors/warehouse/offsets', {
    offsets: partitions.map(({ partition }) => ({ partition, offset: { kafka_offset: 0 } })),
  });
  await line.call('PUT', '/connectors/warehouse/resume');
  await line.running();
  await until(async () => (await rows('_epoch = 1')) === PEOPLE);
  expect(await rows('_deleted')).toBe(1);
  await equal();
});

function connectors({
  connection,
  prefix,
  warehouse,
  group,
}: LineParts): Record<string, Record<string, string>> {
  return {
    accounts: {
      'connector.class': 'SalesforcePubSubSource',
      ...connection,
      'salesforce.channels': CHANNEL,
      'topic.prefix': prefix,
    },
    warehouse: {
      'connector.class': 'DuckDbSink',
      topics: `${prefix}.Account`,
      'duckdb.path': warehouse,
      ...group('warehouse'),
    },
  };
}

async function stopped(connector: string): Promise<void> {
  await line.call('PUT', `/connectors/${connector}/stop`);
  await until(async () => (await line.worker.states()).get(connector)?.state === 'STOPPED');
}

async function offsets(connector: string): Promise<readonly { partition: object }[]> {
  const answer = await line.call('GET', `/connectors/${connector}/offsets`);
  return (answer as { offsets: { partition: object }[] }).offsets;
}

/** Rows of the warehouse's table that a condition holds for. */
async function rows(condition: string): Promise<number> {
  const sql = `SELECT Id FROM "${line.prefix}_Account" WHERE ${condition}`;
  return (await line.worker.query(sql))?.length ?? -1;
}

/** The warehouse becomes the org, field by field. */
async function equal(): Promise<Comparison> {
  const tables = [['Account', `${line.prefix}_Account`]] as const;
  return await eventually(
    () => compareTables(line.org, line.worker, tables),
    (found) => found.differences.length === 0 && found.rows === PEOPLE - 1,
  );
}

function until(holds: () => Promise<boolean>): Promise<boolean> {
  return eventually(holds, (is) => is);
}

function source(record: OnTopic | undefined): Readonly<Record<string, unknown>> {
  return (record?.value['source'] ?? {}) as Readonly<Record<string, unknown>>;
}

/** A change as consumers know it. */
function identity(record: OnTopic): string {
  return `${String(source(record)['replayId'])} ${String(record.value['id'])}`;
}
