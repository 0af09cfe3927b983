/** A worker's properties, in Connect's names; the defaults are Connect's where it has one. */
import type { ConfigDef, ConfigKey, Properties } from './definition.ts';
import { policyProblem } from './override-policy.ts';
import { responseHeadersProblem } from './response-headers.ts';
import { adminListenersProblem, listenersProblem } from './listeners.ts';
import { TASK_RESTART_KEYS } from './task-restart.ts';
import { SECURITY_KEYS, REST_TLS_KEYS } from './security-keys.ts';
import { TELEMETRY_KEYS } from './worker-telemetry.ts';

export { WORKER_PREFIXES } from './worker-prefixes.ts';

/** What `kafka.client` may name; the first is the default. */
export const KAFKA_CLIENTS = ['kafkajs', 'platformatic'] as const;

type Rest = Partial<Omit<ConfigKey, 'name' | 'type' | 'documentation'>>;

function key(name: string, type: ConfigKey['type'], documentation: string, rest: Rest): ConfigKey {
  return {
    name,
    type,
    documentation,
    importance: 'MEDIUM',
    group: 'Worker',
    displayName: name,
    ...rest,
  };
}

const CONVERTERS: ConfigDef = [
  key('key.converter', 'CLASS', 'How record keys are written to and read from Kafka.', {
    default: 'org.apache.kafka.connect.json.JsonConverter',
    importance: 'HIGH',
  }),
  key('value.converter', 'CLASS', 'How record values are written to and read from Kafka.', {
    default: 'org.apache.kafka.connect.json.JsonConverter',
    importance: 'HIGH',
  }),
  key('header.converter', 'CLASS', 'How record headers are written to and read from Kafka.', {
    default: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    importance: 'LOW',
  }),
  ...['key', 'value', 'header'].map((side) =>
    key(
      `${side}.converter.plugin.version`,
      'STRING',
      `The version of ${side}.converter, or a range; unset: the newest there is.`,
      { default: null, importance: 'LOW' },
    ),
  ),
];

/** Properties of every worker. */
const COMMON_WORKER_KEYS: ConfigDef = [
  ...TELEMETRY_KEYS,
  key('bootstrap.servers', 'LIST', 'Kafka brokers as host:port, separated by commas.', {
    default: 'localhost:9092',
    importance: 'HIGH',
  }),
  key(
    'kafka.client',
    'STRING',
    'The library that speaks to Kafka: kafkajs, or platformatic for @platformatic/kafka.',
    {
      default: KAFKA_CLIENTS[0],
      values: KAFKA_CLIENTS,
      importance: 'LOW',
    },
  ),
  ...CONVERTERS,
  key('client.id', 'STRING', 'How this worker names itself to the brokers.', {
    default: '',
    importance: 'LOW',
  }),
  key('offset.flush.interval.ms', 'LONG', 'How often source offsets are committed.', {
    default: '60000',
    min: 1,
    importance: 'LOW',
  }),
  key(
    'offset.flush.timeout.ms',
    'LONG',
    'Accepted for compatibility: a commit is not given up, it is tried again as errors.retry.* say.',
    {
      default: '5000',
      min: 1,
      importance: 'LOW',
    },
  ),
  key(
    'task.shutdown.graceful.timeout.ms',
    'LONG',
    'How long all tasks together may take to stop; what is not acknowledged by then is read again.',
    { default: '5000', min: 0, importance: 'LOW' },
  ),
  key(
    'task.outage.timeout.ms',
    'LONG',
    'How long a task rides out an outage (broker, registry, source or target away), shown as RESTARTING with the reason; then it is FAILED, its offsets unmoved. -1 = for ever.',
    { default: '900000', min: -1 },
  ),
  ...TASK_RESTART_KEYS,
  key(
    'task.isolation',
    'STRING',
    "Where the tasks of connectors run that don't say it themselves: none = on the main thread, thread = each in a thread of its own.",
    { default: 'none', values: ['none', 'thread', 'inline'], importance: 'LOW' },
  ),
  key(
    'task.isolation.memory.mb',
    'INT',
    "With task.isolation=thread: how large a task's heap may become, in MB; then the task fails.",
    { default: '256', min: 16, importance: 'LOW' },
  ),
  key(
    'task.isolation.stall.timeout.ms',
    'INT',
    'With task.isolation=thread: how long a task may block its thread; then the task fails.',
    { default: '30000', min: 1_000, importance: 'LOW' },
  ),
  key(
    'topic.creation.enable',
    'BOOLEAN',
    'Whether topic.creation.* of source connectors is heeded.',
    {
      default: 'true',
      importance: 'LOW',
    },
  ),
  key('topic.tracking.enable', 'BOOLEAN', 'Whether the topics a connector uses are kept.', {
    default: 'true',
    importance: 'LOW',
  }),
  key('topic.tracking.allow.reset', 'BOOLEAN', 'Whether that list may be reset by REST.', {
    default: 'true',
    importance: 'LOW',
  }),
  key(
    'connector.client.config.override.policy',
    'STRING',
    'Which producer.override.*, consumer.override.* and admin.override.* connectors may set.',
    { default: 'All', importance: 'MEDIUM', check: policyProblem },
  ),
  key(
    'connector.client.config.override.allowlist',
    'LIST',
    'What the policy Allowlist lets connectors set.',
    { default: '', importance: 'MEDIUM' },
  ),
  key(
    'plugin.path',
    'LIST',
    'npm packages with plugins, or folders of such packages. A package that does not load is logged and left out; GET /headwater/v1/plugins shows them all.',
    {
      default: null,
      importance: 'LOW',
    },
  ),
  key(
    'plugin.discovery',
    'STRING',
    'Accepted for compatibility: a package names its plugins, nothing is scanned for them.',
    {
      default: 'hybrid_warn',
      importance: 'LOW',
      check: (value) =>
        /^(only_scan|hybrid_warn|hybrid_fail|service_load)$/i.test(String(value))
          ? undefined
          : 'must be one of only_scan, hybrid_warn, hybrid_fail, service_load',
    },
  ),
  key('config.providers', 'LIST', 'Aliases of configuration providers, for ${alias:path:key}.', {
    default: '',
    importance: 'LOW',
  }),
  ...SECURITY_KEYS,
];

const REST_KEYS: ConfigDef = [
  key(
    'listeners',
    'LIST',
    'Where the REST API listens, as http://host:port or https://host:port.',
    {
      default: 'http://127.0.0.1:8083',
      importance: 'LOW',
      check: (value) => listenersProblem(Array.isArray(value) ? value.map(String) : []),
    },
  ),
  key(
    'admin.listeners',
    'LIST',
    'Where /admin listens instead; empty: nowhere. Unset: where the rest does.',
    {
      default: null,
      importance: 'LOW',
      check: (value) => adminListenersProblem(Array.isArray(value) ? value.map(String) : []),
    },
  ),
  key('rest.advertised.listener', 'STRING', 'Which listener the others are told of.', {
    default: null,
    values: ['http', 'https'],
    importance: 'LOW',
  }),
  key('rest.advertised.host.name', 'STRING', 'The host other workers reach this one by.', {
    default: null,
    importance: 'LOW',
  }),
  key('rest.advertised.port', 'INT', 'The port other workers reach this one by.', {
    default: null,
    importance: 'LOW',
  }),
  key(
    'rest.extension.classes',
    'LIST',
    'BasicAuthSecurityRestExtension: whoever asks must log in as a user of rest.basic.auth.file.',
    { default: '', importance: 'LOW' },
  ),
  key(
    'rest.basic.auth.file',
    'STRING',
    "The users of basic authentication, as user=password; or Connect's JAAS file that names that file.",
    { default: null, importance: 'LOW' },
  ),
  key('rest.show.secrets', 'BOOLEAN', "Whether REST shows secrets as stored, Connect's way.", {
    default: 'false',
    importance: 'LOW',
  }),
  ...REST_TLS_KEYS,
  key('access.control.allow.origin', 'STRING', 'Access-Control-Allow-Origin of REST answers.', {
    default: '',
    importance: 'LOW',
  }),
  key('access.control.allow.methods', 'STRING', 'Methods that origin may use.', {
    default: '',
    importance: 'LOW',
  }),
  key(
    'response.http.headers.config',
    'STRING',
    'Headers of every REST answer: an action (set, add, setDate, addDate), a name, a colon and a value, several between commas, one with a comma in it in double quotes.',
    {
      default: '',
      importance: 'LOW',
      check: (value) => responseHeadersProblem(String(value)),
    },
  ),
];

/** Standalone: source offsets in a file; connectors come from files and are not stored. */
export const STANDALONE_WORKER_DEF: ConfigDef = [
  ...COMMON_WORKER_KEYS,
  ...REST_KEYS,
  key('offset.storage.file.filename', 'STRING', 'The file that holds source offsets.', {
    importance: 'HIGH',
  }),
];

/** Distributed: workers of one `group.id` share connectors by three compacted topics. */
export const DISTRIBUTED_WORKER_DEF: ConfigDef = [
  ...COMMON_WORKER_KEYS,
  ...REST_KEYS,
  key('group.id', 'STRING', 'The cluster this worker belongs to.', { importance: 'HIGH' }),
  ...storageKeys('config', 'connector configurations'),
  ...storageKeys('offset', 'source offsets', '25'),
  ...storageKeys('status', 'states of connectors and tasks', '5'),
  key('session.timeout.ms', 'INT', 'A worker silent for this long is taken for lost.', {
    default: '10000',
    min: 1,
  }),
  key('heartbeat.interval.ms', 'INT', 'How often a worker says that it lives.', {
    default: '3000',
    min: 1,
  }),
  key('rebalance.timeout.ms', 'INT', 'How long workers have to rejoin in a rebalance.', {
    default: '60000',
    min: 1,
  }),
  key('worker.sync.timeout.ms', 'INT', 'How long a worker may read the config topic to catch up.', {
    default: '3000',
    min: 1,
  }),
  key('scheduled.rebalance.max.delay.ms', 'INT', "How long a lost worker's tasks wait for it.", {
    default: '300000',
    min: 0,
    importance: 'LOW',
  }),
  key(
    'connect.protocol',
    'STRING',
    "The group's rebalance protocol. This worker speaks sessioned whatever it says; members that speak compatible or sessioned may be in its group.",
    {
      default: 'sessioned',
      values: ['eager', 'compatible', 'sessioned'],
      importance: 'LOW',
    },
  ),
  key('exactly.once.source.support', 'STRING', 'Whether sources may write in transactions.', {
    default: 'disabled',
    values: ['disabled', 'preparing', 'enabled'],
    importance: 'HIGH',
  }),
  key('inter.worker.key.ttl.ms', 'INT', 'How long the key of requests between workers lives.', {
    default: '3600000',
    min: 0,
    importance: 'LOW',
  }),
  key(
    'inter.worker.key.generation.algorithm',
    'STRING',
    'What that key is for, and what requests between workers are signed with.',
    {
      default: 'HmacSHA256',
      values: ['HmacSHA1', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512'],
      importance: 'LOW',
    },
  ),
  key('inter.worker.key.size', 'INT', 'The bytes of that key; unset: 32.', {
    default: null,
    min: 1,
    importance: 'LOW',
  }),
];

/** Distributed mode is what a `group.id` asks for. */
export function workerDef(properties: Properties): ConfigDef {
  return properties['group.id'] === undefined ? STANDALONE_WORKER_DEF : DISTRIBUTED_WORKER_DEF;
}

function storageKeys(kind: string, what: string, partitions?: string): ConfigDef {
  return [
    key(`${kind}.storage.topic`, 'STRING', `The compacted topic that holds ${what}.`, {
      importance: 'HIGH',
    }),
    key(`${kind}.storage.replication.factor`, 'SHORT', `Replicas of that topic when created.`, {
      default: '3',
      min: -1,
      importance: 'LOW',
    }),
    ...(partitions === undefined
      ? []
      : [
          key(`${kind}.storage.partitions`, 'INT', 'Partitions of that topic when created.', {
            default: partitions,
            min: -1,
            importance: 'LOW',
          }),
        ]),
  ];
}
