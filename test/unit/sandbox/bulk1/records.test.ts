/** Goal: the same records mean the same rows in CSV, JSON and XML, and no data breaks the readers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from '../../../../sandbox/salesforce/bulk/dialect.ts';
import { readRecords } from '../../../../sandbox/salesforce/bulk1/records.ts';
import type { Table } from '../../../../sandbox/salesforce/bulk1/records.ts';
import { CONTENT_TYPES } from '../../../../sandbox/salesforce/bulk1/jobs.ts';
import { documentOf } from '../../../../sandbox/salesforce/bulk1/xml.ts';
import { SalesforceError } from '../../../../sandbox/salesforce/org/types.ts';

const HEADER = ['Name', 'Ext__c', 'Description'];

function cells({ rows }: Table): readonly (readonly string[])[] {
  return rows.map((row) => row.cells);
}

/** What XML can carry: no control characters, line ends as LF. */
const cell = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '.'));
const row = fc.tuple(cell, cell, cell).filter((all) => all.every((text) => text !== ''));

test('the same records are the same rows in each format', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
      const dialect = { columnDelimiter: 'COMMA', lineEnding: 'LF' } as const;
      const records = rows.map((all) =>
        Object.fromEntries(all.map((text, i) => [HEADER[i], text])),
      );
      const csv = [HEADER, ...rows].map((line) => csvLine(line, dialect)).join('');
      const data = {
        CSV: csv,
        JSON: JSON.stringify(records),
        XML: documentOf('sObjects', { sObject: records }),
      };
      for (const type of CONTENT_TYPES) {
        const table = readRecords(Buffer.from(data[type]), type);
        expect(table.header).toEqual(HEADER);
        expect(cells(table)).toEqual(rows);
      }
    }),
  );
});

test('what is null or nil empties, what is not there leaves a field as it is', () => {
  const json = readRecords(Buffer.from('[{"A":null,"B":true},{"C":1.5}]'), 'JSON');
  expect(json.header).toEqual(['A', 'B', 'C']);
  expect(cells(json)).toEqual([
    ['#N/A', 'true', ''],
    ['', '', '1.5'],
  ]);
  const xml = readRecords(
    Buffer.from('<a:sObjects><sObject><A x:nil="true"/><B/></sObject></a:sObjects>'),
    'XML',
  );
  expect(xml.header).toEqual(['A', 'B']);
  expect(cells(xml)).toEqual([['#N/A', '']]);
});

test('parents become columns, with the type where it is given', () => {
  const json = '[{"Owner":{"attributes":{"type":"User"},"Ext__c":"a"},"Account":{"Ext__c":"b"}}]';
  expect(readRecords(Buffer.from(json), 'JSON')).toEqual({
    header: ['User:Owner.Ext__c', 'Account.Ext__c'],
    rows: [{ cells: ['a', 'b'] }],
  });
});

test('whatever is sent is read, or refused by a code', () => {
  const piece = fc.constantFrom(
    '<sObjects>',
    '</sObjects>',
    '<sObject>',
    '</',
    '&#x41;',
    '&a;',
    '[',
    '{"',
    '"',
    ',',
    '\n',
    '<![CDATA[',
    '<!--',
    '<?x',
    'a="',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(piece, fc.string({ maxLength: 3 }))).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...CONTENT_TYPES), (body, type) => {
      try {
        readRecords(Buffer.from(body), type);
      } catch (error) {
        if (!(error instanceof SalesforceError)) throw error;
      }
    }),
    { numRuns: 1_000 },
  );
});

test('elements nested without end are refused', () => {
  const deep = `<sObjects>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</sObjects>`;
  expect(() => readRecords(Buffer.from(deep), 'XML')).toThrow(SalesforceError);
});
