/** Random calls about plugins and loggers, and those that hardly anybody makes. */
import type { Random } from '../random.ts';
import { call, JSON_TYPE, OWN_NAME, type Call } from './call.ts';
import { badConfig, SINKS, sinkConfig, SOURCES, sourceConfig } from './configs.ts';
import { nameOf } from './connector-calls.ts';

const CLASSES = [...SOURCES, ...SINKS];
const T = 'org.apache.kafka.connect.transforms';
const KINDS_OF_PLUGIN = [
  ...CLASSES,
  `${T}.HoistField$Value`,
  `${T}.InsertField$Key`,
  `${T}.Cast$Value`,
  `${T}.Flatten$Value`,
  `${T}.RegexRouter`,
  `${T}.TimestampConverter$Value`,
  `${T}.ReplaceField$Value`,
  `${T}.MaskField$Value`,
  `${T}.ValueToKey`,
  `${T}.Filter`,
  `${T}.DropHeaders`,
  `${T}.HeaderFrom$Value`,
  `${T}.InsertHeader`,
  `${T}.SetSchemaMetadata$Value`,
  `${T}.TimestampRouter`,
  `${T}.ExtractField$Value`,
  `${T}.predicates.HasHeaderKey`,
  `${T}.predicates.TopicNameMatches`,
  `${T}.predicates.RecordIsTombstone`,
  'org.apache.kafka.connect.json.JsonConverter',
  'org.apache.kafka.connect.storage.StringConverter',
  'org.apache.kafka.connect.converters.ByteArrayConverter',
  'org.apache.kafka.connect.converters.LongConverter',
  'org.apache.kafka.connect.converters.BooleanConverter',
  'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  'JsonConverter',
  'HoistField',
  'Filter',
  'RegexRouter',
  'SimpleHeaderConverter',
  'NoSuch',
  'RecordIsTombstone',
];

export function plugins(random: Random): Call {
  if (random.below(3) === 0) {
    const query = random.pick([
      '',
      '?connectorsOnly=true',
      '?connectorsOnly=false',
      '?connectorsOnly=x',
      '?connectorsOnly=',
      '?connectorsOnly=false&connectorsOnly=true',
    ]);
    return call('GET', `/connector-plugins${query}`);
  }
  const version = random.pick([
    '',
    '',
    '',
    '',
    '?version=4.3.1',
    '?version=latest',
    '?version=1',
    '?version=',
    '?version=%5B4.3.1%5D',
    '?version=%5B1,9)',
    '?version=x',
  ]);
  return call(
    'GET',
    `/connector-plugins/${encodeURIComponent(random.pick(KINDS_OF_PLUGIN))}/config${version}`,
  );
}

export function validate(random: Random): Call {
  const isSource = random.below(2) === 0;
  const base = isSource ? sourceConfig(random) : sinkConfig(random);
  const config: Record<string, unknown> = random.below(4) === 0 ? { ...base } : badConfig(random);
  if (random.below(3) > 0) config['name'] = `${OWN_NAME}v`;
  const given = config['connector.class'];
  const plugin =
    random.below(5) === 0 || typeof given !== 'string' || given === ''
      ? random.pick(CLASSES)
      : given;
  return call(
    'PUT',
    `/connector-plugins/${plugin}/config/validate`,
    random.below(25) === 0 ? random.pick<unknown>([null, [], {}, 'x', { a: [] }]) : config,
  );
}

export function loggers(random: Random): Call {
  const logger = random.pick(['root', 'org.example.a', 'org.example', 'nope.never']);
  const scope = random.pick([
    '',
    '',
    '?scope=worker',
    '?scope=cluster',
    '?scope=WORKER',
    '?scope=galaxy',
    '?scope=',
  ]);
  const level = random.pick<unknown>([
    { level: 'DEBUG' },
    { level: 'info' },
    { level: 'WARN' },
    { level: 'LOUD' },
    { level: '' },
    { level: null },
    { level: 7 },
    {},
    { other: 1 },
    null,
    [],
  ]);
  if (logger === 'root') return call('GET', '/admin/loggers/root');
  if (random.below(3) === 0) return call('GET', `/admin/loggers/${logger}`);
  return call('PUT', `/admin/loggers/${logger}${scope}`, level);
}

/** Bodies that are none, or not what they say. */
export function malformed(random: Random): Call {
  const target = nameOf(random);
  const [method, path] = random.pick([
    ['POST', '/connectors'],
    ['PUT', `/connectors/${target}/config`],
    ['PATCH', `/connectors/${target}/config`],
    ['PATCH', `/connectors/${target}/offsets`],
    ['PUT', '/connector-plugins/FileStreamSource/config/validate'],
    ['PUT', '/admin/loggers/org.example'],
  ] as const);
  const body = random.pick([
    '{',
    '',
    undefined,
    '{"a":1}x',
    'plain',
    '{"a":}',
    '{"a":1,}',
    "{'a':1}",
    '{"level":"INFO","level":"WARN"}',
    '\u0000',
    '{"name":"\\ud800"}',
  ]);
  const type = random.pick([
    'application/json',
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    undefined,
    'nonsense',
    'application/*',
  ]);
  return { method, path, headers: type === undefined ? {} : { 'content-type': type }, body };
}

/** Paths, methods and headers that hardly anybody sends. */
export function odd(random: Random): Call {
  const target = nameOf(random);
  const paths = [
    '/',
    '/health',
    '/connectors',
    '/connectors/',
    `/connectors/${target}`,
    `/connectors/${target}/`,
    `/connectors/${target}/status/`,
    `/connectors/${target}/tasks/0/restart`,
    `/connectors/${target}/offsets`,
    `/connectors/${target}/restart`,
    `/connectors/${target}/stop`,
    '/connector-plugins',
    '/connector-plugins/FileStreamSource/config',
    '/admin/loggers/root',
    '/admin',
    '/nope',
    '/connectors/a/b/c',
    '//',
    '/connectors//status',
    '/Connectors',
  ];
  const fixed: readonly Call[] = [
    call('POST', `/connectors/${target}/tasks`, []),
    call('PUT', `/connectors/${target}/fence`),
    call('GET', `/connectors/${target}?forward=true`),
    call('DELETE', `/connectors/${OWN_NAME}none?forward=false`),
    {
      ...call('GET', '/connectors'),
      headers: {
        accept: random.pick([
          'text/html',
          'application/xml',
          '*/*',
          'application/json;q=0.5',
          'text/html, application/json',
          'nonsense',
        ]),
      },
    },
    { ...call('GET', '/'), headers: { origin: 'http://elsewhere.example' } },
    call(
      'GET',
      random.pick([
        '/connectors/%2F/status',
        '/connectors/%zz',
        '/connectors/%00',
        '/connectors/..',
        '/connectors/.',
        '/connectors/a;b=c',
        '/connectors/%3F',
        '/connectors/a%25b',
        '/connectors/a+b',
        '/connectors?expand=%zz',
      ]),
    ),
    {
      method: 'POST',
      path: '/connectors',
      headers: JSON_TYPE,
      body: `{"name":"${OWN_NAME}c0","name":"${OWN_NAME}c1","config":{}}`,
    },
  ];
  if (random.below(2) === 0) return random.pick(fixed);
  return call(
    random.pick([
      'HEAD',
      'HEAD',
      'OPTIONS',
      'OPTIONS',
      'GET',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'TRACE',
    ]),
    random.pick(paths),
  );
}
