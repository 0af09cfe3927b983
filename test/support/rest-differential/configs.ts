/** Random configurations of file connectors, right and wrong in many ways. */
import type { Random } from '../random.ts';
import { OWN_FOLDER, OWN_NAME } from './call.ts';

type Values = Record<string, unknown>;

export const SOURCES = [
  'org.apache.kafka.connect.file.FileStreamSourceConnector',
  'FileStreamSourceConnector',
  'FileStreamSource',
] as const;
export const SINKS = [
  'org.apache.kafka.connect.file.FileStreamSinkConnector',
  'FileStreamSinkConnector',
  'FileStreamSink',
] as const;

export function sourceConfig(random: Random): Values {
  return {
    'connector.class': random.pick(SOURCES),
    file: `${OWN_FOLDER}in.txt`,
    topic: `${OWN_NAME}out`,
  };
}

export function sinkConfig(random: Random): Values {
  return {
    'connector.class': random.pick(SINKS),
    file: `${OWN_FOLDER}out.txt`,
    topics: `${OWN_NAME}lines`,
  };
}

/** Right, with whatever else a connector may have. */
export function goodConfig(random: Random): Values {
  const config = random.below(2) === 0 ? sourceConfig(random) : sinkConfig(random);
  const isSource = 'topic' in config;
  for (let more = random.below(3); more > 0; more -= 1) {
    Object.assign(
      config,
      random.pick(isSource ? [...GOOD, ...GOOD_SOURCE] : [...GOOD, ...GOOD_SINK]),
    );
  }
  return config;
}

/** Wrong in one to three ways, most of the time. */
export function badConfig(random: Random): Values {
  const config = goodConfig(random);
  for (let more = 1 + random.below(3); more > 0; more -= 1) {
    const wrong = random.pick(BAD);
    Object.assign(config, wrong);
  }
  if (random.below(5) === 0) delete config['topic'];
  if (random.below(5) === 0) delete config['topics'];
  if (random.below(8) === 0) delete config['connector.class'];
  return config;
}

const STRING = 'org.apache.kafka.connect.storage.StringConverter';
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';
const T = 'org.apache.kafka.connect.transforms';

const GOOD: readonly Values[] = [
  { 'tasks.max': '1' },
  { 'tasks.max': 2 },
  { 'tasks.max': ' 1 ' },
  { 'tasks.max.enforce': true },
  { 'key.converter': STRING },
  { 'value.converter': JSON_CONVERTER, 'value.converter.schemas.enable': false },
  { 'value.converter': STRING, 'value.converter.converter.encoding': 'UTF-8' },
  { 'header.converter': 'org.apache.kafka.connect.storage.SimpleHeaderConverter' },
  { 'errors.tolerance': 'all', 'errors.log.enable': 'true' },
  { 'errors.retry.timeout': '1000', 'errors.retry.delay.max.ms': '100' },
  { 'config.action.reload': 'none' },
  {
    transforms: 'hoist',
    'transforms.hoist.type': `${T}.HoistField$Value`,
    'transforms.hoist.field': 'line',
  },
  {
    transforms: 'h',
    'transforms.h.type': `${T}.InsertHeader`,
    'transforms.h.header': 'a',
    'transforms.h.value.literal': 'b',
  },
  {
    transforms: 'f',
    'transforms.f.type': `${T}.Filter`,
    'transforms.f.predicate': 'p',
    predicates: 'p',
    'predicates.p.type': `${T}.predicates.RecordIsTombstone`,
  },
  { 'own.property': 'x' },
  { description: 'späße ✓ "quoted" \\ and \n a line' },
];
const GOOD_SOURCE: readonly Values[] = [
  { 'batch.size': '100' },
  { 'batch.size': 5 },
  { 'topic.creation.default.replication.factor': '1', 'topic.creation.default.partitions': '1' },
  {
    'topic.creation.groups': 'g',
    'topic.creation.g.include': 'x.*',
    'topic.creation.g.partitions': '2',
    'topic.creation.default.replication.factor': '-1',
    'topic.creation.default.partitions': '-1',
  },
];
const GOOD_SINK: readonly Values[] = [
  { 'errors.deadletterqueue.context.headers.enable': 'true' },
  {
    'errors.deadletterqueue.topic.name': `${OWN_NAME}dlq`,
    'errors.deadletterqueue.topic.replication.factor': '1',
  },
];

const BAD: readonly Values[] = [
  { 'tasks.max': '0' },
  { 'tasks.max': '-1' },
  { 'tasks.max': 'many' },
  { 'tasks.max': '1.5' },
  { 'tasks.max': '' },
  { 'tasks.max': '99999999999' },
  { 'tasks.max.enforce': 'perhaps' },
  { 'batch.size': 'big' },
  { 'batch.size': '' },
  { topic: '' },
  { topics: '' },
  { topics: ',' },
  { topics: 'a,' },
  { topics: 'a,b,a' },
  { topics: 'a', 'topics.regex': 'b.*' },
  { 'topics.regex': '(' },
  { 'topics.regex': '' },
  { topics: `${OWN_NAME}dlq`, 'errors.deadletterqueue.topic.name': `${OWN_NAME}dlq` },
  { 'key.converter': 'no.such.Converter' },
  { 'value.converter': '' },
  { 'value.converter': 'org.apache.kafka.connect.file.FileStreamSourceConnector' },
  { 'value.converter': JSON_CONVERTER, 'value.converter.schemas.enable': 'perhaps' },
  { 'value.converter': JSON_CONVERTER, 'value.converter.schemas.cache.size': 'x' },
  { 'value.converter': JSON_CONVERTER, 'value.converter.decimal.format': 'ROMAN' },
  { 'header.converter': STRING },
  { 'header.converter': 'none' },
  { 'errors.tolerance': 'some' },
  { 'errors.tolerance': '' },
  { 'errors.retry.timeout': '-2' },
  { 'errors.retry.timeout': 'never' },
  { 'errors.retry.delay.max.ms': '-5' },
  { 'errors.log.enable': 'yes' },
  { 'config.action.reload': 'later' },
  { 'config.action.reload': 'RESTART' },
  { transforms: 'missing' },
  { transforms: 'a,a' },
  { transforms: '' },
  { transforms: 'x', 'transforms.x.type': 'no.such.Transform' },
  { transforms: 'x', 'transforms.x.type': `${T}.HoistField` },
  { transforms: 'x', 'transforms.x.type': `${T}.HoistField$Value` },
  { transforms: 'x', 'transforms.x.type': `${T}.MaskField$Value`, 'transforms.x.fields': '' },
  { transforms: 'x', 'transforms.x.type': `${T}.InsertField$Value` },
  { transforms: 'x', 'transforms.x.type': `${T}.Filter`, 'transforms.x.predicate': 'unknown' },
  { transforms: 'x', 'transforms.x.type': `${T}.Filter`, 'transforms.x.negate': 'maybe' },
  {
    transforms: 'x',
    'transforms.x.type': `${T}.TimestampConverter$Value`,
    'transforms.x.target.type': 'era',
  },
  { transforms: 'x', 'transforms.x.type': `${T}.Cast$Value`, 'transforms.x.spec': 'int128' },
  { predicates: 'p' },
  {
    predicates: 'p',
    'predicates.p.type': `${T}.predicates.TopicNameMatches`,
    'predicates.p.pattern': '(',
  },
  { predicates: 'p', 'predicates.p.type': `${T}.predicates.HasHeaderKey` },
  { 'topic.creation.groups': 'g' },
  { 'topic.creation.default.partitions': '0' },
  { 'topic.creation.default.replication.factor': '0', 'topic.creation.default.partitions': '1' },
  { 'topic.creation.groups': 'default' },
  { 'exactly.once.support': 'required' },
  { 'exactly.once.support': 'maybe' },
  { 'transaction.boundary': 'never' },
  { 'transaction.boundary': 'connector' },
  { 'transaction.boundary.interval.ms': '0' },
  { 'offsets.storage.topic': '' },
  { 'errors.deadletterqueue.topic.replication.factor': 'x' },
  { 'connector.class': 'NoSuchConnector' },
  { 'connector.class': '' },
  { 'connector.class': STRING },
  { 'connector.plugin.version': '1.0' },
  { 'connector.plugin.version': '4.3.1' },
  { 'key.converter.plugin.version': '0' },
  { 'producer.override.acks': '1' },
  { 'consumer.override.max.poll.records': '10' },
  { name: 'another' },
  { name: '' },
];
