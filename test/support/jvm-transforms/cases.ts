/** Random cases: a transform or predicate with a configuration, and a record for it. */
import fc from 'fast-check';
import { STRING } from '../../../src/data/build.ts';
import type { Header, SourceRecord } from '../../../src/data/record.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { simpleName } from '../../../src/config/classes.ts';
import { PREDICATES, TRANSFORMS } from '../../../src/transforms/catalog.ts';
import { FIELD_NAMES, schemas, structs, untyped, untypedMap, values } from './data.ts';
import { schemaToWire, valueToWire } from './wire.ts';

export interface TransformCase {
  readonly kind: 'transform' | 'predicate';
  readonly class: string;
  readonly config: Readonly<Record<string, string>>;
  readonly record: SourceRecord & { readonly kafkaOffset?: bigint };
}

const field = fc.constantFrom(...FIELD_NAMES);
const path = fc.oneof(
  field,
  fc.constantFrom('a.b', 'c.d.a', '`e.f`', '`b.a`.c', 'a.`e.f`', 'a.', '`a', '`a`b`'),
);
const list = (min = 0): fc.Arbitrary<string> =>
  fc.array(field, { minLength: min, maxLength: 3 }).map((names) => names.join(','));
const type = fc.constantFrom(
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
  'bytes',
  'no',
);
const spec = fc.oneof(
  type,
  fc
    .array(fc.tuple(field, type), { minLength: 1, maxLength: 3 })
    .map((pairs) => pairs.map((pair) => pair.join(':')).join(',')),
  fc.constantFrom('', 'a:b:c', 'int8,int16', 'a:'),
);
const formats = fc.constantFrom(
  'yyyy-MM-dd',
  'yyyy-MM-dd HH:mm:ss',
  'yyyyMMdd',
  "yyyy-MM-dd'T'HH:mm:ss.SSSX",
  'MMM d, yyyy h:mm a',
  'EEEE D u F G kk KK Z z',
  'HH:mm',
  'bad',
  '',
);

/** Configurations by simple class name; every property may be missing. */
const CONFIGS: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<string>>>>> = {
  Cast: { spec },
  DropHeaders: { headers: fc.constantFrom('h1', 'h1,h2', 'h2,h2', '') },
  ExtractField: { field: path, 'field.syntax.version': fc.constantFrom('V1', 'v2', 'V2', 'V3') },
  Filter: {},
  Flatten: { delimiter: fc.constantFrom('_', '.', '') },
  HeaderFrom: {
    fields: list(1),
    headers: fc.constantFrom('h1', 'h1,x', 'x,y,z', ''),
    operation: fc.constantFrom('move', 'copy', 'steal'),
  },
  HoistField: { field },
  InsertField: {
    'topic.field': fc.constantFrom('t', 't!', 'a', '?'),
    'partition.field': fc.constantFrom('p', 'p!'),
    'offset.field': fc.constantFrom('o', 'o?'),
    'timestamp.field': fc.constantFrom('ts', 'ts!'),
    'static.field': fc.constantFrom('s', 's!'),
    'static.value': fc.constantFrom('fixed', ''),
  },
  InsertHeader: {
    header: fc.constantFrom('h1', 'new'),
    'value.literal': fc.constantFrom(
      'x',
      '5',
      '007',
      '[1,2,300]',
      '{"a":1.5}',
      'true',
      'null',
      '2024-02-29',
      '1e40',
      '[1,',
      '"q"',
      '10:11:12.123Z',
    ),
  },
  MaskField: { fields: list(), replacement: fc.constantFrom('5', '-1.5', 'x', '300', '') },
  RegexRouter: {
    regex: fc.constantFrom('(.*)\\.(.*)', 'crm\\..*', 'a|ab', '(', 'Account', '.*'),
    replacement: fc.constantFrom('$2-$1', 'x', '$1', '', '\\$1'),
  },
  ReplaceField: {
    exclude: list(),
    include: list(),
    renames: fc.constantFrom('a:z', 'a:b', 'a:b,b:a', 'c:x,d:y', 'a', 'a:b:c', ''),
  },
  SetSchemaMetadata: {
    'schema.name': fc.constantFrom('n.m', ''),
    'schema.version': fc.constantFrom('3', 'x'),
  },
  TimestampConverter: {
    field: fc.oneof(field, fc.constant('')),
    'target.type': fc.constantFrom('string', 'unix', 'Date', 'Time', 'Timestamp', 'date'),
    format: formats,
    'unix.precision': fc.constantFrom('seconds', 'milliseconds', 'microseconds', 'nanoseconds'),
  },
  TimestampRouter: {
    'topic.format': fc.constantFrom('${topic}-${timestamp}', 'x', '${timestamp}$1'),
    'timestamp.format': fc.constantFrom('yyyyMMdd', 'yyyy/MM', "'w'ww yy"),
  },
  ValueToKey: { fields: list() },
  HasHeaderKey: { name: fc.constantFrom('h1', 'x', '') },
  RecordIsTombstone: {},
  TopicNameMatches: { pattern: fc.constantFrom('crm\\..*', 'crm', '(', '', 'ab?') },
};

/** A key or value with its schema. Structs and maps mostly: those are what transforms work on. */
const sides: fc.Arbitrary<{ schema: Schema | undefined; value: unknown }> = fc.oneof(
  { weight: 6, arbitrary: structs(schemas(2)).chain((schema) => pair(schema)) },
  // Without maps, which Flatten refuses.
  { weight: 3, arbitrary: structs(schemas(2, false)).chain((schema) => pair(schema)) },
  { weight: 2, arbitrary: schemas(1).chain((schema) => pair(schema)) },
  { weight: 3, arbitrary: untypedMap.map((value) => ({ schema: undefined, value })) },
  { weight: 1, arbitrary: untyped.map((value) => ({ schema: undefined, value })) },
  { weight: 1, arbitrary: fc.constant({ schema: undefined, value: null }) },
);

function pair(schema: Schema): fc.Arbitrary<{ schema: Schema; value: unknown }> {
  return values(schema).map((value) => ({ schema, value }));
}

const headers: fc.Arbitrary<readonly Header[]> = fc.array(
  fc.constantFrom('h1', 'h2', 'h3').map((key) => ({ key, schema: STRING, value: `of ${key}` })),
  { maxLength: 3 },
);

const records: fc.Arbitrary<TransformCase['record']> = fc
  .record({
    topic: fc.constantFrom('crm.Account', 'ab', 'Account'),
    kafkaPartition: fc.option(fc.nat(9), { nil: undefined }),
    kafkaOffset: fc.option(fc.nat(1000).map(BigInt), { nil: undefined }),
    timestamp: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: undefined }),
    key: sides,
    value: sides,
    headers,
  })
  .map(({ key, value, kafkaOffset, ...rest }) => ({
    ...rest,
    ...(kafkaOffset === undefined ? {} : { kafkaOffset, kafkaPartition: rest.kafkaPartition ?? 0 }),
    keySchema: key.schema,
    key: key.value,
    valueSchema: value.schema,
    value: value.value,
  }));

export const transformCases: fc.Arbitrary<TransformCase> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...TRANSFORMS).chain((of) => caseOf('transform', of)) },
  { weight: 1, arbitrary: fc.constantFrom(...PREDICATES).chain((of) => caseOf('predicate', of)) },
);

function caseOf(
  kind: TransformCase['kind'],
  of: { readonly class: string },
): fc.Arbitrary<TransformCase> {
  const simple = simpleName(of.class).replace(/\$.*/, '');
  const config = {
    ...CONFIGS[simple],
    'replace.null.with.default': fc.constantFrom('true', 'false'),
  };
  const given = fc.oneof(
    { weight: 4, arbitrary: fc.record(config) },
    { weight: 1, arbitrary: fc.record(config, { requiredKeys: [] }) },
  );
  return fc.record({
    kind: fc.constant(kind),
    class: fc.constant(of.class),
    config: given as fc.Arbitrary<Readonly<Record<string, string>>>,
    record: records,
  });
}

/** A case as Transforms.java reads it. */
export function caseToWire({ record, ...rest }: TransformCase): unknown {
  return {
    ...rest,
    record: {
      topic: record.topic,
      partition: record.kafkaPartition ?? null,
      offset: record.kafkaOffset === undefined ? null : String(record.kafkaOffset),
      timestamp: record.timestamp ?? null,
      ...recordToWire(record),
    },
  };
}

/** What a transform may change of a record. */
export function recordToWire(record: SourceRecord): Readonly<Record<string, unknown>> {
  return {
    topic: record.topic,
    keySchema: schemaToWire(record.keySchema),
    key: valueToWire(record.keySchema, record.key),
    valueSchema: schemaToWire(record.valueSchema),
    value: valueToWire(record.valueSchema, record.value),
    headers: record.headers.map(({ key, schema, value }) => ({
      key,
      schema: schemaToWire(schema),
      value: valueToWire(schema, value),
    })),
  };
}
