/**
 * Goal: records that Headwater published are written to PostgreSQL by Debezium's JDBC sink, in a real Connect worker, through
 * Apicurio's converter: with the right types, and a tombstone deletes its row.
 * Method: a source of every type, and SalesforcePubSubSource on a sandbox; the tables are read by PostgreSQL's usual client.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../sandbox/demo/processes.ts';
import { LOGICAL, type Field, type Schema } from '../../../src/data/schema.ts';
import { eventually } from '../../support/eventually.ts';
import { resolveInterop } from '../../support/interop/jars.ts';
import { startPostgres, type Postgres } from '../../support/interop/postgres.ts';
import { typedSource, type Published } from '../../support/interop/typed-source.ts';
import { startJvmWorker, type JvmWorker } from '../../support/jvm-connect/jvm.ts';
import { SalesforceLine } from '../../support/salesforce-line.ts';
import { startTestWorker } from '../../support/worker.ts';

const classPath = await resolveInterop();
const RUN = randomUUID().slice(0, 8);
const registry = process.env['SCHEMA_REGISTRY_URL'] ?? '';
/** Apicurio's own API beside the one that speaks Confluent's. */
const apicurio = `${new URL(registry === '' ? 'http://unset' : registry).origin}/apis/registry/v2`;
const AVRO = {
  'key.converter': 'io.confluent.connect.avro.AvroConverter',
  'key.converter.schema.registry.url': registry,
  'value.converter': 'io.confluent.connect.avro.AvroConverter',
  'value.converter.schema.registry.url': registry,
};

let postgres: Postgres;
let jvm: JvmWorker;

function converter(name: string): readonly string[] {
  return [
    `${name}=io.apicurio.registry.utils.converter.AvroConverter`,
    `${name}.apicurio.registry.url=${apicurio}`,
    `${name}.apicurio.registry.as-confluent=true`,
    `${name}.apicurio.registry.use-id=contentId`,
    `${name}.apicurio.registry.headers.enabled=false`,
  ];
}

beforeAll(async () => {
  if (classPath === undefined) return;
  postgres = await startPostgres(classPath);
  const id = `interop-${RUN}`;
  jvm = await startJvmWorker(
    classPath,
    [
      `bootstrap.servers=${process.env['KAFKA_BROKERS'] ?? ''}`,
      `group.id=${id}`,
      ...['config', 'offset', 'status'].flatMap((kind) => [
        `${kind}.storage.topic=${id}-${kind}`,
        `${kind}.storage.replication.factor=1`,
      ]),
      'offset.storage.partitions=1',
      ...converter('key.converter'),
      ...converter('value.converter'),
    ],
    await freePort(),
  );
});
afterAll(async () => {
  await jvm?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
});

async function sinkInto(table: string, topic: string, more: Record<string, string> = {}) {
  const config = {
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    topics: topic,
    'connection.url': postgres.jdbcUrl,
    'connection.username': 'postgres',
    'connection.password': 'unused',
    'insert.mode': 'upsert',
    'delete.enabled': 'true',
    'primary.key.mode': 'record_key',
    'schema.evolution': 'basic',
    'collection.name.format': table,
    ...more,
  };
  const answer = await fetch(`${jvm.url}/connectors/${table}-${RUN}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(config),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

/** Rows of a table once they are as many; with what the sink says when they aren't. */
async function rows(table: string, count: number, sql: string) {
  const seen = async () => {
    const status = await fetch(`${jvm.url}/connectors/${table}-${RUN}/status`);
    const found = await postgres.query(sql).catch(() => undefined);
    return { status: (await status.text()).slice(0, 2_000), found };
  };
  const { found } = await eventually(seen, (now) => now.found?.length === count, 40_000);
  return found;
}

const optional = (schema: Schema): Schema => ({ ...schema, optional: true });
const field = (name: string, schema: Schema): Field => ({ name, schema });
const plain = (type: Schema['type'], more: Partial<Schema> = {}): Schema => ({
  type,
  optional: false,
  ...more,
});

const ORDER: Schema = plain('struct', {
  name: 'shop.Order',
  fields: [
    field('small', plain('int16')),
    field('whole', plain('int32')),
    field('large', plain('int64')),
    field('real', plain('float64')),
    field('is_paid', plain('boolean')),
    field('name', plain('string')),
    field('note', optional(plain('string'))),
    field('bytes', plain('bytes')),
    field('day', plain('int32', { name: LOGICAL.date, version: 1 })),
    field('clock', plain('int32', { name: LOGICAL.time, version: 1 })),
    field('at', plain('int64', { name: LOGICAL.timestamp, version: 1 })),
    field(
      'price',
      plain('bytes', {
        name: LOGICAL.decimal,
        version: 1,
        parameters: { scale: '2', 'connect.decimal.precision': '12' },
      }),
    ),
  ],
});
const KEY: Schema = plain('struct', { name: 'shop.Key', fields: [field('id', plain('string'))] });

function order(topic: string, id: string, whole: number | undefined): Published {
  const value =
    whole === undefined
      ? null
      : {
          small: -3,
          whole,
          large: 9_223_372_036_854_775_807n,
          real: 0.1,
          is_paid: true,
          name: 'Zoë',
          note: null,
          bytes: Uint8Array.of(0, 255),
          day: 20_000,
          clock: 3_723_004,
          at: 1_700_000_000_123n,
          // 1234567890.12, unscaled.
          price: Uint8Array.of(0x1c, 0xbe, 0x99, 0x1a, 0x14),
        };
  return { topic, keySchema: KEY, key: { id }, valueSchema: ORDER, value };
}

describe.skipIf(classPath === undefined)("Debezium's JDBC sink", () => {
  test('writes every type as it should be, and deletes on a tombstone', async () => {
    const topic = `typed-${RUN}`;
    const records = [
      order(topic, 'a', 1),
      order(topic, 'b', 2),
      order(topic, 'a', 3),
      order(topic, 'c', 4),
      order(topic, 'b', undefined),
    ];
    await using worker = await startTestWorker(AVRO, { plugins: [typedSource(records)] });
    await worker.herder.create('typed', {
      'connector.class': 'TypedSource',
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
    });
    await sinkInto('typed', topic);
    const found = await rows('typed', 2, 'SELECT * FROM typed ORDER BY id');
    const common = {
      small: '-3',
      large: '9223372036854775807',
      real: '0.1',
      is_paid: 't',
      name: 'Zoë',
      note: null,
      bytes: '\\x00ff',
      day: '2024-10-04',
      clock: '01:02:03.004',
      at: '2023-11-14 22:13:20.123',
      price: '1234567890.12',
    };
    expect(found).toEqual([
      { id: 'a', whole: '3', ...common },
      { id: 'c', whole: '4', ...common },
    ]);
    const columns = await postgres.query(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'typed'",
    );
    const types = Object.fromEntries(
      columns.map((each) => [each['column_name'], each['data_type']]),
    );
    expect(types).toEqual({
      id: 'text',
      small: 'smallint',
      whole: 'integer',
      large: 'bigint',
      real: 'double precision',
      is_paid: 'boolean',
      name: 'text',
      note: 'text',
      bytes: 'bytea',
      day: 'date',
      clock: 'time without time zone',
      at: 'timestamp without time zone',
      price: 'numeric',
    });
  });

  test('writes what Salesforce said', async () => {
    await using line = await SalesforceLine.open();
    const values = {
      Name: 'Acme',
      BillingCity: 'Linz',
      AnnualRevenue: 1_234,
      NumberOfEmployees: 7,
    };
    const id = line.insert(values);
    const prefix = await line.source({});
    await sinkInto('accounts', `${prefix}.Account`, {
      transforms: 'record,flat',
      'transforms.record.type': 'org.apache.kafka.connect.transforms.ExtractField$Value',
      'transforms.record.field': 'record',
      'transforms.flat.type': 'org.apache.kafka.connect.transforms.Flatten$Value',
      'transforms.flat.delimiter': '_',
    });
    const columns =
      'id, name, billingaddress_city, annualrevenue, numberofemployees, phone, pg_typeof(createddate) AS created';
    const found = await rows('accounts', 1, `SELECT ${columns} FROM accounts`);
    expect(found).toEqual([
      {
        id,
        name: 'Acme',
        billingaddress_city: 'Linz',
        annualrevenue: '1234',
        numberofemployees: '7',
        phone: null,
        created: 'timestamp without time zone',
      },
    ]);
  });
});
