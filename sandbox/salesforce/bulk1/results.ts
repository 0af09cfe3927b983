/** What a batch did, and what a query found, in the job's format. */
import type { ShownColumn } from '../bulk/query.ts';
import { csvLiner } from '../bulk/query.ts';
import { csvLine } from '../bulk/dialect.ts';
import type { Dialect } from '../bulk/dialect.ts';
import { errorText } from '../bulk/errors.ts';
import type { SaveResult } from '../org/types.ts';
import { SalesforceError } from '../org/types.ts';
import { isObject } from '../rest/api.ts';
import type { Batch, ContentType } from './jobs.ts';
import { element, NAMESPACE, XML_HEAD } from './xml.ts';

const DIALECT: Dialect = { columnDelimiter: 'COMMA', lineEnding: 'LF' };
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
/** All that a query's CSV has where nothing was found. */
const NOTHING_FOUND = 'Records not found for this query';

/** What became of a row. */
export function outcomeLine(contentType: ContentType, result: SaveResult): string {
  const { id, success, created } = result;
  const errors = result.errors.flatMap((error) =>
    error instanceof SalesforceError ? [error, ...error.others] : [],
  );
  if (contentType === 'CSV') {
    const texts = errors.map(errorText).join('');
    return csvLine([success ? (id ?? '') : '', String(success), String(created), texts], DIALECT);
  }
  if (contentType === 'JSON') {
    const shown = errors.map(({ message, fields, errorCode }) => ({
      message,
      fields,
      statusCode: errorCode,
      extendedErrorDetails: null,
    }));
    return JSON.stringify({ success, created, id: success ? id : null, errors: shown });
  }
  return element('result', {
    errors: errors.map(({ message, fields, errorCode }) => ({
      fields,
      message,
      statusCode: errorCode,
    })),
    ...(success ? { id } : {}),
    success,
    created,
  });
}

/** Makes a record's piece of a query's result. */
export function recordLiner(
  contentType: ContentType,
  columns: readonly ShownColumn[],
): (record: Readonly<Record<string, unknown>>) => string {
  if (contentType === 'CSV') return csvLiner(columns, DIALECT);
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  if (contentType === 'JSON') return (record) => JSON.stringify(withEpochs(record, types, ''));
  return (record) => element('records', xmlRecord(record, types, ''));
}

/** The whole result of a batch of writes. */
export function outcomes(contentType: ContentType, { lines }: Batch): string {
  if (contentType === 'CSV') {
    return csvLine(['Id', 'Success', 'Created', 'Error'], DIALECT) + lines.join('');
  }
  if (contentType === 'JSON') return `[${lines.join(',')}]`;
  return `${XML_HEAD}<results xmlns="${NAMESPACE}">${lines.join('')}</results>`;
}

/** The whole result of a query. */
export function found(contentType: ContentType, { header, lines }: Batch): string {
  if (contentType === 'JSON') return `[${lines.join(',')}]`;
  if (contentType === 'CSV') {
    return lines.length === 0 ? NOTHING_FOUND : csvLine(header, DIALECT) + lines.join('');
  }
  return `${XML_HEAD}<queryResult xmlns="${NAMESPACE}" xmlns:xsi="${XSI}">${lines.join('')}</queryResult>`;
}

type Types = ReadonlyMap<string, ShownColumn['type']>;

/** Dates and instants are milliseconds since 1970 in the classic API's JSON. */
function withEpochs(
  record: Readonly<Record<string, unknown>>,
  types: Types,
  path: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (name === 'attributes') return [name, value];
      if (isObject(value)) return [name, withEpochs(value, types, `${path}${name}.`)];
      const type = types.get(path + name);
      const isTime = (type === 'date' || type === 'datetime') && typeof value === 'string';
      return [name, isTime ? Date.parse(value) : value];
    }),
  );
}

function xmlRecord(
  { attributes, ...values }: Readonly<Record<string, unknown>>,
  types: Types,
  path: string,
): object {
  const type = isObject(attributes) ? attributes['type'] : undefined;
  const children = Object.entries(values).map(([name, value]) => {
    if (value === null) return [name, { '@xsi:nil': 'true' }];
    if (isObject(value)) return [name, xmlRecord(value, types, `${path}${name}.`)];
    const isInstant = types.get(path + name) === 'datetime' && typeof value === 'string';
    return [name, isInstant ? value.replace(/\+0000$/, 'Z') : value];
  });
  return { '@xsi:type': 'sObject', type, ...Object.fromEntries(children) };
}
