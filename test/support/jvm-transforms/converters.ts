/** Random values, bytes and header texts through Connect's converters on a JVM and through ours. */
import fc from 'fast-check';
import { createConverter, createHeaderConverter } from '../../../src/converters/catalog.ts';
import { parseDecimal, rescaled } from '../../../src/data/decimal.ts';
import type { Schema, SchemaAndValue } from '../../../src/data/schema.ts';
import { AppError, messageOf } from '../../../src/foundation/errors.ts';
import { schemas, structs, untyped, values } from './data.ts';
import { askJvm } from './jvm.ts';
import type { Answer } from './jvm.ts';
import { normalized, schemaToWire, sortedKeys, valueToWire } from './wire.ts';

interface Case {
  readonly kind: 'encode' | 'decode' | 'encodeHeader' | 'decodeHeader';
  readonly class: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly schema?: Schema | undefined;
  readonly value?: unknown;
  readonly bytes?: Uint8Array | null;
}

const CONNECT = 'org.apache.kafka.connect';
const JSON_CONVERTER = `${CONNECT}.json.JsonConverter`;
const SIMPLE = `${CONNECT}.storage.SimpleHeaderConverter`;
const plain = fc.constantFrom(
  ...['Short', 'Integer', 'Long', 'Float', 'Double', 'Boolean', 'ByteArray'].map(
    (name) => `${CONNECT}.converters.${name}Converter`,
  ),
);
const jsonConfigs = fc.record({
  'schemas.enable': fc.constantFrom('true', 'false'),
  'decimal.format': fc.constantFrom('BASE64', 'numeric'),
  'replace.null.with.default': fc.constantFrom('true', 'false'),
});
const typed = fc.oneof(schemas(2), structs(schemas(2)));
/** Present: a null with a schema is a tombstone here (docs/connect-parity.md). */
const data: fc.Arbitrary<SchemaAndValue> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: typed.chain((schema) => values(schema).map((value) => ({ schema, value }))),
    },
    { weight: 1, arbitrary: untyped.map((value) => ({ schema: undefined, value })) },
  )
  .filter(({ value }) => value !== null);

const tokens = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '1',
      '300',
      '-5',
      '1.50',
      'true',
      'null',
      'a',
      ' ',
      '\\',
      '2024-01-02',
      '10:11:12.123Z',
      '2024-01-02T03:04:05.678Z',
      '2024\\:',
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));
const lists = fc
  .array(fc.constantFrom('1', '40000', '1.5', '"x"', 'null', 'true', '"a:b"'))
  .map((items) => `[${items.join(', ')}]`);
const maps = fc
  .array(
    fc.tuple(
      fc.constantFrom('"k"', '"l"', '1', 'true'),
      fc.constantFrom('1', '3000000000', '2.5', '"x"', 'null', '[1,2]'),
    ),
  )
  .map((pairs) => `{${pairs.map((pair) => pair.join(' : ')).join(',')}}`);
const literals = fc.constantFrom(
  '',
  '007',
  '+5',
  '1e3',
  '1e400',
  '12345678901234567890',
  '0.1',
  '-0.0',
  '1.',
  '.5',
  '5L',
  'NaN',
  '9223372036854775807',
  'TRUE',
  ' true',
  'null ',
  '00-4bf92f-01',
  '1E-50',
);

const cases: fc.Arbitrary<Case> = fc.oneof(
  fc
    .tuple(jsonConfigs, data)
    .map(([config, of]) => ({ kind: 'encode' as const, class: JSON_CONVERTER, config, ...of })),
  fc.tuple(jsonConfigs, data).map(([config, of]) => ({
    kind: 'decode' as const,
    class: JSON_CONVERTER,
    config,
    bytes: encoded(config, of),
  })),
  // Without a schema a number is of no width here (docs/connect-parity.md).
  fc
    .tuple(
      plain,
      data.filter(({ schema }) => schema !== undefined),
    )
    .map(([name, of]) => ({ kind: 'encode' as const, class: name, ...of })),
  fc
    .tuple(plain, fc.option(fc.uint8Array({ maxLength: 9 }), { nil: null }))
    .map(([name, bytes]) => ({ kind: 'decode' as const, class: name, bytes })),
  data.map((of) => ({ kind: 'encodeHeader' as const, class: SIMPLE, ...of })),
  fc
    .oneof(tokens, lists, maps, literals, fc.string())
    .map((text) => ({ kind: 'decodeHeader' as const, class: SIMPLE, bytes: Buffer.from(text) })),
);

/** Written by ours: that it is what a JVM writes is what the encode cases say. */
function encoded(
  config: Readonly<Record<string, string>>,
  { schema, value }: SchemaAndValue,
): Uint8Array | null {
  try {
    return createConverter(JSON_CONVERTER, { isKey: false, properties: config }).encode(
      't',
      schema,
      value,
    ) as Uint8Array | null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

export async function converterDifferences(seed: number, runs: number): Promise<readonly string[]> {
  const sample = fc.sample(cases, { seed, numRuns: runs });
  const answers = await askJvm(sample.map(toWire));
  return sample.flatMap((given, at) => {
    const [jvm, ours] = [comparable(given, answers[at] ?? {}), comparable(given, run(given))];
    const [expected, found] = [JSON.stringify(jvm), JSON.stringify(ours)];
    if (expected === found) return [];
    return [`case ${at}: ${JSON.stringify(toWire(given))}\n  jvm  ${expected}\n  ours ${found}`];
  });
}

function run(given: Case): Answer {
  try {
    return convert(given);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { error: messageOf(error) };
  }
}

function convert({ kind, class: name, config = {}, schema, value, bytes = null }: Case): Answer {
  const converter = () => createConverter(name, { isKey: false, properties: config });
  const header = () => createHeaderConverter(name, config);
  switch (kind) {
    case 'encode':
      return { bytes: base64(converter().encode('t', schema, value) as Uint8Array | null) };
    case 'decode':
      return wired(converter().decode('t', bytes) as SchemaAndValue);
    case 'encodeHeader':
      return { bytes: base64(header().encode('t', { key: 'h', schema, value }).value) };
    case 'decodeHeader':
      return wired(header().decode('t', { key: 'h', value: bytes }));
  }
}

function wired(found: { readonly schema?: Schema | undefined; readonly value: unknown }): Answer {
  return {
    schema: schemaToWire(found.schema),
    value: valueToWire(found.schema, found.value),
  };
}

/** JSON by its meaning; of a failure only that it is one, but for messages that are the JVM's own words. */
function comparable(given: Case, answer: Answer): unknown {
  if (answer.error !== undefined) {
    const sameWords = given.kind === 'encode' && given.class !== JSON_CONVERTER;
    return { error: sameWords ? answer.error : true };
  }
  const { bytes } = answer;
  if (given.kind === 'encode' && given.class === JSON_CONVERTER && typeof bytes === 'string') {
    return sortedKeys(normalized(exactJson(Buffer.from(bytes, 'base64').toString())));
  }
  if (given.kind === 'encodeHeader' && typeof bytes === 'string') {
    // A map's order is the JVM's own.
    return Buffer.from(bytes, 'base64').toSorted().toString();
  }
  return sortedKeys(wrapped(normalized(answer)));
}

/** An integer of more than 64 bits without a schema: exact here, what is left of it on a JVM. */
function wrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'l' ? BigInt.asIntN(64, BigInt(item as string)).toString() : wrapped(item),
    ]),
  );
}

/** Numbers as their digits, without the ways to write them. */
function exactJson(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== 'number') return value;
    let number = parseDecimal(context?.source ?? String(value)) ?? { unscaled: 0n, scale: 0 };
    while (number.unscaled % 10n === 0n && number.unscaled !== 0n) {
      number = rescaled(number, number.scale - 1) ?? number;
    }
    return number.unscaled === 0n ? '#0' : `#${number.unscaled}e${-number.scale}`;
  };
  return JSON.parse(text, reviver) as unknown;
}

function toWire({ schema, value, bytes, ...rest }: Case): unknown {
  return {
    ...rest,
    schema: schemaToWire(schema),
    value: valueToWire(schema, value),
    bytes: base64(bytes ?? null),
  };
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
