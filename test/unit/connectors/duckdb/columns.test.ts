import { DuckDBDecimalValue } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { columnKind } from '../../../../connectors/warehouse/duckdb/columns.ts';
import { LOGICAL, type Schema } from '../../../../src/sdk/index.ts';

function decimal(scale: number, precision?: number): Schema {
  const told = precision === undefined ? {} : { 'connect.decimal.precision': String(precision) };
  const parameters = { scale: String(scale), ...told };
  return { type: 'bytes', optional: false, name: LOGICAL.decimal, parameters };
}

describe('a decimal', () => {
  test('is a column of as many digits as its schema tells', () => {
    const kind = columnKind(decimal(2, 12));
    expect(kind.sql).toBe('DECIMAL(12,2)');
    expect(kind.write(Uint8Array.of(0xff, 0x85))).toEqual(new DuckDBDecimalValue(-123n, 12, 2));
  });

  test('is as wide as can be where its schema tells nothing, or more', () => {
    expect(columnKind(decimal(4)).sql).toBe('DECIMAL(38,4)');
    expect(columnKind(decimal(4, 64)).sql).toBe('DECIMAL(38,4)');
  });

  test('that is longer than its column is refused, not cut', () => {
    const kind = columnKind(decimal(0, 2));
    expect(kind.write(Uint8Array.of(99))).toEqual(new DuckDBDecimalValue(99n, 2, 0));
    expect(kind.write(Uint8Array.of(100))).toBeUndefined();
    expect(kind.write(Uint8Array.of(0x9c))).toBeUndefined();
  });

  test('of a scale that no column has stays bytes', () => {
    expect(columnKind(decimal(-2)).sql).toBe('BLOB');
    expect(columnKind(decimal(40)).sql).toBe('BLOB');
  });
});
