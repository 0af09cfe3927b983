/** A batch's data in any of its formats → a header and rows, as if it were CSV. */
import { CsvReader } from '../bulk/csv-reader.ts';
import type { CsvRow } from '../bulk/csv-reader.ts';
import { parseJsonBody } from '../json-body.ts';
import { isObject } from '../rest/api.ts';
import { clientInputError, invalidBatch } from './errors.ts';
import type { ContentType } from './jobs.ts';
import { childrenOf, namesIn, readXml } from './xml.ts';
import type { Element } from './xml.ts';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** In a cell, what empties a field; where there is nothing, the field stays as it is. */
const NULL = '#N/A';

export function readRecords(data: Buffer, contentType: ContentType): Table {
  const text = new TextDecoder().decode(data);
  if (contentType === 'CSV') return fromCsv(text);
  return tableOf(contentType === 'JSON' ? fromJson(text) : fromXml(text));
}

/** Either line end will do, as the first line has it. */
function fromCsv(text: string): Table {
  const crlf = text[text.indexOf('\n') - 1] === '\r';
  const reader = new CsvReader({ columnDelimiter: 'COMMA', lineEnding: crlf ? 'CRLF' : 'LF' });
  const [header, ...rows] = [...reader.push(text), ...reader.end()];
  if (header === undefined) throw invalidBatch('Records not found');
  if (header.problem !== undefined) throw invalidBatch(`Failed to parse CSV. ${header.problem}`);
  return { header: header.cells, rows };
}

type Cells = ReadonlyMap<string, string>;

/** The columns are those of all records together. */
function tableOf(records: readonly Cells[]): Table {
  const header = [...new Set(records.flatMap((record) => [...record.keys()]))];
  const rows = records.map((record) => ({ cells: header.map((name) => record.get(name) ?? '') }));
  return { header, rows };
}

function fromJson(text: string): readonly Cells[] {
  const json = parseJsonBody(text);
  if (!Array.isArray(json)) throw clientInputError('The records must be a JSON array');
  return (json as readonly unknown[]).map((record) => {
    if (!isObject(record)) throw clientInputError('A record must be a JSON object');
    return new Map(Object.entries(record).flatMap(([name, value]) => jsonCells(name, value)));
  });
}

/** `{"Owner": {"Ext__c": "x"}}` is the column `Owner.Ext__c`; `attributes` name the parent's type. */
function jsonCells(name: string, value: unknown): readonly [string, string][] {
  if (name === 'attributes') return [];
  if (!isObject(value)) return [[name, value === null ? NULL : textOf(name, value)]];
  const { attributes, ...keys } = value;
  const type = isObject(attributes) ? attributes['type'] : undefined;
  return Object.entries(keys).map(([key, cell]) => [
    columnOf(typeof type === 'string' ? type : undefined, name, key),
    cell === null ? NULL : textOf(`${name}.${key}`, cell),
  ]);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw clientInputError(`The value of ${name} can't be read`);
}

function fromXml(text: string): readonly Cells[] {
  return childrenOf(readXml(text, 'sObjects'), 'sObject').map(
    (record) => new Map(namesIn(record).flatMap((name) => xmlCells(name, record))),
  );
}

/** `<Owner><sObject><type>User</type><Ext__c>x</Ext__c></sObject></Owner>` names a parent. */
function xmlCells(name: string, record: Element): readonly [string, string][] {
  const [element] = childrenOf(record, name);
  if (element === undefined || name === 'type') return [];
  const [parent] = childrenOf(element, 'sObject');
  if (parent === undefined) return [[name, cellOf(element)]];
  const [type] = childrenOf(parent, 'type');
  return namesIn(parent)
    .filter((key) => key !== 'type')
    .map((key) => {
      const [cell] = childrenOf(parent, key);
      return [columnOf(type?.['#text'], name, key), cell === undefined ? '' : cellOf(cell)];
    });
}

function cellOf(element: Element): string {
  return element['@nil'] === 'true' ? NULL : (element['#text'] ?? '');
}

function columnOf(type: string | undefined, relationship: string, key: string): string {
  return type === undefined ? `${relationship}.${key}` : `${type}:${relationship}.${key}`;
}
