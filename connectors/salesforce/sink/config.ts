import type { ConfigDef } from '../../../src/sdk/index.ts';
import { connectionConfig } from '../auth/config.ts';
import { DEFAULT_ENDPOINT } from '../pubsub/client.ts';

export const OBJECT = 'salesforce.object';
export const OPERATION = 'salesforce.sink.object.operation';
export const ID_FIELD = 'salesforce.custom.id.field.name';
export const FIELDS = 'fields';
export const COLLECTIONS = 'salesforce.sink.collections';
export const PUBSUB_ENDPOINT = 'salesforce.pubsub.endpoint';

const GROUP = 'Sink';

export const sinkConfig: ConfigDef = [
  ...connectionConfig,
  {
    name: PUBSUB_ENDPOINT,
    type: 'STRING',
    default: DEFAULT_ENDPOINT,
    importance: 'LOW',
    documentation:
      'The Pub/Sub API, where the sink checks that its collection writes carry its client name: host:port with TLS, or http://host:port without.',
    group: 'Connection',
    displayName: 'Pub/Sub endpoint',
  },
  {
    name: OBJECT,
    type: 'STRING',
    importance: 'HIGH',
    documentation: 'The object that is written, e.g. Account or Delivery__c.',
    group: GROUP,
    displayName: 'Object',
  },
  {
    name: OPERATION,
    type: 'STRING',
    default: 'upsert',
    values: ['insert', 'update', 'upsert', 'delete'],
    importance: 'HIGH',
    documentation:
      'What a record does to its target. With update and upsert a change of op=delete deletes the target.',
    group: GROUP,
    displayName: 'Operation',
  },
  {
    name: ID_FIELD,
    type: 'STRING',
    default: 'Id',
    importance: 'HIGH',
    documentation: 'The field of the target that identifies a record: an external id, or Id.',
    group: GROUP,
    displayName: 'Id field',
  },
  {
    name: FIELDS,
    type: 'LIST',
    default: '',
    importance: 'MEDIUM',
    documentation:
      'Source:Target,… as REST or dotted names; Id is the source record. Empty: every field goes to the writeable one of the same name.',
    group: GROUP,
    displayName: 'Fields',
    width: 'LONG',
  },
  {
    name: COLLECTIONS,
    type: 'STRING',
    default: 'auto',
    values: ['auto', 'always', 'never'],
    importance: 'LOW',
    documentation:
      'Whether 200 records go in one call. auto: once a test write has shown that such a call carries the client name, by which echoes are known; until then row by row.',
    group: GROUP,
    displayName: 'Collections',
  },
];
