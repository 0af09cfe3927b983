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
export function malformed(message: string): SalesforceError {
  return new SalesforceError(400, 'MALFORMED_QUERY', message);
}

export function invalidField(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_FIELD', message);
}

export function noSuchColumn(soql: string, path: string, entity: string): SalesforceError {
  const column = path.split('.').at(-1) ?? path;
  const message = `No such column '${column}' on entity '${entity}'. ${hint('column')}`;
  return invalidField(pointAt(soql, path) + message);
}

export function noSuchRelationship(soql: string, name: string, path: string): SalesforceError {
  const message = `Didn't understand relationship '${name}' in field path. ${hint('relationship')}`;
  return invalidField(pointAt(soql, path) + message);
}

export function noSuchChildren(soql: string, name: string): SalesforceError {
  const message = `Didn't understand relationship '${name}' in FROM part of query call. ${hint('relationship')}`;
  return new SalesforceError(400, 'INVALID_TYPE', pointAt(soql, name) + message);
}

export function noSuchObject(soql: string, name: string): SalesforceError {
  const message = `sObject type '${name}' is not supported. ${hint('object')}`;
  return new SalesforceError(400, 'INVALID_TYPE', pointAt(soql, name) + message);
}

/** Where in the query it is, as Salesforce draws it: a piece of the text, a caret below, row and column. */
export function pointAt(soql: string, token: string): string {
  const escaped = token.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const index = soql.search(new RegExp(`(?<![\\w.])${escaped}(?![\\w.])`, 'i'));
  if (token === '' || index < 0) return '';
  return pointAtIndex(soql, index);
}

const CONTEXT = 30;

export function pointAtIndex(soql: string, index: number): string {
  const before = soql.slice(0, index).split('\n');
  const [line = ''] = soql.slice(index, index + CONTEXT).split('\n');
  const lead = (before.at(-1) ?? '').slice(-CONTEXT);
  const column = (before.at(-1) ?? '').length + 1;
  return `\n${lead}${line}\n${' '.repeat(lead.length)}^\nERROR at Row:${before.length}:Column:${column}\n`;
}
