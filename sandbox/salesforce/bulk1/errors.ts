/** Errors in the classic API's form: `exceptionCode` and `exceptionMessage`. */
import { SalesforceError } from '../org/types.ts';

export interface ClassicError {
  readonly status: number;
  readonly exceptionCode: string;
  readonly exceptionMessage: string;
}

/** Codes of the other APIs. Java clients know no others than the classic one's, and fail by any. */
const CODES: Readonly<Record<string, string>> = {
  INVALID_SESSION_ID: 'InvalidSessionId',
  API_DISABLED_FOR_ORG: 'InvalidUser',
  INSUFFICIENT_ACCESS_OR_READONLY: 'InvalidUser',
  NOT_FOUND: 'InvalidUrl',
  REQUEST_LIMIT_EXCEEDED: 'ExceededQuota',
  EXCEEDEDQUOTA: 'ExceededQuota',
  SERVER_UNAVAILABLE: 'InternalServerError',
  UNKNOWN_EXCEPTION: 'InternalServerError',
  JSON_PARSER_ERROR: 'ClientInputError',
  CLIENTINPUTERROR: 'ClientInputError',
  INVALID_INPUT: 'ClientInputError',
};
/** `InvalidJob : Unable to find object: X`, as the Bulk API 2.0 tells it. */
const PREFIXED = /^([A-Z]\w+) : (.*)$/s;
const OWN_CODE = /^[A-Z][a-z]+(?:[A-Z]+[a-z]*)*$/;

export function invalidBatch(message: string): SalesforceError {
  return new SalesforceError(400, 'InvalidBatch', message);
}

export function invalidJob(message: string): SalesforceError {
  return new SalesforceError(400, 'InvalidJob', message);
}

export function invalidJobState(message: string): SalesforceError {
  return new SalesforceError(400, 'InvalidJobState', message);
}

export function clientInputError(message: string): SalesforceError {
  return new SalesforceError(400, 'ClientInputError', message);
}

export function invalidVersion(version: string): SalesforceError {
  return new SalesforceError(400, 'InvalidVersion', `Api version is not valid: ${version}`);
}

export function unsupportedContentType(message: string): SalesforceError {
  return new SalesforceError(400, 'UnsupportedContentType', message);
}

/** Every refusal is 400 here, a session that has ended too; a server that can't is 5xx. */
export function classicError(error: SalesforceError): ClassicError {
  const { errorCode, message, httpStatus } = error;
  const status = httpStatus >= 500 || httpStatus === 405 ? httpStatus : 400;
  const [, code, rest] = PREFIXED.exec(message) ?? [];
  if (code !== undefined && rest !== undefined) {
    return { status, exceptionCode: code, exceptionMessage: rest };
  }
  const own = OWN_CODE.test(errorCode) ? errorCode : 'Unknown';
  return { status, exceptionCode: CODES[errorCode] ?? own, exceptionMessage: message };
}
