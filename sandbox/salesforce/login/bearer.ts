import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../org/types.ts';
import { queryOf } from './forms.ts';
import type { Form } from './forms.ts';
import type { LoginServices } from './index.ts';
import { accessTokenOf } from './session.ts';

/** As the identity services of Salesforce tell failures: a word, as text. */
export class IdentityError extends Error {
  readonly status: number;
  constructor(status: number, word: string) {
    super(word);
    this.status = status;
  }
}

/** The live session of a token in the header, in the address or in a form. Throws IdentityError. */
export function bearerSession(request: FastifyRequest, { org }: LoginServices): Session {
  const form = { ...queryOf(request), ...(request.body as Form | undefined) };
  const token =
    accessTokenOf(request.headers) ?? form['oauth_token'] ?? form['access_token'] ?? undefined;
  if (token === undefined) throw new IdentityError(403, 'Missing_OAuth_Token');
  const session = org.session(token, true);
  if (session === undefined) throw new IdentityError(403, 'Bad_OAuth_Token');
  return session;
}

export function sendIdentity(reply: FastifyReply, run: () => FastifyReply): FastifyReply {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return reply.code(error.status).type('text/plain').send(error.message);
  }
}
