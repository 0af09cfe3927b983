/** Answered as 400 `{error, error_description}`, or as these parameters of a redirect. */
export class OAuthError extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}
