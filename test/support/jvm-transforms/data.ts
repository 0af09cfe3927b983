/** Random schemas and values that fit them, of every type Connect has. */
import fc from 'fast-check';
import {
  BOOLEAN,
  BYTES,
  DATE,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  STRING,
  TIME,
  TIMESTAMP,
  array,
  decimal,
} from '../../../src/data/build.ts';
import { unscaledBytes } from '../../../src/data/decimal.ts';
import { LOGICAL } from '../../../src/data/schema.ts';
import type { Schema } from '../../../src/data/schema.ts';

/** Few, so that configurations hit them. */
export const FIELD_NAMES = ['a', 'b', 'c', 'd', 'e.f', 'b.a'] as const;

const texts = fc.oneof(
  fc.constantFrom(
    '',
    '1',
    '-5',
    '+7',
    '300',
    '1.5',
    '1e3',
    'true',
    'TRUE',
    'abc',
    '9223372036854775808',
    'héllo "q"',
  ),
  fc.constantFrom(
    '2024-02-29',
    '2024-02-29 23:59:58',
    '20240131',
    '2024-02-31',
    ' 2024-1-2x',
    '2024-02-29T10:11:12.345Z',
    'Jan 5, 2024 3:04 PM',
  ),
  fc.string({ maxLength: 8 }),
);

/** Numbers of few digits: the oldest JVM that runs here doesn't print the shortest text of every double. */
const doubles = fc.oneof(
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: -12, max: 12 }))
    .map(([digits, power]) => Number(`${digits}e${power}`)),
  fc.constantFrom(0, 1, -1, 0.5, 1e19, -1e10),
);

const longs = fc.oneof(
  fc.bigInt({ min: -1000n, max: 100_000n }),
  fc.bigInt({ min: 1_500_000_000_000n, max: 1_900_000_000_000n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n, -(2n ** 31n) - 1n),
);

const plainSchemas: fc.Arbitrary<Schema> = fc.constantFrom<Schema>(
  INT8,
  INT16,
  INT32,
  INT64,
  FLOAT32,
  FLOAT64,
  BOOLEAN,
  STRING,
  BYTES,
  DATE,
  TIME,
  TIMESTAMP,
  decimal(0),
  decimal(2),
);

/** A leaf, or a list, map or struct of at most `depth` levels. */
export function schemas(depth: number, withMaps = true): fc.Arbitrary<Schema> {
  const leaf = fc
    .tuple(plainSchemas, fc.boolean(), fc.boolean())
    .chain(([schema, optional, hasDefault]) => {
      const own = optional ? { ...schema, optional } : schema;
      if (!hasDefault) return fc.constant(own);
      return values(schema).map((value): Schema => ({ ...own, default: value }));
    });
  if (depth === 0) return leaf;
  const inner = schemas(depth - 1, withMaps);
  const nested = [
    inner.map((items) => array(items)),
    structs(inner),
    ...(withMaps
      ? [
          fc
            .tuple(fc.constantFrom(STRING, INT32), inner)
            .map(([keys, items]): Schema => ({ type: 'map', optional: false, keys, items })),
        ]
      : []),
  ];
  const optionally = fc
    .tuple(fc.oneof(...nested), fc.boolean())
    .map(([schema, optional]) => ({ ...schema, optional }));
  return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: optionally });
}

export function structs(of: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> {
  const names = fc.uniqueArray(fc.constantFrom(...FIELD_NAMES), { minLength: 1, maxLength: 4 });
  const about = fc.constantFrom<Partial<Schema>>(
    {},
    { name: 'com.acme.Thing', version: 2, doc: 'A thing.', parameters: { p: 'q' } },
  );
  return fc
    .tuple(names, fc.array(of, { minLength: 4, maxLength: 4 }), about)
    .map(([fields, types, more]): Schema => ({
      type: 'struct',
      optional: false,
      ...more,
      fields: fields.map((name, at) => ({ name, schema: types[at] ?? STRING })),
    }));
}

/** A value of a schema; null where it may be, and where a default stands for it. */
export function values(schema: Schema): fc.Arbitrary<unknown> {
  const present = presentValues(schema);
  return schema.optional ? fc.option(present, { nil: null, freq: 4 }) : present;
}

function presentValues(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'int8':
      return fc.integer({ min: -128, max: 127 });
    case 'int16':
      return fc.integer({ min: -32_768, max: 32_767 });
    case 'int32':
      if (schema.name === LOGICAL.date) return fc.integer({ min: -1000, max: 30_000 });
      if (schema.name === LOGICAL.time) return fc.integer({ min: 0, max: 86_399_999 });
      return fc.integer();
    case 'int64':
      return schema.name === LOGICAL.timestamp
        ? fc.bigInt({ min: -1_000_000_000_000n, max: 4_000_000_000_000n })
        : longs;
    case 'float32':
      return fc.integer({ min: -99_999, max: 99_999 }).map((sixteenths) => sixteenths / 16);
    case 'float64':
      return doubles;
    case 'boolean':
      return fc.boolean();
    case 'string':
      return texts;
    case 'bytes':
      return schema.name === LOGICAL.decimal
        ? fc.bigInt({ min: -(10n ** 12n), max: 10n ** 20n }).map(unscaledBytes)
        : fc.uint8Array({ maxLength: 6 });
    case 'array':
      return fc.array(values(schema.items ?? STRING), { maxLength: 3 });
    case 'map':
      return fc
        .array(fc.tuple(presentValues(schema.keys ?? STRING), values(schema.items ?? STRING)), {
          maxLength: 3,
        })
        .map((entries) => new Map(entries));
    case 'struct': {
      const fields = (schema.fields ?? []).map((field) => {
        const value = values(field.schema);
        const hasDefault = (field.schema.default ?? null) !== null;
        return [field.name, hasDefault ? fc.option(value, { nil: null }) : value] as const;
      });
      return fc.record(Object.fromEntries(fields));
    }
  }
}

/** Values without a schema, as JsonConverter reads them. A whole float can't be told from an integer here. */
export const untyped: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; map: unknown }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      texts,
      longs.map((long) => (Number.isSafeInteger(Number(long)) ? Number(long) : long)),
      doubles.filter((double) => !Number.isInteger(double)),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('map'),
    ),
    map: fc.dictionary(fc.constantFrom(...FIELD_NAMES), tie('value'), { maxKeys: 4 }),
  }),
).value;

export const untypedMap: fc.Arbitrary<unknown> = fc.dictionary(
  fc.constantFrom(...FIELD_NAMES),
  untyped,
  { maxKeys: 4 },
);
