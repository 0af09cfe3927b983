/** Random calls about connectors that may exist. */
import type { Random } from '../random.ts';
import { call, OWN_FOLDER, OWN_NAME, type Call } from './call.ts';
import { badConfig, goodConfig, sourceConfig } from './configs.ts';

const NAMES = ['c0', 'c1', 'c2', 'c3'].map((each) => `${OWN_NAME}${each}`);
/** A connector that may exist; one in ten that never does. */
export function nameOf(random: Random): string {
  return random.below(10) === 0
    ? random.pick([
        `${OWN_NAME}none`,
        `${OWN_NAME}nope`,
        `${OWN_NAME}%20`,
        `${OWN_NAME}a%20b`,
        `${OWN_NAME}%C3%A4`,
      ])
    : random.pick(NAMES);
}

export function create(random: Random): Call {
  const states = [undefined, undefined, 'STOPPED', 'PAUSED', 'RUNNING', 'stopped', 'paused'];
  const initial = random.pick(states);
  const config = random.below(4) === 0 ? badConfig(random) : goodConfig(random);
  return call('POST', `/connectors${random.pick(['', '', '', '?forward=true'])}`, {
    name: random.pick(NAMES),
    config,
    ...(initial === undefined ? {} : { initial_state: initial }),
  });
}

const BAD_NAMES = [
  '',
  ' ',
  '.',
  '..',
  'sl/ash',
  'tab\there',
  'nul\0',
  '\u001b[0m',
  'line\nbreak',
  '\u007f',
  '\u0085',
];

export function badCreate(random: Random): Call {
  const config = sourceConfig(random);
  const named = random.pick(NAMES);
  return call(
    'POST',
    '/connectors',
    random.pick<unknown>([
      { name: random.pick(BAD_NAMES), config: { ...config, 'tasks.max': 'x' } },
      { name: random.pick(BAD_NAMES.slice(5)), config },
      { name: named },
      { name: named, config: null },
      { name: named, config: [] },
      { name: named, config: 'text' },
      { name: named, config: {} },
      { name: 7, config: {} },
      { name: null, config },
      { config: { ...config, 'tasks.max': 'x' } },
      { config: { ...config, name: named, 'tasks.max': 'x' } },
      { name: named, config, initial_state: random.pick(['BROKEN', '', 'DESTROYED', 1]) },
      { name: named, config, extra: true },
      { name: named, config: { ...config, list: ['a'] } },
      { name: named, config: { ...config, object: {} } },
      { name: named, config: { ...config, name: 'another' } },
      [],
      'text',
      7,
      null,
      true,
    ]),
  );
}

export function putConfig(random: Random): Call {
  const config = random.below(3) === 0 ? badConfig(random) : goodConfig(random);
  const target = nameOf(random);
  const also = random.pick([{}, {}, { name: decodeURIComponent(target) }, { name: 'another' }]);
  return call('PUT', `/connectors/${random.pick([target, ...NAMES])}/config`, {
    ...config,
    ...also,
  });
}

export function patchConfig(random: Random): Call {
  const bad = badConfig(random);
  // Without a file, Connect's connectors use standard input and output; ours have none.
  const [key, value] = random.pick(Object.entries(bad).filter(([each]) => each !== 'file'));
  const patch = random.pick<unknown>([
    { 'own.property': String(random.below(3)) },
    { 'own.property': null },
    { 'tasks.max': 1 + random.below(2) },
    { [key]: value },
    { [key]: null },
    {},
    { name: 'another' },
    { name: null },
    null,
    [],
    { list: [] },
  ]);
  return call('PATCH', `/connectors/${nameOf(random)}/config`, patch);
}

export function list(random: Random): Call {
  const queries = [
    '',
    '?expand=status',
    '?expand=info',
    '?expand=status&expand=info',
    '?expand=info&expand=info',
  ];
  const odd = [
    '?expand=unknown',
    '?expand',
    '?expand=',
    '?expand=STATUS',
    '?forward=false',
    '?expand=status,info',
    '?x=y',
  ];
  return call('GET', `/connectors${random.pick([...queries, ...queries, ...odd])}`);
}

export function read(random: Random): Call {
  const things = ['', '/config', '/tasks', '/status', '/topics'];
  const tasks = [
    '/tasks/0/status',
    '/tasks/1/status',
    '/tasks/7/status',
    '/tasks/-1/status',
    '/tasks/x/status',
    '/tasks-config',
    '/tasks/0',
    '/tasks/99999999999/status',
    '/tasks/00/status',
    '/tasks/+0/status',
  ];
  return call(
    'GET',
    `/connectors/${nameOf(random)}${random.pick([...things, ...things, ...tasks])}`,
  );
}

export function restart(random: Random): Call {
  const values = ['true', 'false', 'TRUE', 'perhaps', ''];
  const parts = ['includeTasks', 'onlyFailed'].flatMap((key) =>
    random.below(2) === 0 ? [] : [`${key}=${random.pick(values)}`],
  );
  return call(
    'POST',
    `/connectors/${nameOf(random)}/restart${parts.length === 0 ? '' : `?${parts.join('&')}`}`,
  );
}

export function restartTask(random: Random): Call {
  return call(
    'POST',
    `/connectors/${nameOf(random)}/tasks/${random.pick(['0', '0', '1', '5', 'x', '-1'])}/restart`,
  );
}

export function alterOffsets(random: Random): Call {
  const source = { filename: `${OWN_FOLDER}in.txt` };
  const sink = { kafka_topic: `${OWN_NAME}lines`, kafka_partition: 0 };
  const at = { position: random.below(8) };
  const good = [
    { partition: source, offset: at },
    { partition: source, offset: null },
    { partition: { filename: 'elsewhere' }, offset: at },
    { partition: sink, offset: { kafka_offset: random.below(3) } },
    { partition: sink, offset: null },
    { partition: { ...sink, kafka_partition: '0' }, offset: { kafka_offset: '1' } },
  ];
  const odd = [
    { partition: source, offset: { position: -1 } },
    { partition: source, offset: { position: '3' } },
    { partition: source, offset: { position: 1.5 } },
    { partition: source, offset: {} },
    { partition: {}, offset: at },
    { partition: { filename: 7 }, offset: at },
    { partition: null, offset: at },
    { offset: at },
    { partition: source },
    { partition: sink, offset: { kafka_offset: -1 } },
    { partition: sink, offset: { kafka_offset: 'x' } },
    { partition: sink, offset: { kafka_offset: 2.5 } },
    { partition: sink, offset: { other: 1 } },
    { partition: { kafka_topic: 'x' }, offset: { kafka_offset: 1 } },
    { partition: { ...sink, kafka_partition: 'x' }, offset: { kafka_offset: 1 } },
    { partition: { ...sink, kafka_partition: -1 }, offset: { kafka_offset: 1 } },
    { partition: source, offset: at, more: 1 },
    'text',
    null,
  ];
  const entry = (): unknown => random.pick<unknown>(random.below(3) === 0 ? odd : good);
  const body = random.pick<unknown>([
    { offsets: [entry()] },
    { offsets: [entry()] },
    { offsets: [entry()] },
    { offsets: [entry(), entry()] },
    { offsets: [] },
    { offsets: null },
    {},
    { offsets: {} },
    [],
    { offsets: [entry()], more: 1 },
  ]);
  return call('PATCH', `/connectors/${nameOf(random)}/offsets`, body);
}
