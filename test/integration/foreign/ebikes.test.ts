/**
 * Goal: what the worker puts on topics is read by somebody else's consumer as it was in the org.
 * Method: Salesforce's own sample app (objects, records, a platform event) is loaded by the sandbox and changed with
 * plain jsforce; a worker in a process of its own streams it. Then a JVM reads every topic with Kafka's client and
 * Apicurio's Avro deserializer, and so does Python with confluent-kafka where that is at hand. Compared with the
 * sandbox's log of commits and with what jsforce reads back.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import jsforce, { type Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { READERS, type ForeignRecord } from '../../support/foreign/readers.ts';
import { Line, type LineParts } from '../../support/line.ts';

const shared = process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const ebikes = join(shared, 'data/ebikes');
const OBJECTS = [
  'Account',
  'Contact',
  'Product_Family__c',
  'Product__c',
  'Order__c',
  'Order_Item__c',
];
const EVENT = 'Manufacturing_Event__e';
const CHANNELS = [
  ...OBJECTS.map((name) => `/data/${name.replace(/__c$/, '__')}ChangeEvent`),
  `/event/${EVENT}`,
];

describe.skipIf(!existsSync(ebikes))('the topics of the ebikes org', () => {
  let line: Line;
  let salesforce: Connection;
  let committed: readonly Commit[];
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    line = await Line.open(connectors, {
      project: ebikes,
      data: join(ebikes, 'data/sample-data-plan.json'),
    });
    salesforce = new jsforce.Connection({ loginUrl: line.sandbox.http, version: '66.0' });
    await salesforce.login(line.sandbox.username, line.sandbox.password);
    line.start();
    await line.running();
    await people();
    committed = await commits(line.sandbox.http);
    for (const name of [...OBJECTS, EVENT]) await published(name);
  }, 120_000);
  afterAll(() => line[Symbol.asyncDispose]());

  /** A day at the shop: every kind of change. */
  async function people(): Promise<void> {
    const account = salesforce.sobject('Account');
    ids['account'] = await created('Account', {
      Name: 'Wheels & Sønner 🚲',
      Phone: '+47 22 22 22 22',
      Website: 'https://example.com',
      BillingStreet: 'Storgata 1\nOppgang B',
      BillingCity: 'Oslo',
      BillingCountry: 'Norway',
      ShippingCity: 'Bergen',
      AnnualRevenue: 9_007_199_254_740_991,
      NumberOfEmployees: 99_999_999,
      Description: 'x'.repeat(20_000),
    });
    const Id = ids['account'];
    await account.update({ Id, BillingCity: 'Tromsø', BillingStreet: null });
    await account.update({ Id, Phone: null, Website: null, NumberOfEmployees: 0 });
    ids['contact'] = await created('Contact', {
      FirstName: 'Åse',
      LastName: 'Ødegård',
      Birthdate: '1931-02-28',
      AccountId: Id,
    });
    await salesforce.sobject('Contact').update({ Id: ids['contact'], LastName: 'Moe' });
    ids['order'] = await created('Order__c', { Account__c: Id, Status__c: 'Draft' });
    ids['item'] = await created('Order_Item__c', { Order__c: ids['order'], Price__c: 1234.56 });
    const bike = await salesforce.sobject('Product__c').findOne({ Name: 'FUSE X1' }, ['Id']);
    ids['bike'] = String(bike?.['Id']);
    await salesforce
      .sobject('Product__c')
      .update({ Id: ids['bike'], MSRP__c: null, Level__c: null });
    await salesforce.sobject('Order_Item__c').destroy(ids['item']);
    await salesforce.sobject(EVENT).create({ Order_Id__c: ids['order'], Status__c: 'Approved ✓' });
  }

  async function created(object: string, values: Record<string, unknown>): Promise<string> {
    const result = await salesforce.sobject(object).create(values);
    if (!result.success) throw new Error(JSON.stringify(result.errors));
    return result.id;
  }

  /** Resolves when a topic has all that was committed. */
  async function published(name: string): Promise<void> {
    await eventually(
      () => line.read(name).catch(() => []),
      (records) => records.length >= (name === EVENT ? 1 : of(name).length),
    );
  }

  function topics(): readonly string[] {
    return [...OBJECTS, EVENT].map((name) => `${line.prefix}.${name}`);
  }

  function of(entity: string): readonly Commit[] {
    return committed.filter((each) => each.entity === entity);
  }

  describe.each(READERS)('as read with $name', ({ available, read: readAll }) => {
    let read: readonly ForeignRecord[] = [];

    beforeAll(async () => {
      if (available) read = await readAll(topics());
    }, 120_000);

    function records(entity: string): readonly ForeignRecord[] {
      return read.filter(({ topic }) => topic === `${line.prefix}.${entity}`);
    }

    /** Changes of one record, oldest first. */
    function changes(entity: string, id: string | undefined): readonly ForeignRecord[] {
      return records(entity).filter(({ key }) => key['Id'] === id);
    }

    test.skipIf(!available)(
      'reads every change of every object, in order, with its 64-bit numbers exact',
      () => {
        for (const entity of OBJECTS) {
          const found = records(entity).map(({ key, value, headers }) => {
            const source = value['source'] as Readonly<Record<string, unknown>>;
            expect(key).toEqual({ Id: value['id'] });
            expect(headers['headwater.record.id']).toBe(value['id']);
            return {
              op: value['op'],
              id: value['id'],
              transaction: source['transactionKey'],
              commitNumber: source['commitNumber'],
            };
          });
          const expected = of(entity).map(({ entity: _entity, ...commit }) => commit);
          expect(found, entity).toEqual(expected);
        }
        expect(
          committed.some(({ commitNumber }) => !Number.isSafeInteger(Number(commitNumber))),
        ).toBe(true);
      },
    );

    test.skipIf(!available)(
      'reads the image of a created record as jsforce reads the record',
      async () => {
        const untouched = OBJECTS.flatMap((entity) => {
          const created = records(entity).filter(({ value }) => value['op'] === 'create');
          return created.filter(({ key }) => changes(entity, String(key['Id'])).length === 1);
        });
        expect(untouched.length).toBeGreaterThan(20);
        for (const { topic, key, value } of untouched) {
          const entity = topic.slice(line.prefix.length + 1);
          const record = await salesforce.sobject(entity).retrieve(String(key['Id']));
          const { image, compared } = asRest(value['record'] as Fields, record);
          expect(image, topic).toEqual(compared);
          expect(Object.keys(image).length).toBeGreaterThan(5);
        }
      },
    );

    test.skipIf(!available)('tells a field that was emptied from one that was left alone', () => {
      const [create, moved, emptied] = changes('Account', ids['account']);
      expect(create?.value).toMatchObject({
        op: 'create',
        changed: [],
        nulled: [],
        record: {
          Name: 'Wheels & Sønner 🚲',
          BillingAddress: { Street: 'Storgata 1\nOppgang B', City: 'Oslo', Country: 'Norway' },
          ShippingAddress: { Street: null, City: 'Bergen' },
          AnnualRevenue: 9_007_199_254_740_991,
          NumberOfEmployees: 99_999_999,
          Description: 'x'.repeat(20_000),
        },
      });
      expect(moved?.value).toMatchObject({
        op: 'update',
        changed: ['LastModifiedDate', 'BillingAddress.Street', 'BillingAddress.City'],
        nulled: ['BillingAddress.Street'],
        record: { Name: null, BillingAddress: { Street: null, City: 'Tromsø', Country: null } },
      });
      expect(emptied?.value).toMatchObject({
        op: 'update',
        changed: ['Phone', 'Website', 'NumberOfEmployees', 'LastModifiedDate'],
        nulled: ['Phone', 'Website'],
        record: { Phone: null, Website: null, NumberOfEmployees: 0, BillingAddress: null },
      });
      const [, sold] = changes('Product__c', ids['bike']);
      expect(sold?.value['nulled']).toEqual(expect.arrayContaining(['MSRP__c', 'Level__c']));
    });

    test.skipIf(!available)("reads a person's name in parts, dates as dates, and a delete", () => {
      const [created, married] = changes('Contact', ids['contact']);
      const days = Date.UTC(1931, 1, 28) / 86_400_000;
      expect(created?.value['record']).toMatchObject({
        Birthdate: days,
        AccountId: ids['account'],
        NameParts: { FirstName: 'Åse', LastName: 'Ødegård' },
      });
      expect(married?.value).toMatchObject({ changed: ['LastModifiedDate', 'Name.LastName'] });
      expect(changes('Order_Item__c', ids['item']).map(({ value }) => value['op'])).toEqual([
        'create',
        'delete',
      ]);
    });

    test.skipIf(!available)('reads a platform event', () => {
      expect(records(EVENT)).toHaveLength(1);
      const [event] = records(EVENT);
      expect(event?.key['EventUuid']).toMatch(/^[0-9a-f-]{36}$/);
      expect(event?.value).toMatchObject({ Order_Id__c: ids['order'], Status__c: 'Approved ✓' });
    });

    test.skipIf(!available)('finds types in the schemas that say what a value is', () => {
      const [account] = records('Account');
      const [contact] = records('Contact');
      const value = JSON.parse(account?.valueSchema ?? '{}') as AvroRecord;
      const record = fieldType(value, 'record') as AvroRecord;
      expect(fieldType(fieldType(value, 'source') as AvroRecord, 'commitNumber')).toBe('long');
      expect(fieldType(record, 'AnnualRevenue')).toEqual(['null', 'double']);
      expect(fieldType(record, 'NumberOfEmployees')).toEqual(['null', 'int']);
      expect(fieldType(record, 'CreatedDate')).toEqual([
        'null',
        expect.objectContaining({ type: 'long', logicalType: 'timestamp-millis' }),
      ]);
      const people = fieldType(
        JSON.parse(contact?.valueSchema ?? '{}') as AvroRecord,
        'record',
      ) as AvroRecord;
      expect(fieldType(people, 'Birthdate')).toEqual([
        'null',
        expect.objectContaining({ type: 'int', logicalType: 'date' }),
      ]);
      expect(record.fields.every((field) => field.default === null)).toBe(true);
    });
  });
});

type Fields = Readonly<Record<string, unknown>>;

interface AvroRecord {
  readonly fields: readonly { name: string; type: unknown; default?: unknown }[];
}

interface Commit {
  readonly entity: string;
  readonly op: string;
  readonly id: string;
  readonly transaction: string;
  readonly commitNumber: string;
}

function connectors({ connection, prefix }: LineParts): Record<string, Record<string, string>> {
  return {
    ebikes: {
      'connector.class': 'SalesforcePubSubSource',
      ...connection,
      'salesforce.channels': CHANNELS.join(','),
      'salesforce.initial.start': 'all',
      'topic.prefix': prefix,
    },
  };
}

/** The org's log of what was committed, of the objects above. */
async function commits(http: string): Promise<readonly Commit[]> {
  const answer = await fetch(`${http}/__sandbox/v1/log?limit=1000`);
  const { transactions } = (await answer.json()) as {
    transactions: readonly {
      transactionKey: string;
      commitNumber: string;
      changes: readonly { entity: string; id: string; type: string }[];
    }[];
  };
  return transactions
    .flatMap(({ transactionKey: transaction, commitNumber, changes }) =>
      changes.map(({ entity, id, type }) => {
        return { entity, op: type.toLowerCase(), id, transaction, commitNumber };
      }),
    )
    .filter(({ entity }) => OBJECTS.includes(entity));
}

/** An image by REST's names and REST's ways of writing, and of a record what the image has. */
function asRest(record: Fields, rest: Fields): { image: Fields; compared: Fields } {
  const flat = Object.entries(record).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && name.endsWith('Address')
      ? Object.entries(value).map(([part, each]) => [name.replace('Address', part), each] as const)
      : [[name, value] as const],
  );
  const known = flat.filter(([name]) => name in rest && !name.endsWith('Address'));
  const image = known.map(([name, value]) => [name, inRest(value, rest[name])] as const);
  return {
    image: Object.fromEntries(image),
    compared: Object.fromEntries(known.map(([name]) => [name, rest[name]])),
  };
}

/** An instant as REST writes it; anything else as it is. */
function inRest(value: unknown, like: unknown): unknown {
  const isInstant = typeof like === 'string' && /^\d{4}-\d\d-\d\dT.*\+0000$/.test(like);
  if (!isInstant || typeof value !== 'string') return value;
  return new Date(Number(value)).toISOString().replace('Z', '+0000');
}

function fieldType(record: AvroRecord, name: string): unknown {
  return record.fields.find((field) => field.name === name)?.type;
}
