import type { Config, ConfigDef } from '../../../src/sdk/index.ts';
import { connectionConfig } from '../auth/config.ts';
import { DEFAULT_ENDPOINT } from '../pubsub/client.ts';
import { channelProblem, overlap, parseChannel } from './channels.ts';

export const PUBSUB_ENDPOINT = 'salesforce.pubsub.endpoint';
export const CHANNELS = 'salesforce.channels';
export const INITIAL_START = 'salesforce.initial.start';
export const TOPIC_PREFIX = 'topic.prefix';
export const TOPIC_TEMPLATE = 'topic.template';
export const OUTPUT_FORMAT = 'output.format';
export const EVENT_KEY_FIELD = 'event.key.field';
export const SCHEMA_INCOMPATIBLE = 'schema.incompatible';

const GROUP = 'Source';
const TOPIC_NAME = /^[a-zA-Z0-9._-]+$/;

export const sourceConfig: ConfigDef = [
  ...connectionConfig,
  {
    name: PUBSUB_ENDPOINT,
    type: 'STRING',
    default: DEFAULT_ENDPOINT,
    importance: 'LOW',
    documentation: 'The Pub/Sub API: host:port with TLS, or http://host:port without.',
    group: 'Connection',
    displayName: 'Pub/Sub endpoint',
    check: (value) =>
      /^(https?:\/\/)?[^/:\s]+:\d+\/?$/.test(String(value))
        ? undefined
        : 'must be host:port or http://host:port',
  },
  {
    name: CHANNELS,
    type: 'LIST',
    importance: 'HIGH',
    documentation:
      'Channels to subscribe to: /data/AccountChangeEvent, /data/Invoice__ChangeEvent, /data/ChangeEvents, /data/My__chn, /event/Order_Event__e. Each entity by one channel only.',
    group: GROUP,
    displayName: 'Channels',
    width: 'LONG',
    check: (value) => {
      const channels = Array.isArray(value) ? value.map(String) : [];
      if (channels.length === 0) return 'must name at least one channel';
      return channels.map(channelProblem).find((each) => each !== undefined) ?? overlap(channels);
    },
  },
  {
    name: INITIAL_START,
    type: 'STRING',
    default: 'latest',
    values: ['latest', 'all'],
    importance: 'MEDIUM',
    documentation:
      'Where a channel without a stored position starts: latest = events from now on, all = everything retained (72 hours).',
    group: GROUP,
    displayName: 'Initial start',
  },
  {
    name: TOPIC_PREFIX,
    type: 'STRING',
    importance: 'HIGH',
    documentation: 'Begins the topics of this org. One org per prefix.',
    group: GROUP,
    displayName: 'Topic prefix',
    check: (value) =>
      TOPIC_NAME.test(String(value)) ? undefined : 'may hold letters, digits, ".", "_" and "-"',
  },
  {
    name: TOPIC_TEMPLATE,
    type: 'STRING',
    default: '${topic.prefix}.${entity}',
    importance: 'LOW',
    documentation:
      "A topic's name: ${topic.prefix} and ${entity} (Account, Order_Event__e) stand for the values.",
    group: GROUP,
    displayName: 'Topic template',
    check: (value) =>
      String(value).includes('${entity}') &&
      TOPIC_NAME.test(String(value).replaceAll('${topic.prefix}', 'p').replaceAll('${entity}', 'e'))
        ? undefined
        : 'must contain ${entity}, and be a topic name otherwise',
  },
  {
    name: OUTPUT_FORMAT,
    type: 'STRING',
    default: 'change',
    values: ['change', 'raw'],
    importance: 'HIGH',
    documentation:
      "change = one record per changed Salesforce record, as a delta: what changed, what was emptied, and the values; raw = the events' own Avro as Salesforce sent it, gap events included (needs AvroConverter).",
    group: GROUP,
    displayName: 'Output format',
  },
  {
    name: EVENT_KEY_FIELD,
    type: 'STRING',
    default: null,
    importance: 'LOW',
    documentation: "The field that keys platform events' records; EventUuid unless set.",
    group: GROUP,
    displayName: 'Event key field',
  },
  {
    name: SCHEMA_INCOMPATIBLE,
    type: 'STRING',
    default: 'fail',
    values: ['fail', 'new.topic'],
    importance: 'MEDIUM',
    documentation:
      'When a field gets a type the topic cannot take: fail = the task fails and names the field; new.topic = go on in <topic>.v2.',
    group: GROUP,
    displayName: 'Incompatible schema',
  },
];

export interface SourceOptions {
  readonly channels: readonly string[];
  readonly endpoint: string;
  readonly start: 'latest' | 'all';
  readonly format: 'change' | 'raw';
  readonly prefix: string;
  readonly eventKeyField: string | undefined;
  readonly incompatible: 'fail' | 'new.topic';
  /** An entity's topic. */
  readonly topicOf: (entity: string) => string;
}

export function sourceOptions(config: Config): SourceOptions {
  const prefix = config.string(TOPIC_PREFIX);
  const template = config.string(TOPIC_TEMPLATE);
  return {
    channels: config.list(CHANNELS).map((channel) => parseChannel(channel).topic),
    endpoint: config.string(PUBSUB_ENDPOINT),
    start: config.string(INITIAL_START) === 'all' ? 'all' : 'latest',
    format: config.string(OUTPUT_FORMAT) === 'raw' ? 'raw' : 'change',
    prefix,
    eventKeyField: config.optionalString(EVENT_KEY_FIELD),
    incompatible: config.string(SCHEMA_INCOMPATIBLE) === 'new.topic' ? 'new.topic' : 'fail',
    topicOf: (entity) =>
      template.replaceAll('${topic.prefix}', prefix).replaceAll('${entity}', entity),
  };
}
