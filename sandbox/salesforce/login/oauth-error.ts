/** Answered as 400 `{error, error_description}`, or as these parameters of a redirect. */
export class OAuthError extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

/** The answer to a GET where secrets would end up in addresses. */
export function mustPost(): never {
  throw new OAuthError('invalid_request', 'must use HTTP POST');
}
