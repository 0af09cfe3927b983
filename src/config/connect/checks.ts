/** Connect's validators, in Connect's words. */
type Check = (value: unknown) => string | undefined;

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(String(value)) ? undefined : `String must be one of: ${allowed.join(', ')}`;

export const oneOfIgnoringCase =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(String(value).toLowerCase())
      ? undefined
      : `String must be one of (case insensitive): ${allowed.join(', ').toUpperCase()}`;

export const uniqueAliases: Check = (value) =>
  Array.isArray(value) && new Set(value).size < value.length
    ? 'Duplicate alias provided.'
    : undefined;

/** A connector's name: not empty, no control characters. */
export const nonEmptyName: Check = (value) => {
  const name = String(value);
  if (name === '') return 'String may not be empty';
  const codes = Array.from(name, (character) => character.charCodeAt(0)).filter(
    (code) => code < 0x20 || (code >= 0x7f && code < 0xa0),
  );
  if (codes.length === 0) return undefined;
  return `String may not contain control sequences but had the following ASCII chars: ${codes.join(', ')}`;
};

export const minusOneOrPositive: Check = (value) =>
  value === -1 || Number(value) >= 1 ? undefined : 'Value must be -1 or at least 1';

/** `ValidList.anyNonDuplicateValues`. */
export const noneTwice = (value: unknown, name: string): string | undefined => {
  const items = Array.isArray(value) ? value.map(String) : [];
  if (new Set(items).size < items.length) {
    return `Configuration '${name}' values must not be duplicated.`;
  }
  return items.includes('') ? `Configuration '${name}' values must not be empty.` : undefined;
};
