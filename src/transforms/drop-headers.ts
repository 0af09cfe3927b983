import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { listKey, valuesIn } from './options.ts';
import type { Transform } from './transform.ts';

export const DROP_HEADERS_CONFIG: ConfigDef = [
  listKey('headers', 'The name of the headers to be removed.', {
    importance: 'HIGH',
    refusal: valuesIn(false),
  }),
];

/** Connect's DropHeaders: every header of these names is removed. */
export function dropHeaders(config: Config): Transform {
  const names = new Set(config.list('headers'));
  return {
    apply: (record) => ({
      ...record,
      headers: record.headers.filter(({ key }) => !names.has(key)),
    }),
  };
}
