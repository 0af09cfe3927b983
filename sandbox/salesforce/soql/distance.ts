/** `DISTANCE(Place__c, GEOLOCATION(47.4, 8.5), 'km')`: along the great circle. */
import type { FieldDef, FieldValue, ObjectDef, RecordValues } from '../org/types.ts';
import { makeField } from '../org/field-spec.ts';
import { malformed } from './errors.ts';
import { unquote } from './literals.ts';
import type { Column, Scope } from './scope.ts';
import type { Argument, Call } from './syntax/tree.ts';

/** Mean radius of the earth. */
const RADIUS: Readonly<Record<string, number>> = { km: 6371.0088, mi: 3958.7613 };

type Place = readonly [latitude: number, longitude: number];
type ReadPlace = (row: RecordValues) => Place | undefined;

export function distanceColumn(call: Call, scope: Scope): Column<RecordValues> {
  const [from, to, unit, ...more] = call.args;
  const radius = RADIUS[unitOf(unit)];
  if (from === undefined || to === undefined || radius === undefined || more.length > 0) {
    throw malformed("DISTANCE takes a location, another location and the unit, 'mi' or 'km'");
  }
  const [a, b] = [placeOf(from, scope), placeOf(to, scope)];
  const field = makeField({ name: 'DISTANCE', label: 'Distance', type: 'double' });
  return {
    field,
    own: false,
    get: (row) => {
      const [start, end] = [a(row), b(row)];
      return start === undefined || end === undefined ? null : radius * angle(start, end);
    },
  };
}

function unitOf(argument: Argument | undefined): string {
  const text = argument?.kind === 'literal' ? argument.literal.text : '';
  return text.startsWith("'") ? unquote(text).toLowerCase() : '';
}

function placeOf(argument: Argument, scope: Scope): ReadPlace {
  if (argument.kind === 'call') return fixedPlace(argument.call);
  if (argument.kind === 'literal') throw malformed('DISTANCE takes a location field');
  const { steps, field } = scope.resolve(argument.name);
  const object = steps.at(-1)?.targets[0] ?? scope.object;
  const [latitude, longitude] = partsOf(object, field);
  return (row) => {
    const record = scope.climb(row, steps);
    return record === undefined ? undefined : toPlace(record[latitude], record[longitude]);
  };
}

function fixedPlace({ name, args }: Call): ReadPlace {
  const numbers = args.map((each) =>
    each.kind === 'literal' && each.literal.kind === 'number' ? Number(each.literal.text) : NaN,
  );
  const place = toPlace(numbers[0], numbers[1]);
  if (name !== 'GEOLOCATION' || args.length !== 2 || place === undefined) {
    throw malformed('GEOLOCATION takes a latitude and a longitude');
  }
  return () => place;
}

function toPlace(latitude?: FieldValue, longitude?: FieldValue): Place | undefined {
  const valid =
    typeof latitude === 'number' &&
    typeof longitude === 'number' &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180;
  return valid ? [latitude, longitude] : undefined;
}

function partsOf(object: ObjectDef, compound: FieldDef): readonly [string, string] {
  const parts = object.fields.filter((each) => each.compoundFieldName === compound.name);
  const latitude = parts.find(({ name }) => /latitude(__s)?$/i.test(name));
  const longitude = parts.find(({ name }) => /longitude(__s)?$/i.test(name));
  if (latitude !== undefined && longitude !== undefined) return [latitude.name, longitude.name];
  throw malformed(`DISTANCE takes a location field, which ${compound.name} is not`);
}

/** In radians, by the haversine formula. */
function angle([lat1, lon1]: Place, [lat2, lon2]: Place): number {
  const [a, b] = [toRadians(lat1), toRadians(lat2)];
  const half = (degrees: number): number => Math.sin(toRadians(degrees) / 2) ** 2;
  const h = half(lat2 - lat1) + Math.cos(a) * Math.cos(b) * half(lon2 - lon1);
  return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
}

function toRadians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
