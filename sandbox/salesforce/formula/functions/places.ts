import { fromNumber, toNumber } from '../decimal.ts';
import { FormulaValueError } from '../errors.ts';
import type { Place, Value } from '../value.ts';
import { numeric, placeOrNull, textOf } from './define.ts';
import type { Functions } from './define.ts';

/** Mean radius of the earth. */
const RADIUS: Readonly<Record<string, number>> = { km: 6371.0088, mi: 3958.7613 };

export const PLACES: Functions = {
  GEOLOCATION: numeric(2, (latitude, longitude) => ({
    kind: 'place',
    latitude: toNumber(latitude),
    longitude: toNumber(longitude),
  })),
  DISTANCE: {
    min: 3,
    max: 3,
    run: ([a = null, b = null, unit = null]): Value => {
      const radius = RADIUS[textOf(unit).toLowerCase()];
      if (radius === undefined) throw new FormulaValueError('the unit is "mi" or "km"');
      const [from, to] = [placeOrNull(a), placeOrNull(b)];
      if (from === null || to === null) return null;
      return fromNumber(radius * angle(from, to)) ?? null;
    },
  },
};

/** Along the great circle, radians. */
function angle(a: Place, b: Place): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (degrees: number): number => Math.sin(rad(degrees) / 2) ** 2;
  const chord =
    half(b.latitude - a.latitude) +
    Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * half(b.longitude - a.longitude);
  return 2 * Math.asin(Math.min(1, Math.sqrt(chord)));
}
