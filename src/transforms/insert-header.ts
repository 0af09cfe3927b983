import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { parseValueText } from '../data/values-parse.ts';
import { stringKey, textOf } from './options.ts';
import type { Transform } from './transform.ts';

export const INSERT_HEADER_CONFIG: ConfigDef = [
  stringKey('header', 'The name of the header.', { importance: 'HIGH' }),
  stringKey(
    'value.literal',
    'The literal value that is to be set as the header value on all records.',
    { importance: 'HIGH' },
  ),
];

/** Connect's InsertHeader: one more header; `5` is a number, `[1,2]` a list, as `values-parse.ts` reads them. */
export function insertHeader(config: Config): Transform {
  const key = textOf(config, INSERT_HEADER_CONFIG, 'header') ?? '';
  const literal = textOf(config, INSERT_HEADER_CONFIG, 'value.literal') ?? '';
  const header = { key, ...parseValueText(literal) };
  return { apply: (record) => ({ ...record, headers: [...record.headers, header] }) };
}
