/** A user's password: `/sobjects/User/ID/password`. */
import { SalesforceError } from '../org/types.ts';
import type { User } from '../org/types.ts';
import { insufficientAccess } from '../security/refusals.ts';
import { NO_CONTENT, notFound, objectBody, ok, valueOf } from './api.ts';
import type { Answer, Call, Route } from './api.ts';

export const userPasswordRoutes: readonly Route[] = [
  { method: 'GET', path: '/sobjects/User/:id/password', handle: show },
  { method: 'POST', path: '/sobjects/User/:id/password', handle: set },
];

/** Passwords never expire here. */
function show(call: Call): Answer {
  userOf(call);
  return ok({ isExpired: false });
}

function set(call: Call): Answer {
  const user = userOf(call);
  const password = valueOf(objectBody(call), 'NewPassword');
  if (typeof password !== 'string' || password.length < 8) {
    const message = 'Your password must be at least 8 characters long.';
    throw new SalesforceError(400, 'INVALID_NEW_PASSWORD', message);
  }
  call.api.org.putUser({ ...user, password });
  return NO_CONTENT;
}

/** One's own, or anybody's for who manages users. */
function userOf({ api, user: caller, params }: Call): User {
  const user = api.org.user(params['id'] ?? '');
  if (user === undefined) throw notFound();
  if (user.id !== caller.id && !caller.modifyAllData) throw insufficientAccess();
  return user;
}
