/** The Bulk API's codes and words. Which were seen in the wild, README.md says. */
import { SalesforceError } from '../org/types.ts';
import type { FieldDef } from '../org/types.ts';

/** Of a row whose value doesn't fit its field's type. */
const XSD_TYPES: Partial<Record<FieldDef['type'], string>> = {
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
};

export function jobNotFound(): SalesforceError {
  return new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

export function invalidJob(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALIDJOB', `InvalidJob : ${message}`);
}

export function invalidJobState(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALIDJOBSTATE', message);
}

/** The whole job fails with it; `errorMessage` shows the message. */
export function invalidBatch(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALIDBATCH', `InvalidBatch : ${message}`);
}

export function fieldNotFound(name: string): SalesforceError {
  return invalidBatch(`Field name not found : ${name}`);
}

export function wrongLineEnding(setting: string): SalesforceError {
  const message = `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${setting}`;
  return new SalesforceError(400, 'CLIENTINPUTERROR', message);
}

export function secondUpload(id: string): SalesforceError {
  const message = `Found multiple contents for job: <${id.slice(0, 15)}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`;
  return new SalesforceError(400, 'CLIENTINPUTERROR', message);
}

export function uploadTooLarge(max: number): SalesforceError {
  const message = `The uploaded data is larger than ${max} bytes.`;
  return new SalesforceError(413, 'EXCEEDEDQUOTA', message);
}

export function unsupportedMedia(instead: string): SalesforceError {
  const message = `The content type of the request is not supported: ${instead}.`;
  return new SalesforceError(415, 'UNSUPPORTED_MEDIA_TYPE', message);
}

export function unreadableUpload(reason: string): SalesforceError {
  return new SalesforceError(400, 'CLIENTINPUTERROR', `The uploaded data can't be read: ${reason}`);
}

/** What a bulk query can't do; the code is that of any failure at the creation of a query job. */
export function unsupportedQuery(what: string): SalesforceError {
  return new SalesforceError(400, 'API_ERROR', `${what} not supported in Bulk Query`);
}

export function otherVersion(created: string, asked: string): SalesforceError {
  const message = `The job was created with version ${created} of the API; its results can't be read with ${asked}.`;
  return new SalesforceError(409, 'INVALIDVERSION', message);
}

/** `CODE:message:Field1, Field2 --`, as `sf__Error` has it. */
export function errorText({ errorCode, message, fields }: SalesforceError): string {
  const named = fields.length === 0 ? '' : `:${fields.join(', ')}`;
  return `${errorCode}:${message}${named} --`;
}

/** The row's own words for a value of the wrong type; `column` counts from 0. */
export function wrongType(field: FieldDef, column: number, value: string): SalesforceError {
  const type = XSD_TYPES[field.type] ?? 'xsd:string';
  const message = `Failed to deserialize field at col ${column}. Due to, '${value}' is not a valid value for the type ${type}`;
  return new SalesforceError(400, 'INVALID_TYPE_ON_FIELD_IN_RECORD', message, [field.name]);
}
