/** What a user without access is answered. */
import { SalesforceError } from '../org/types.ts';

/** The record is seen, or the object known, but that can't be done with it. */
export function insufficientAccess(): SalesforceError {
  const message = 'insufficient access rights on object id';
  return new SalesforceError(403, 'INSUFFICIENT_ACCESS_OR_READONLY', message);
}

/** A record of another that this user doesn't see. */
export function crossReference(): SalesforceError {
  const message = 'insufficient access rights on cross-reference id';
  return new SalesforceError(400, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message);
}

export function noSuchField(name: string, entity: string): SalesforceError {
  const message = `No such column '${name}' on sobject of type ${entity}`;
  return new SalesforceError(400, 'INVALID_FIELD', message);
}
