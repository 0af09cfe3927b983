/** The sum of decimal numbers, exact as long as their digits fit: 0.1 + 0.2 is 0.3. */
export function sum(values: Iterable<number>): number {
  let [total, scale] = [0n, 0];
  for (const value of values) {
    const [digits, places] = decimal(value);
    if (places > scale) {
      total *= 10n ** BigInt(places - scale);
      scale = places;
    }
    total += digits * 10n ** BigInt(scale - places);
  }
  return Number(`${total}e-${scale}`);
}

/** The shortest decimal that stands for it: 12.5 → 125 with one place. */
function decimal(value: number): readonly [digits: bigint, places: number] {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places < 0 ? [digits * 10n ** BigInt(-places), 0] : [digits, places];
}
