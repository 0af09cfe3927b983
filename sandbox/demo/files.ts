import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxCredentials } from '../index.ts';

export const DEAD_LETTERS = 'shop.dead-letters';
export const ORDERS_TOPIC = 'shop.Bike_Order__c';

const CHANNELS = ['Account', 'Bike__', 'Bike_Order__'].map((name) => `/data/${name}ChangeEvent`);

interface Stack {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
}

export interface DemoFiles {
  readonly worker: string;
  readonly connectors: readonly string[];
  readonly warehouse: string;
}

/** The files a person would write: a worker and three connectors. */
export async function writeFiles(
  folder: string,
  stack: Stack,
  org: SandboxCredentials,
  port: number,
): Promise<DemoFiles> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const connection = await connectionTo(folder, org);
  const warehouse = join(folder, 'warehouse.duckdb');
  const connectors = {
    shop: {
      'connector.class': 'SalesforcePubSubSource',
      ...connection,
      'salesforce.channels': CHANNELS.join(','),
      'topic.prefix': 'shop',
    },
    warehouse: {
      'connector.class': 'DuckDbSink',
      topics: `shop.Account,shop.Bike__c,${ORDERS_TOPIC}`,
      'duckdb.path': warehouse,
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': DEAD_LETTERS,
      'errors.deadletterqueue.topic.replication.factor': '1',
      'errors.deadletterqueue.context.headers.enable': 'true',
    },
    deliveries: {
      'connector.class': 'SalesforceSink',
      ...connection,
      topics: ORDERS_TOPIC,
      'salesforce.object': 'Delivery__c',
      'salesforce.sink.object.operation': 'upsert',
      'salesforce.custom.id.field.name': 'Order_Id__c',
      fields: 'Id:Order_Id__c,Status__c:Stage__c,Quantity__c:Units__c,Promised__c:Due__c',
      'errors.tolerance': 'all',
    },
  };
  return {
    worker: await writeWorker(folder, stack, port),
    connectors: await writeConnectors(folder, connectors),
    warehouse,
  };
}

/** Properties of a connection to an org; the secret goes to a file that only its owner reads. */
export async function connectionTo(
  folder: string,
  org: SandboxCredentials,
): Promise<Readonly<Record<string, string>>> {
  const secrets = join(folder, 'secrets.properties');
  await writeFile(secrets, `consumer.secret=${org.clientSecret}\n`, { mode: 0o600 });
  return {
    'salesforce.instance': org.http,
    'salesforce.grant.type': 'CLIENT_CREDENTIALS',
    'salesforce.consumer.key': org.clientId,
    'salesforce.consumer.secret': `\${file:${secrets}:consumer.secret}`,
    'salesforce.pubsub.endpoint': `http://${org.pubsubPlain}`,
  };
}

/** One file per connector; returns their paths. */
export async function writeConnectors(
  folder: string,
  connectors: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const [name, config] of Object.entries(connectors)) {
    const file = join(folder, `${name}.json`);
    await writeFile(file, `${JSON.stringify({ name, config }, undefined, 2)}\n`);
    written.push(file);
  }
  return written;
}

/** A standalone worker's file, its offsets beside it (`offsets.json`); returns its path. */
export async function writeWorker(folder: string, stack: Stack, port: number): Promise<string> {
  const worker = join(folder, 'worker.properties');
  const registry = `schema.registry.url=${stack.schemaRegistryUrl}`;
  await writeFile(
    worker,
    [
      `bootstrap.servers=${stack.kafkaBrokers}`,
      `listeners=http://127.0.0.1:${port}`,
      `offset.storage.file.filename=${join(folder, 'offsets.json')}`,
      'offset.flush.interval.ms=1000',
      'key.converter=io.confluent.connect.avro.AvroConverter',
      `key.converter.${registry}`,
      'value.converter=io.confluent.connect.avro.AvroConverter',
      `value.converter.${registry}`,
      'config.providers=file',
      'config.providers.file.class=FileConfigProvider',
      '',
    ].join('\n'),
  );
  return worker;
}
