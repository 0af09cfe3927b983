/** Salesforce's codes and words. Where a text was seen in the wild or in its documents, README.md says so. */
import { missingObject } from '../gaps.ts';
import { SalesforceError } from '../org/types.ts';

const HINTS = {
  column: "custom field, be sure to append the '__c' after the custom field name",
  object: "custom object, be sure to append the '__c' after the entity name",
  relationship:
    "custom relationship, be sure to append the '__r' after the custom relationship name",
};
const REFER = 'Please reference your WSDL or the describe call for the appropriate names.';

function hint(of: keyof typeof HINTS): string {
  return `If you are attempting to use a ${HINTS[of]}. ${REFER}`;
}

/** The query can't be read, or asks for what SOQL doesn't allow. */
export function malformed(message: string, gap?: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_QUERY', message, [], gap);
}

/** The same of a SOSL search. */
export function malformedSearch(message: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_SEARCH', message);
}

export function invalidField(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_FIELD', message);
}

export function invalidOperator(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', message);
}

export function tooComplicated(): SalesforceError {
  const message =
    'Query is either selecting too many fields or the filter conditions are too complicated.';
  return new SalesforceError(400, 'QUERY_TOO_COMPLICATED', message);
}

export function queryTooLong(max: number): SalesforceError {
  return malformed(`SOQL statements cannot be longer than ${max} characters.`);
}

export function queryTimeout(): SalesforceError {
  const message = 'Your query request was running for too long.';
  return new SalesforceError(400, 'QUERY_TIMEOUT', message);
}

export function noSuchColumn(column: string, entity: string): SalesforceError {
  return invalidField(`No such column '${column}' on entity '${entity}'. ${hint('column')}`);
}

export function noSuchRelationship(name: string): SalesforceError {
  return invalidField(
    `Didn't understand relationship '${name}' in field path. ${hint('relationship')}`,
  );
}

export function noSuchChildren(name: string): SalesforceError {
  const message = `Didn't understand relationship '${name}' in FROM part of query call. ${hint('relationship')}`;
  return new SalesforceError(400, 'INVALID_TYPE', message);
}

export function noSuchObject(name: string): SalesforceError {
  const message = `sObject type '${name}' is not supported. ${hint('object')}`;
  return new SalesforceError(400, 'INVALID_TYPE', message, [], missingObject(name));
}

/** What `work` refuses, it refuses with the place in the query; what already has one keeps it. */
export function pointing<T>(soql: string, index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SalesforceError) || PLACED.test(error.message)) throw error;
    const { httpStatus, errorCode, message, fields, gap } = error;
    const placed = pointAtIndex(soql, index) + message;
    throw new SalesforceError(httpStatus, errorCode, placed, fields, gap);
  }
}

const PLACED = /\nERROR at Row:\d+:Column:\d+\n/;
/** Of the line, this much is shown before and after the place, and the whole of a word that would be cut. */
const CONTEXT = 30;

/** Where in the query it is, as Salesforce draws it: a piece of the line, a caret below, row and column from 1. */
export function pointAtIndex(soql: string, index: number): string {
  const rows = soql.slice(0, index).split('\n');
  const start = index === 0 ? 0 : soql.lastIndexOf('\n', index - 1) + 1;
  const end = soql.indexOf('\n', index);
  const from = wordEdge(soql, Math.max(start, index - CONTEXT), -1);
  const to = wordEdge(soql, Math.min(end < 0 ? soql.length : end, index + CONTEXT), 1);
  const piece = soql.slice(from, to);
  return `\n${piece}\n${' '.repeat(index - from)}^\nERROR at Row:${rows.length}:Column:${index - start + 1}\n`;
}

/** The end, in a direction, of the word around a place; the place itself where it is between words. */
function wordEdge(text: string, place: number, direction: 1 | -1): number {
  const isWord = (at: number): boolean => /[\w.]/.test(text.charAt(at));
  let at = place;
  while (isWord(at - 1) && isWord(at) && Math.abs(at - place) < 10 * CONTEXT) at += direction;
  return at;
}
