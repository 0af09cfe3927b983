import { describe, expect, it } from 'vitest';
import { commonFindings, connectorDef } from '../../../src/config/connector-def.ts';
import type { ConfigDef, ConfigKey } from '../../../src/config/definition.ts';
import { parseValue } from '../../../src/config/parse.ts';
import { unknownProperties } from '../../../src/config/unknown.ts';
import { findingsOf, validateConfig, withFindings } from '../../../src/config/validate.ts';
import { WORKER_PREFIXES, workerDef } from '../../../src/config/worker.ts';

const key = (name: string, type: ConfigKey['type'], rest: Partial<ConfigKey> = {}): ConfigKey => ({
  name,
  type,
  importance: 'HIGH',
  documentation: `About ${name}.`,
  group: 'Own',
  displayName: name,
  ...rest,
});

describe('a value', () => {
  it.each([
    ['INT', ' 12 ', 12, '12'],
    ['INT', '+5', 5, '5'],
    ['LONG', '9223372036854775807', Number(2n ** 63n), '9223372036854775807'],
    ['BOOLEAN', 'TRUE', true, 'true'],
    ['DOUBLE', '1', 1, '1.0'],
    ['LIST', 'a , b,c', ['a', 'b', 'c'], 'a,b,c'],
    ['LIST', '', [], ''],
    ['STRING', ' x ', 'x', 'x'],
    ['PASSWORD', ' x ', ' x ', '[hidden]'],
  ] as const)('of type %s reads %j', (type, raw, value, text) => {
    expect(parseValue(key('k', type), raw)).toEqual({ value, text, errors: [] });
  });

  it.each([
    ['INT', '2147483648', 'Not a number of type INT'],
    ['SHORT', '40000', 'Not a number of type SHORT'],
    ['LONG', '1.5', 'Not a number of type LONG'],
    ['DOUBLE', 'x', 'Not a number of type DOUBLE'],
    ['BOOLEAN', 'yes', 'Expected value to be either true or false'],
  ] as const)('of type %s refuses %j', (type, raw, problem) => {
    const { errors } = parseValue(key('k', type), raw);
    expect(errors).toEqual([`Invalid value ${raw} for configuration k: ${problem}`]);
  });

  it('never shows a password in an error', () => {
    const secret = key('k', 'PASSWORD', { check: () => 'Too short' });
    expect(parseValue(secret, 'hunter2').errors).toEqual([
      'Invalid value [hidden] for configuration k: Too short',
    ]);
  });

  it('must be one of the allowed ones, each of a list', () => {
    const one = key('k', 'STRING', { values: ['a', 'b'] });
    expect(parseValue(one, 'c').errors).toEqual([
      'Invalid value c for configuration k: String must be one of: a, b',
    ]);
    const list = key('k', 'LIST', { values: ['a', 'b'] });
    expect(parseValue(list, 'a,b').errors).toEqual([]);
    expect(parseValue(list, 'a,c').errors).toHaveLength(1);
  });
});

describe('validation', () => {
  const def: ConfigDef = [
    key('salesforce.instance', 'STRING'),
    key('salesforce.password', 'PASSWORD', { default: null }),
    key('page.size', 'INT', { default: '100', min: 1, max: 200, order: 7 }),
  ];

  it('names the property a misspelt one was meant to be', () => {
    const infos = validateConfig(
      def,
      { 'salesforce.instanse': 'https://x', 'transforms.a.type': 'T', colour: 'blue' },
      { name: 'C' },
    );
    expect(findingsOf(infos)).toEqual([
      {
        path: 'salesforce.instance',
        message: 'Missing required configuration "salesforce.instance" which has no default value.',
      },
      {
        path: 'salesforce.instanse',
        message: 'Unknown property salesforce.instanse: did you mean salesforce.instance?',
      },
    ]);
    expect(infos.error_count).toBe(2);
  });

  it('warns of what looks like nothing known, and of nothing under an open prefix', () => {
    const properties = {
      'salesforce.instance': 'x',
      colour: 'blue',
      'producer.override.acks': 'all',
      'topic.creation.default.partitions': '1',
      'value.converter.schemas.enable': 'false',
      'errors.something': 'x',
    };
    expect(unknownProperties(def, properties)).toEqual({
      errors: [],
      warnings: [{ path: 'colour', message: 'Unknown property colour: it is ignored.' }],
    });
  });

  it('hides passwords and answers references as written', () => {
    const infos = validateConfig(
      def,
      {
        'salesforce.instance': 'https://resolved',
        'salesforce.password': 'hunter2',
        'page.size': '5',
      },
      {
        name: 'C',
        written: { 'salesforce.instance': '${env:URL}', 'salesforce.password': '${env:PW}' },
      },
    );
    expect(infos.configs.map(({ value }) => value.value)).toEqual(['${env:URL}', '${env:PW}', '5']);
    const plain = validateConfig(def, { 'salesforce.password': 'hunter2' }, { name: 'C' });
    expect(JSON.stringify(plain)).not.toContain('hunter2');
  });

  it('puts a connector’s findings on their properties and counts them', () => {
    const infos = validateConfig(def, { 'salesforce.instance': 'x' }, { name: 'C' });
    const found = withFindings(infos, [
      { path: 'page.size', message: 'Too many.' },
      { path: 'elsewhere', message: 'Odd.' },
    ]);
    expect(found.error_count).toBe(2);
    expect(findingsOf(found).map(({ path }) => path)).toEqual(['page.size', 'elsewhere']);
    expect(infos.error_count).toBe(0);
  });

  it('shows groups, orders and recommendations', () => {
    const infos = validateConfig(def, { 'salesforce.instance': 'x' }, { name: 'C' });
    expect(infos.groups).toEqual(['Own']);
    expect(infos.configs.map(({ definition }) => definition.order_in_group)).toEqual([1, 2, 7]);
  });
});

describe('a misspelt name', () => {
  const def = [
    key('errors.tolerance', 'STRING', { default: 'none' }),
    key('transforms.a.type', 'CLASS'),
    key('name', 'STRING'),
  ];
  it.each([
    ['errors.tolerence', 1],
    ['nme', 1],
    ['nmz', 0],
    // An alias that isn't listed may be kept for later.
    ['transforms.b.type', 0],
  ])('%s is an error %i times', (name, times) => {
    expect(unknownProperties(def, { [name]: 'x' }).errors).toHaveLength(times);
  });
});

describe('a sink’s topics', () => {
  it.each([
    [
      {},
      [
        'Must configure one of topics or topics.regex',
        'Must configure one of topics or topics.regex',
      ],
    ],
    [
      { topics: 'a', 'topics.regex': 'b' },
      Array(2).fill('topics and topics.regex are mutually exclusive options, but both are set.'),
    ],
    [
      { topics: 'a,dlq', 'errors.deadletterqueue.topic.name': 'dlq' },
      [
        "The DLQ topic 'dlq' may not be included in the list of topics ('topics=[a, dlq]') consumed by the connector",
      ],
    ],
    [
      { 'topics.regex': '(?i)DLQ|a', 'errors.deadletterqueue.topic.name': 'dlq' },
      [
        "The DLQ topic 'dlq' may not be included in the regex matching topics ('topics.regex=(?i)DLQ|a') consumed by the connector",
      ],
    ],
    [{ 'topics.regex': 'dl', 'errors.deadletterqueue.topic.name': 'dlq' }, []],
    [{ topics: 'a' }, []],
  ])('%j', (properties, messages) => {
    expect(commonFindings('sink', properties).map(({ message }) => message)).toEqual(messages);
  });

  it('need a regular expression that works here', () => {
    const properties = { name: 'n', 'connector.class': 'C', 'topics.regex': 'a++' };
    const sink = connectorDef([], [], properties, { type: 'sink', version: '1' });
    expect(findingsOf(validateConfig(sink, properties, { name: 'C' }))).toEqual([
      {
        path: 'topics.regex',
        message:
          'Invalid value a++ for configuration topics.regex: Invalid regex: possessive quantifiers are not supported in a++',
      },
    ]);
  });
});

describe('topic creation groups', () => {
  it('require partitions and replicas of the default group once any is used', () => {
    const properties = { name: 'n', 'connector.class': 'C', 'topic.creation.groups': 'big' };
    const def = connectorDef([], [], properties, { type: 'source', version: '1' });
    expect(
      findingsOf(validateConfig(def, properties, { name: 'C' })).map(({ path }) => path),
    ).toEqual(['topic.creation.default.replication.factor', 'topic.creation.default.partitions']);
    const complete = {
      ...properties,
      'topic.creation.default.replication.factor': '-1',
      'topic.creation.default.partitions': '0',
    };
    expect(
      findingsOf(validateConfig(def, complete, { name: 'C' })).map(({ message }) => message),
    ).toEqual([
      'Invalid value 0 for configuration topic.creation.default.partitions: Value must be -1 or at least 1',
    ]);
  });
});

describe('a worker’s properties', () => {
  it('are distributed with a group.id and need its topics', () => {
    const properties = { 'group.id': 'g', 'bootstrap.servers': 'k:9092', 'producer.acks': 'all' };
    const infos = validateConfig(workerDef(properties), properties, {
      name: 'worker',
      prefixes: WORKER_PREFIXES,
    });
    expect(findingsOf(infos).map(({ path }) => path)).toEqual([
      'config.storage.topic',
      'offset.storage.topic',
      'status.storage.topic',
    ]);
  });

  it('are standalone without one and need a file for offsets', () => {
    const infos = validateConfig(
      workerDef({}),
      { 'offset.storage.file.filename': 'o' },
      { name: 'w' },
    );
    expect(infos.error_count).toBe(0);
  });
});
