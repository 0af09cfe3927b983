import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvReader } from '../../../../sandbox/salesforce/bulk/csv-reader.ts';
import type { CsvRow } from '../../../../sandbox/salesforce/bulk/csv-reader.ts';
import { csvLine, DELIMITERS, LINE_ENDINGS } from '../../../../sandbox/salesforce/bulk/dialect.ts';
import type { Dialect } from '../../../../sandbox/salesforce/bulk/dialect.ts';

const COMMAS: Dialect = { columnDelimiter: 'COMMA', lineEnding: 'LF' };

function read(pieces: readonly string[], dialect = COMMAS): CsvRow[] {
  const reader = new CsvReader(dialect);
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

const cells = (rows: readonly CsvRow[]): (readonly string[])[] => rows.map((row) => row.cells);

describe('CSV', () => {
  const dialects = fc.record({
    columnDelimiter: fc.constantFrom(...(Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[])),
    lineEnding: fc.constantFrom(...(Object.keys(LINE_ENDINGS) as (keyof typeof LINE_ENDINGS)[])),
  });
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom('"', ',', '\n', '\r', '`', '\t', ' '), fc.string()),
    maxLength: 12,
  });

  test('written in any dialect and cut into any pieces is read as it was', () => {
    const tables = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1 }),
      );
    fc.assert(
      fc.property(tables, dialects, fc.integer({ min: 1, max: 9 }), (table, dialect, size) => {
        const csv = table.map((row) => csvLine(row, dialect)).join('');
        const pieces = csv.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        const rows = read(pieces, dialect);
        expect(cells(rows)).toEqual(table);
        expect(rows.every((row) => row.problem === undefined)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('of any kind is read to its end, the same in one piece as in many', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), dialects, (csv, dialect) => {
        expect(read(csv.split(''), dialect)).toEqual(read([csv], dialect));
      }),
    );
  });

  test('keeps spaces, and skips lines with nothing on them', () => {
    expect(cells(read(['a, b \n\n"c"," d"\n']))).toEqual([
      ['a', ' b '],
      ['c', ' d'],
    ]);
  });

  test('has a last row without a line end', () => {
    expect(cells(read(['a,b\nc,']))).toEqual([
      ['a', 'b'],
      ['c', ''],
    ]);
  });

  test.each(['"John", "Smith"\n', '"John" ,Smith\n', 'Jo"hn,Smith\n'])(
    'with a quote in the wrong place spoils its row alone: %s',
    (line) => {
      const [bad, good] = read([line, 'Ann,Lee\n']);
      expect(bad?.problem).toMatch(/^Found unescaped quote/);
      expect(good).toEqual({ cells: ['Ann', 'Lee'], problem: undefined });
    },
  );

  test('that ends inside quotes says so', () => {
    expect(read(['a,"b\n'])[0]?.problem).toMatch(/^EOF reached/);
  });

  test('in which one row is too long has that row as a failure', () => {
    const [long, next] = read([`a,"${'x'.repeat(500_000)}"\n`, 'b,c\n']);
    expect(long?.problem).toMatch(/more than/);
    expect(next?.cells).toEqual(['b', 'c']);
  });

  test.each([
    ['LF', 'a,b\r\n', true],
    ['LF', '"a","b"\r\n', true],
    ['LF', 'a,b\n', false],
    ['CRLF', 'a,b\n', true],
    ['CRLF', '"a","b"\n', true],
    ['CRLF', '"a\n","b"\r\n', false],
  ] as const)('in a job of %s: the first line %j is wrong: %s', (lineEnding, line, wrong) => {
    const reader = new CsvReader({ columnDelimiter: 'COMMA', lineEnding });
    reader.push(line);
    expect(reader.wrongLineEnding).toBe(wrong);
  });
});
