/** As Java's `split(":")`: empty parts at the end are left out. */
export function javaSplit(text: string): readonly string[] {
  const parts = text.split(':');
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}
