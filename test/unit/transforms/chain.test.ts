import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configKeys } from '../../../src/config/keys.ts';
import { findingsOf, validateConfig } from '../../../src/config/validate.ts';
import { INT64, STRING, TIMESTAMP, optional, struct } from '../../../src/data/build.ts';
import type { SinkRecord, SourceRecord } from '../../../src/data/record.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { aliasKeys } from '../../../src/transforms/alias-keys.ts';
import { PREDICATES, TRANSFORMS } from '../../../src/transforms/catalog.ts';
import { buildTransformChain } from '../../../src/transforms/chain.ts';

const schema = struct('com.acme.Account', { Id: STRING, Revenue: optional(INT64) });
const record: SourceRecord = {
  topic: 'crm.Account',
  kafkaPartition: 3,
  key: null,
  valueSchema: schema,
  value: { Id: '001', Revenue: 5n },
  headers: [{ key: 'op', value: 'create' }],
  timestamp: 1_700_000_000_000,
};
const schemaless: SourceRecord = { ...record, valueSchema: undefined, value: { Id: '001' } };

const chainOf = (options: Record<string, string>) =>
  buildTransformChain({
    transforms: 't',
    ...Object.fromEntries(
      Object.entries(options).map(([name, value]) => [`transforms.t.${name}`, value]),
    ),
  });

describe('InsertField', () => {
  const all = {
    type: 'org.apache.kafka.connect.transforms.InsertField$Value',
    'topic.field': '_topic!',
    'partition.field': '_partition',
    'timestamp.field': '_at?',
    'static.field': '_org',
    'static.value': '00D',
  };

  it('adds the record’s metadata as fields with their schema', () => {
    const result = chainOf(all).apply(record);
    expect(result?.value).toEqual({
      Id: '001',
      Revenue: 5n,
      _topic: 'crm.Account',
      _partition: 3,
      _at: 1_700_000_000_000n,
      _org: '00D',
    });
    expect(result?.valueSchema?.fields?.slice(2)).toEqual([
      { name: '_topic', schema: STRING },
      { name: '_partition', schema: { type: 'int32', optional: true } },
      { name: '_at', schema: optional(TIMESTAMP) },
      { name: '_org', schema: optional(STRING) },
    ]);
    expect(record.value).toEqual({ Id: '001', Revenue: 5n });
  });

  it('makes one schema per schema, so that converters’ caches hold', () => {
    const chain = chainOf(all);
    expect(chain.apply(record)?.valueSchema).toBe(chain.apply({ ...record })?.valueSchema);
  });

  it('adds fields without a schema, and to the key', () => {
    expect(chainOf(all).apply(schemaless)?.value).toMatchObject({ _at: 1_700_000_000_000 });
    const onKey = chainOf({ ...all, type: 'InsertField$Key' });
    const result = onKey.apply({ ...record, keySchema: schema, key: { Id: '1' } });
    expect(result?.key).toMatchObject({ Id: '1', _topic: 'crm.Account' });
    expect(result?.value).toBe(record.value);
  });

  it('adds the offset of a sink’s records only', () => {
    const offset = chainOf({ type: 'InsertField$Value', 'offset.field': '_offset' });
    const sinkRecord = { ...record, kafkaOffset: 7n } as unknown as SinkRecord;
    expect(offset.apply(sinkRecord)?.value).toMatchObject({ _offset: 7n });
    expect(() => offset.apply(record)).toThrow('Only SinkRecord supported for [field insertion]');
  });

  it('lets tombstones pass and refuses what has no fields', () => {
    const tombstone = { ...record, valueSchema: undefined, value: null };
    expect(chainOf(all).apply(tombstone)).toBe(tombstone);
    expect(() => chainOf(all).apply({ ...record, valueSchema: STRING, value: 'text' })).toThrow(
      'Only Struct objects supported for [field insertion], found: java.lang.String',
    );
  });

  it('refuses a name the record has already', () => {
    const clash = chainOf({ ...all, 'topic.field': 'Id' });
    expect(() => clash.apply(record)).toThrow('field name duplication Id');
  });

  it('needs something to insert, and a value for a static field', () => {
    expect(() => chainOf({ type: 'InsertField$Value' })).toThrow(
      expect.objectContaining({
        kind: 'config',
        message: expect.stringContaining('No field insertion') as string,
      }),
    );
    expect(() => chainOf({ type: 'InsertField$Value', 'static.field': 'x' })).toThrow(
      expect.objectContaining({ path: 'transforms.t.static.value' }),
    );
  });
});

describe('ValueToKey', () => {
  it('makes a key of the value’s fields, with a schema when there is one', () => {
    const chain = chainOf({ type: 'ValueToKey', fields: 'Revenue, Id' });
    const result = chain.apply(record);
    expect(result?.key).toEqual({ Revenue: 5n, Id: '001' });
    expect(result?.keySchema?.fields?.map((field) => field.name)).toEqual(['Revenue', 'Id']);
    expect(chain.apply(record)?.keySchema).toBe(result?.keySchema);
    expect(chain.apply(schemaless)).toMatchObject({
      keySchema: undefined,
      key: { Id: '001', Revenue: null },
    });
  });

  it('takes a field’s default for null unless told not to', () => {
    const withDefault: Schema = {
      ...schema,
      fields: [{ name: 'Region', schema: { type: 'string', optional: true, default: 'EU' } }],
    };
    const given = { ...record, valueSchema: withDefault, value: { Region: null } };
    expect(chainOf({ type: 'ValueToKey', fields: 'Region' }).apply(given)?.key).toEqual({
      Region: 'EU',
    });
    const kept = chainOf({
      type: 'ValueToKey',
      fields: 'Region',
      'replace.null.with.default': 'false',
    });
    expect(kept.apply(given)?.key).toEqual({ Region: null });
  });

  it('names the field a value doesn’t have', () => {
    const chain = chainOf({ type: 'ValueToKey', fields: 'Nope' });
    expect(() => chain.apply(record)).toThrow(
      expect.objectContaining({ kind: 'data', path: 'Nope' }),
    );
  });
});

describe('RegexRouter', () => {
  it('renames a topic that matches as a whole', () => {
    const chain = chainOf({ type: 'RegexRouter', regex: 'crm\\.(.*)', replacement: 'sf-$1' });
    expect(chain.apply(record)?.topic).toBe('sf-Account');
    const other = { ...record, topic: 'x.crm.Account' };
    expect(chain.apply(other)).toBe(other);
  });

  it('names the property of a pattern that doesn’t work here', () => {
    expect(() => chainOf({ type: 'RegexRouter', regex: 'a++', replacement: '' })).toThrow(
      expect.objectContaining({ kind: 'config', path: 'transforms.t.regex' }),
    );
  });
});

describe('predicates', () => {
  const filter = (predicate: Record<string, string>, negate = 'false') =>
    buildTransformChain({
      transforms: 'drop',
      'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.drop.predicate': 'p',
      'transforms.drop.negate': negate,
      predicates: 'p',
      ...Object.fromEntries(
        Object.entries(predicate).map(([name, value]) => [`predicates.p.${name}`, value]),
      ),
    });
  const tombstone = { ...record, value: null };

  it.each([
    [{ type: 'TopicNameMatches', pattern: 'crm\\..*' }, record, true],
    [{ type: 'TopicNameMatches', pattern: 'crm' }, record, false],
    [{ type: 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone' }, tombstone, true],
    [{ type: 'RecordIsTombstone' }, record, false],
    [{ type: 'HasHeaderKey', name: 'op' }, record, true],
    [{ type: 'HasHeaderKey', name: 'other' }, record, false],
  ] as const)('%j', (predicate, given, holds) => {
    expect(filter(predicate).apply(given)).toBe(holds ? undefined : given);
    expect(filter(predicate, 'true').apply(given)).toBe(holds ? given : undefined);
  });

  it('must be defined', () => {
    expect(() =>
      buildTransformChain({
        transforms: 'a',
        'transforms.a.type': 'Filter',
        'transforms.a.predicate': 'q',
      }),
    ).toThrow(expect.objectContaining({ path: 'transforms.a.predicate' }));
  });
});

describe('a chain', () => {
  it('without transforms returns the record itself', () => {
    expect(buildTransformChain({}).apply(record)).toBe(record);
  });

  it('applies its transforms in order', () => {
    const chain = buildTransformChain({
      transforms: 'route,topic',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': '.*\\.(.*)',
      'transforms.route.replacement': '$1',
      'transforms.topic.type': 'InsertField$Value',
      'transforms.topic.topic.field': 't',
    });
    expect(chain.apply(record)).toMatchObject({ topic: 'Account', value: { t: 'Account' } });
  });

  it('names the class that is missing and the nearest there is', () => {
    expect(() => chainOf({ type: 'InsertFeild$Value' })).toThrow(
      expect.objectContaining({
        suggestion: 'Did you mean InsertField$Value?',
        path: 'transforms.t.type',
      }),
    );
  });
});

describe('alias properties', () => {
  it('are defined by their class, with Connect’s error for one that isn’t there', () => {
    const properties = {
      transforms: 'a,b',
      predicates: 'p',
      'transforms.a.type': 'no.such.Smt',
      'transforms.b.type': 'RegexRouter',
      'transforms.b.regex': '(',
      'transforms.b.predicate': 'q',
      'predicates.p.type': 'HasHeaderKey',
    };
    const infos = validateConfig(aliasKeys(properties), properties, { name: 'C' });
    expect(findingsOf(infos).map(({ message }) => message)).toEqual([
      'Invalid value no.such.Smt for configuration transforms.a.type: Class no.such.Smt could not be found.',
      expect.stringMatching(
        /^Invalid value \( for configuration transforms\.b\.regex: Invalid regex/,
      ) as string,
      'Missing required configuration "transforms.b.replacement" which has no default value.',
      'Invalid value q for configuration transforms.b.predicate: There is no predicate of that alias in predicates.',
      'Missing required configuration "predicates.p.name" which has no default value.',
    ]);
    expect(infos.groups).toEqual(['Transforms: a', 'Transforms: b', 'Predicates: p']);
  });

  const golden = join(
    process.env['HEADWATER_SHARED'] ?? '../shared',
    'golden/connect-rest/010-plugin-config-transform.txt',
  );
  it.skipIf(!existsSync(golden))('of InsertField are shown as a real worker shows them', () => {
    const text = readFileSync(golden, 'utf8');
    const answer = text.slice(text.indexOf('### RESPONSE'));
    const insertField = TRANSFORMS.find((known) => known.class.endsWith('InsertField$Value'));
    expect(configKeys(insertField?.config ?? [])).toEqual(
      JSON.parse(answer.slice(answer.indexOf('\n\n'))),
    );
  });

  it('stand in Connect’s order, each alias once, with the version of their class', () => {
    const properties = {
      transforms: 'a, a',
      'transforms.a.type': 'RegexRouter',
      'transforms.a.plugin.version': '9',
      'transforms.a.negate': 'true',
    };
    const def = aliasKeys(properties);
    expect(configKeys(def).map(({ name, order_in_group: order }) => [name, order])).toEqual([
      ['transforms.a.type', 0],
      ['transforms.a.plugin.version', 1],
      ['transforms.a.regex', 2],
      ['transforms.a.replacement', 3],
      ['transforms.a.negate', 4],
      ['transforms.a.predicate', 5],
    ]);
    const infos = validateConfig(def, properties, { name: 'C' });
    expect(findingsOf(infos).map(({ message }) => message)).toEqual([
      "Config 'transforms.a.negate' was provided but there is no config 'transforms.a.predicate' defining a predicate to be negated.",
      'Plugin org.apache.kafka.connect.transforms.RegexRouter not found that matches the version range [9,9], available versions: [4.3.1]',
      expect.stringContaining('transforms.a.regex') as string,
      expect.stringContaining('transforms.a.replacement') as string,
    ]);
  });

  it('have a class name each, once', () => {
    const names = [...TRANSFORMS, ...PREDICATES].map((known) => known.class);
    expect(new Set(names).size).toBe(names.length);
  });
});
