/**
 * Goal: with output.format=raw a topic holds what Salesforce sent, byte for byte, and whoever reads it with a registry
 * finds the same values as in output.format=change.
 * Method: two connectors, one of each format, in a worker on the run's Kafka and registry; read back with kafkajs and
 * @kafkajs/confluent-schema-registry. The sandbox's own log is the oracle for bytes and schemas.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchemaRegistry } from '../../../src/registry/registry.ts';
import { readWithKafkajs, type ReadRecord } from '../../support/foreign/kafkajs-reader.ts';
import { SalesforceLine } from '../../support/salesforce-line.ts';

const url = process.env['SCHEMA_REGISTRY_URL'] ?? '';
const ACCOUNTS = '/data/AccountChangeEvent';
const ORDERS = '/event/Order_Event__e';
const RAW = { 'output.format': 'raw' };

let line: SalesforceLine;

beforeAll(async () => {
  const project = mkdtempSync(join(tmpdir(), 'headwater-raw-'));
  writeEventProject(project);
  line = await SalesforceLine.open({ seed: 5, project });
  rmSync(project, { recursive: true });
}, 60_000);
afterAll(() => line[Symbol.asyncDispose]());

/** A platform event of an org's own. */
function writeEventProject(project: string): void {
  const object = join(project, 'force-app/main/default/objects/Order_Event__e');
  const xml = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
  mkdirSync(join(object, 'fields'), { recursive: true });
  const packages = { packageDirectories: [{ path: 'force-app', default: true }] };
  writeFileSync(join(project, 'sfdx-project.json'), JSON.stringify(packages));
  writeFileSync(
    join(object, 'Order_Event__e.object-meta.xml'),
    `<CustomObject ${xml}><eventType>HighVolume</eventType><label>Order</label><pluralLabel>Orders</pluralLabel></CustomObject>`,
  );
  writeFileSync(
    join(object, 'fields/Order__c.field-meta.xml'),
    `<CustomField ${xml}><fullName>Order__c</fullName><label>Order</label><type>Text</type><length>20</length></CustomField>`,
  );
}

const header = ({ value }: ReadRecord): Readonly<Record<string, unknown>> =>
  value['ChangeEventHeader'] as Readonly<Record<string, unknown>>;

/** Payloads of the topic's events, a merged one once. */
function payloads(records: readonly ReadRecord[]): readonly Buffer[] {
  const byReplayId = new Map(records.map((each) => [each.headers['headwater.replay.id'], each]));
  return [...byReplayId.values()].map(({ bytes }) => bytes.subarray(5));
}

describe.skipIf(url === '')('every kind of change', () => {
  const ids: string[] = [];
  let source: string;
  let raw: readonly ReadRecord[];
  let change: readonly ReadRecord[];

  beforeAll(async () => {
    const address = { BillingStreet: 'First', BillingLatitude: 59.5 };
    ids.push(line.insert({ Name: 'Ä', Phone: '1', NumberOfEmployees: 7, ...address }));
    ids.push(line.insert({ Name: 'B' }), line.insert({ Name: 'C' }));
    const [one = '', ...others] = ids;
    line.update([one], { Phone: null, BillingStreet: 'Second' });
    line.update(others, { Phone: '9' });
    line.sandbox.org.write(line.actor, [{ op: 'delete', id: one }], true);
    line.sandbox.org.write(line.actor, [{ op: 'undelete', id: one }], true);
    await line.control('POST', '/gap', { entity: 'Account', ids: others, type: 'GAP_UPDATE' });
    // Last, for output.format=change goes no further.
    await line.control('POST', '/gap', { entity: 'Account', type: 'GAP_OVERFLOW' });
    ids.push(line.insert({ Name: 'After' }));
    source = await line.source(RAW);
    const changeTopic = `${await line.source({})}.Account`;
    const read = await readWithKafkajs({ [`${source}.Account`]: 12, [changeTopic]: 10 });
    [raw, change] = [read(`${source}.Account`), read(changeTopic)];
  }, 60_000);

  test('is on the topic as Salesforce sent it, once per record', () => {
    expect(payloads(raw)).toEqual(line.sent(ACCOUNTS));
    expect(raw.map(({ headers }) => headers['headwater.op'])).toEqual([
      'create',
      'create',
      'create',
      'update',
      'update',
      'update',
      'delete',
      'undelete',
      'gap_update',
      'gap_update',
      'gap_overflow',
      'create',
    ]);
    const [one, two, three, after] = ids;
    const keys = [one, two, three, one, two, three, one, one, two, three];
    expect(raw.map(({ key }) => key)).toEqual(
      [...keys, '000000000000000AAA', after].map((Id) => ({ Id })),
    );
    expect(line.herder.status(source).tasks[0]?.state).toBe('RUNNING');
  });

  test('is registered with the schema that Salesforce gave', async () => {
    const registry = createSchemaRegistry({ urls: [url] });
    const latest = await registry.latest(`${source}.Account-value`);
    expect(latest?.version).toBe(1);
    expect(latest?.schema).toBe(line.sandbox.events.schemaOf('AccountChangeEvent')?.json);
  });

  test('has the headers, key and values of the same record in output.format=change', () => {
    expect(change).toHaveLength(10);
    for (const [at, theirs] of change.entries()) {
      const ours = raw[at] ?? expect.fail();
      expect(ours.key).toEqual(theirs.key);
      const isGap = ours.headers['headwater.op']?.startsWith('gap_') === true;
      const op = isGap ? { 'headwater.op': 'repair' } : {};
      expect({ ...ours.headers, ...op }).toEqual(theirs.headers);
      expect(origin(ours)).toEqual(originOfChange(theirs));
      if (!isGap) expect(filled(ours.value)).toEqual(filled(theirs.value['record']));
    }
    // The comparison saw values, 64-bit ones among them.
    expect(filled(raw[0]?.value)).toMatchObject({
      Name: 'Ä',
      NumberOfEmployees: 7,
      BillingAddress: { Street: 'First', Latitude: 59.5 },
      CreatedDate: expect.any(BigInt) as bigint,
    });
    expect(header(raw[0] ?? expect.fail())['commitNumber']).toBeGreaterThan(2n ** 53n);
  });
});

test.skipIf(url === '')('a platform event is on the topic as it was published', async () => {
  const orders = ['A1', 'A2', 'A1'];
  const uuids = orders.map(
    (order) =>
      line.sandbox.events.publish('Order_Event__e', { Order__c: order }, line.actor).eventUuid,
  );
  const more = { ...RAW, 'salesforce.channels': ORDERS };
  const topic = `${await line.source(more)}.Order_Event__e`;
  const keyed = `${await line.source({ ...more, 'event.key.field': 'Order__c' })}.Order_Event__e`;
  const read = await readWithKafkajs({ [topic]: 3, [keyed]: 3 });
  const records = read(topic);
  expect(records.map(({ key }) => key)).toEqual(uuids.map((EventUuid) => ({ EventUuid })));
  expect(records.map(({ value }) => value['Order__c'])).toEqual(orders);
  expect(payloads(records)).toEqual(line.sent(ORDERS));
  expect(records[0]?.headers).toMatchObject({ 'headwater.op': 'event' });
  expect(read(keyed).map(({ key }) => key)).toEqual(orders.map((Order__c) => ({ Order__c })));
});

function origin(record: ReadRecord): unknown {
  const { commitTimestamp, commitNumber, transactionKey, sequenceNumber } = header(record);
  const { commitUser, changeOrigin } = header(record);
  return {
    commitTimestamp,
    commitNumber,
    transactionKey,
    sequenceNumber,
    commitUser,
    changeOrigin,
  };
}

function originOfChange({ value }: ReadRecord): unknown {
  const {
    org: _org,
    channel: _channel,
    replayId: _replayId,
    schemaId: _schemaId,
    ...rest
  } = value['source'] as Record<string, unknown>;
  return rest;
}

/** What isn't null, at all depths, the header aside. */
function filled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, each]) => each !== null && name !== 'ChangeEventHeader',
  );
  return Object.fromEntries(entries.map(([name, each]) => [name, filled(each)]));
}
