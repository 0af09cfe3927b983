import { DATES } from './dates.ts';
import type { FunctionDef } from './define.ts';
import { MATH } from './math.ts';
import { PLACES } from './places.ts';
import { TEXT } from './text.ts';

const FUNCTIONS: ReadonlyMap<string, FunctionDef> = new Map(
  Object.entries({ ...MATH, ...TEXT, ...DATES, ...PLACES }),
);

/** By its name in upper case; those that don't need all their arguments are in `forms.ts`. */
export function functionOf(name: string): FunctionDef | undefined {
  return FUNCTIONS.get(name);
}
