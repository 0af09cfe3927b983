import { parseValueText } from '../data/values-parse.ts';
import { valueText } from '../data/values-text.ts';
import type { HeaderConverter } from '../sdk/extensions.ts';
import type { Converter } from './converter.ts';

export type { HeaderConverter } from '../sdk/extensions.ts';

/**
 * Connect's SimpleHeaderConverter: values as text, and text as what it looks like (`data/values-parse.ts`): `5` is a number,
 * `007` the number 7. What must keep its text needs `header.converter=…StringConverter`.
 */
export const simpleHeaderConverter: HeaderConverter = {
  encode: (_topic, { key, schema, value }) => ({
    key,
    value: value === null || value === undefined ? null : Buffer.from(valueText(schema, value)),
  }),
  decode: (_topic, { key, value }) =>
    value === null ? { key, value: null } : { key, ...parseValueText(textOfBytes(value)) },
};

/** A view: a copy for each header of each record is dear. */
function textOfBytes(bytes: Uint8Array): string {
  const view = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.toString('utf8');
}

/** A converter of values for headers; one that asks a registry can't be. */
export function headerConverterOf(converter: Converter): HeaderConverter {
  return {
    encode: (topic, { key, schema, value }) => ({
      key,
      value: atOnce(converter.encode(topic, schema, value)),
    }),
    decode: (topic, { key, value }) => ({ key, ...atOnce(converter.decode(topic, value)) }),
  };
}

function atOnce<T>(value: T | Promise<T>): T {
  if (value instanceof Promise) throw new Error('A header converter must be synchronous');
  return value;
}
