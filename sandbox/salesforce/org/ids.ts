/** Record ids: 3 characters of key prefix, 3 of instance, 9 of counter in base 62, 3 of checksum. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const SHAPE = /^[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?$/i;
/** The sandbox's instance ("pod") as it shows in every id. */
const INSTANCE = 'Hw0';

/** The three characters that make a 15-character id safe to compare without case. */
function checksum(id15: string): string {
  let suffix = '';
  for (let chunk = 0; chunk < 15; chunk += 5) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(chunk + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    suffix += CHECKSUM.charAt(bits);
  }
  return suffix;
}

/** `value` in base 62, padded with zeros to `width`. */
export function base62(value: number, width: number): string {
  let rest = value;
  let text = '';
  do {
    text = DIGITS.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  } while (rest > 0);
  return text.padStart(width, '0');
}

/** The 18-character id of the `counter`-th record of a key prefix. */
export function makeId(keyPrefix: string, counter: number): string {
  const id15 = keyPrefix + INSTANCE + base62(counter, 9);
  return id15 + checksum(id15);
}

/** The 18-character form of a 15- or 18-character id; undefined where it is neither, or the checksum is wrong. */
export function normalizeId(id: string): string | undefined {
  if (!SHAPE.test(id)) return undefined;
  const id15 = id.slice(0, 15);
  const id18 = id15 + checksum(id15);
  return id.length === 15 || id.slice(15).toUpperCase() === id18.slice(15) ? id18 : undefined;
}
