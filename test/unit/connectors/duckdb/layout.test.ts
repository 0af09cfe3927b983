/** Goal: a schema whose rows would lie is refused. */
import { expect, test } from 'vitest';
import { layoutOf } from '../../../../connectors/warehouse/duckdb/layout.ts';
import type { Schema } from '../../../../src/sdk/index.ts';

test('a raw event is refused: its nulls may be fields that were not touched', () => {
  const header: Schema = { type: 'struct', optional: false, fields: [] };
  const raw: Schema = {
    type: 'struct',
    optional: false,
    fields: [
      { name: 'ChangeEventHeader', schema: header },
      { name: 'Name', schema: { type: 'string', optional: true } },
    ],
  };
  expect(() => layoutOf(raw)).toThrow(
    expect.objectContaining({ kind: 'data', code: 'duckdb.raw' }),
  );
});
