/** What stands where a secret stood. */
const HIDDEN = '[hidden]';
/** Shorter values (`1`, `true`) would blot out ordinary text. */
const SHORTEST = 4;

/**
 * Takes secrets out of text. Knows those it was told, also as JSON and URLs write them; longer ones are
 * taken first, so that a secret inside another leaves no rest.
 */
export class Redactor {
  #forms: readonly string[] = [];

  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const forms = [secret, JSON.stringify(secret).slice(1, -1)];
    if (secret.isWellFormed()) forms.push(encodeURIComponent(secret));
    this.#forms = [...new Set([...this.#forms, ...forms])].toSorted((a, b) => b.length - a.length);
  }

  readonly redact = (text: string): string => {
    let result = text;
    for (const form of this.#forms) result = result.replaceAll(form, HIDDEN);
    return result;
  };
}
