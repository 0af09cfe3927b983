import { SalesforceError } from '../org/types.ts';
import { errorBody } from './api.ts';
import type { Answer } from './api.ts';

/** An error as the answer that tells it. */
export function refusal(error: SalesforceError): Answer {
  const allow = error.errorCode === 'METHOD_NOT_ALLOWED' ? { Allow: error.fields.join(', ') } : {};
  const shown = error.errorCode === 'METHOD_NOT_ALLOWED' ? withoutFields(error) : error;
  return { status: error.httpStatus, body: [errorBody(shown)], headers: allow };
}

function withoutFields({ httpStatus, errorCode, message }: SalesforceError): SalesforceError {
  return new SalesforceError(httpStatus, errorCode, message);
}
