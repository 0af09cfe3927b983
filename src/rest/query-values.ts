/** As Java reads a boolean, the first where there are several: whatever isn't `true` is false; empty is as if unset. */
export function flagOf(value: unknown, byDefault = false): boolean {
  const text: unknown = Array.isArray(value) ? value[0] : value;
  return typeof text === 'string' && text !== '' ? text.toLowerCase() === 'true' : byDefault;
}

/** As Java reads an int. */
export function intOf(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= -(2 ** 31) && number < 2 ** 31 ? number : undefined;
}
