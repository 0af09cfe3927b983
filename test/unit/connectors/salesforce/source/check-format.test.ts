import { describe, expect, test } from 'vitest';
import { formatFindings } from '../../../../../connectors/salesforce/source/check-format.ts';
import { sourceConfig } from '../../../../../connectors/salesforce/source/config.ts';
import { Config } from '../../../../../src/config/config.ts';

const AVRO = 'io.confluent.connect.avro.AvroConverter';
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';
const INSERT = 'org.apache.kafka.connect.transforms.InsertField$Value';

function paths(properties: Record<string, string>, inherited: string | undefined = AVRO): string[] {
  const config = new Config(sourceConfig, { 'output.format': 'raw', ...properties });
  return formatFindings(config, inherited).map(({ path }) => path);
}

describe('output.format=raw', () => {
  test.each([{}, { 'value.converter': 'AvroConverter' }, { 'value.converter': ` ${AVRO} ` }])(
    'goes with AvroConverter: %j',
    (properties) => expect(paths(properties)).toEqual([]),
  );

  test.each([
    ['the connector’s own', { 'value.converter': 'StringConverter' }, AVRO],
    ['the worker’s', {}, JSON_CONVERTER],
  ])('is refused with %s other converter', (_whose, properties, inherited) => {
    expect(paths(properties, inherited)).toEqual(['value.converter']);
  });

  test('says what to set', () => {
    const config = new Config(sourceConfig, { 'output.format': 'raw' });
    const [finding] = formatFindings(config, JSON_CONVERTER);
    expect(finding?.message).toContain('JsonConverter');
    expect(finding?.message).toContain(`value.converter=${AVRO}`);
  });

  test('is refused with the latest schema for values written already', () => {
    const properties = { 'value.converter': AVRO, 'value.converter.use.latest.version': 'true' };
    expect(paths(properties)).toEqual(['value.converter.use.latest.version']);
  });

  test('is refused with transforms that look into the value, if they are in use', () => {
    const properties = {
      transforms: 'route, stamp, key',
      'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.stamp.type': INSERT,
      'transforms.key.type': 'ValueToKey',
      'transforms.unused.type': INSERT,
    };
    expect(paths(properties)).toEqual(['transforms.stamp.type', 'transforms.key.type']);
  });
});

test('output.format=change goes with any of them', () => {
  const more = { 'output.format': 'change', transforms: 'a', 'transforms.a.type': INSERT };
  expect(paths(more, JSON_CONVERTER)).toEqual([]);
});
