/** The bodies of requests that make or change jobs. */
import { Readable } from 'node:stream';
import { isObject } from '../rest/api.ts';
import { SalesforceError } from '../org/types.ts';
import { DELIMITERS, LINE_ENDINGS } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { unsupportedMedia } from './errors.ts';

export type JobBody = Readonly<Record<string, unknown>>;

/** What a job has; some of it can be read only, and is ignored in a request, as Salesforce does. */
const PROPERTIES = new Set([
  'apiVersion',
  'assignmentRuleId',
  'columnDelimiter',
  'concurrencyMode',
  'contentType',
  'externalIdFieldName',
  'lineEnding',
  'object',
  'operation',
  'query',
  'state',
]);

export function jobBody(json: unknown): JobBody {
  if (json instanceof Readable) throw unsupportedMedia('jobs are sent as application/json');
  if (!isObject(json)) throw unreadable('The request body must be a JSON object');
  const unknown = Object.keys(json).find((key) => !PROPERTIES.has(key));
  if (unknown !== undefined) throw unreadable(`Unrecognized field "${unknown}"`);
  return json;
}

export function dialectOf(body: JobBody): Dialect {
  const { contentType = null } = body;
  if (contentType !== null) oneOf(body, 'contentType', ['CSV']);
  return {
    columnDelimiter: oneOf(body, 'columnDelimiter', keysOf(DELIMITERS), 'COMMA'),
    lineEnding: oneOf(body, 'lineEnding', keysOf(LINE_ENDINGS), 'LF'),
  };
}

/** One of the words that the property may have; absent or null is `otherwise`. */
export function oneOf<T extends string>(
  body: JobBody,
  property: string,
  words: readonly T[],
  otherwise?: T,
): T {
  const value = body[property] ?? otherwise;
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  if (value === undefined) throw unreadable(`The property "${property}" is required`);
  const shown = typeof value === 'string' ? `"${value}"` : typeof value;
  throw unreadable(
    `Cannot deserialize the property "${property}" from ${shown}: not one of the values accepted: [${words.join(', ')}]`,
  );
}

export function textOf(body: JobBody, property: string): string | undefined {
  const value = body[property] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw unreadable(`The property "${property}" must be a text`);
}

function keysOf<T extends string>(of: Readonly<Record<T, string>>): readonly T[] {
  return Object.keys(of) as T[];
}

function unreadable(message: string): SalesforceError {
  return new SalesforceError(400, 'JSON_PARSER_ERROR', `${message} at [line:1, column:1]`);
}
