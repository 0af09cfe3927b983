import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commonDef, connectorDef } from '../../../src/config/connector-def.ts';
import type { ConfigDef, ConfigKey, Properties } from '../../../src/config/definition.ts';
import { configKeys } from '../../../src/config/keys.ts';
import { invalidConfigMessage, validateConfig } from '../../../src/config/validate.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../../../src/config/validation.ts';

const golden = join(process.env['HEADWATER_SHARED'] ?? '../shared', 'golden', 'connect-rest');

/** What a real Connect 4.3.1 worker answered. */
function answer(file: string): unknown {
  const text = readFileSync(join(golden, file), 'utf8');
  const response = text.slice(text.indexOf('### RESPONSE'));
  return JSON.parse(response.slice(response.indexOf('\n\n')));
}

const FILE_SOURCE = 'org.apache.kafka.connect.file.FileStreamSourceConnector';
const own = (key: Pick<ConfigKey, 'name' | 'type' | 'documentation'> & Partial<ConfigKey>) => ({
  importance: 'HIGH' as const,
  group: '',
  displayName: key.name,
  ...key,
});
const fileSource: ConfigDef = [
  own({
    name: 'file',
    type: 'STRING',
    default: null,
    documentation: 'Source filename. If not specified, the standard input will be used',
  }),
  own({ name: 'topic', type: 'STRING', documentation: 'The topic to publish data to' }),
  own({
    name: 'batch.size',
    type: 'INT',
    default: '2000',
    importance: 'LOW',
    documentation:
      'The maximum number of records the source task can read from the file each time it is polled',
  }),
];

const CONVERTERS = [
  ...['Boolean', 'ByteArray', 'Double', 'Float', 'Integer', 'Long', 'Short'].map(
    (name) => `org.apache.kafka.connect.converters.${name}Converter`,
  ),
  'org.apache.kafka.connect.json.JsonConverter',
  'org.apache.kafka.connect.storage.StringConverter',
];
const HEADER_CONVERTERS = [...CONVERTERS];
HEADER_CONVERTERS.splice(8, 0, 'org.apache.kafka.connect.storage.SimpleHeaderConverter');

function validate(properties: Properties): ConfigInfos {
  const def = connectorDef(fileSource, [], properties, {
    type: 'source',
    version: '4.3.1',
    worker: {
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'header.converter': 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    },
    converters: CONVERTERS.map((name) => ({ class: name })),
    headerConverters: HEADER_CONVERTERS.map((name) => ({ class: name })),
  });
  return validateConfig(def, properties, { name: FILE_SOURCE });
}

describe.skipIf(!existsSync(golden))('answers of a real Connect worker', () => {
  it('validates a good configuration to the same answer', () => {
    const infos = validate({
      name: 'v1',
      'connector.class': FILE_SOURCE,
      'tasks.max': '1',
      file: '/tmp/x',
      topic: 't',
    });
    expect(infos).toEqual(answer('014-validate-ok.txt'));
  });

  it('validates a bad configuration to the same answer', () => {
    const infos = validate({ name: 'v1', 'connector.class': FILE_SOURCE, 'tasks.max': 'zero' });
    expect(infos).toEqual(answer('015-validate-errors.txt'));
  });

  it('writes a definition’s properties in the same order', () => {
    const expected = answer('014-validate-ok.txt') as ConfigInfos;
    const infos = validate({ name: 'v1', topic: 't' });
    const first = infos.configs[0];
    expect(Object.keys(first?.definition ?? {})).toEqual(
      Object.keys(expected.configs[0]?.definition ?? {}),
    );
    expect(Object.keys(first?.value ?? {})).toEqual(Object.keys(expected.configs[0]?.value ?? {}));
  });

  it('shows a source’s properties as the plugin endpoint does', () => {
    const ours = configKeys([...fileSource, ...commonDef('source')]);
    const theirs = (answer('008-plugin-config-source.txt') as ConfigKeyInfo[]).map((key) =>
      key.name === 'connector.plugin.version' ? { ...key, default_value: null } : key,
    );
    expect(ours).toEqual(theirs);
  });

  it.each([
    ['022-create-invalid-config.txt', { 'tasks.max': '0', 'batch.size': 'abc' }],
    ['026-create-empty-name.txt', { name: '', file: '/tmp/x', topic: 't' }],
    ['039-create-control-char.txt', { name: 'a\u0007b', topic: 't' }],
    ['043-create-bad-converter.txt', { 'value.converter': 'no.such.Conv', topic: 't' }],
  ])('refuses with the text of %s', (file, properties) => {
    const infos = validate({
      name: 'x1',
      'connector.class': FILE_SOURCE,
      ...(properties as Properties),
    });
    expect(invalidConfigMessage(infos)).toBe((answer(file) as { message: string }).message);
  });
});
