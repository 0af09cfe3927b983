import { SalesforceError } from '../org/types.ts';
import { errorBody } from './api.ts';
import type { Answer } from './api.ts';

/** An error as the answer that tells it. */
export function refusal(error: SalesforceError): Answer {
  const { httpStatus: status, errorCode, fields } = error;
  if (errorCode === 'METHOD_NOT_ALLOWED') {
    const headers = { Allow: fields.join(', ') };
    return { status, body: [errorBody(withoutFields(error))], headers };
  }
  const headers = status === 401 ? { 'WWW-Authenticate': 'Token' } : {};
  return { status, body: [error, ...error.others].map(errorBody), headers };
}

function withoutFields({ httpStatus, errorCode, message }: SalesforceError): SalesforceError {
  return new SalesforceError(httpStatus, errorCode, message);
}
